/** What the first run says of its trades, against its own journal. */

import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Fill } from '#core/contract.ts'
import type { Figures } from '#runtimes/cli/summary.ts'
import { openDatabase } from '#runtimes/shared/database.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'

describe('the first run', () => {
  const dataDir = createTempDir()
  afterAll(() => removeDir(dataDir))

  it('counts a trade as won by what is left of it after fees', async () => {
    const { code, out } = await runHere(['start', '--once', '--json', '--data-dir', dataDir])
    expect(code).toBe(0)
    const { winRate, profitFactor } = JSON.parse(out) as Figures
    const results = closed(await fillsIn(join(dataDir, 'ark.db')))
    const [won, lost] = [results.filter((pnl) => pnl > 0), results.filter((pnl) => pnl < 0)]
    const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)
    expect(won.length).toBeGreaterThan(5)
    expect(winRate).toBeCloseTo(won.length / (won.length + lost.length), 4)
    expect(profitFactor).toBeCloseTo(sum(won) / -sum(lost), 3)
  })
})

async function fillsIn(path: string): Promise<readonly Fill[]> {
  const database = await openDatabase(path, { readOnly: true })
  const rows = await database.query(
    `SELECT body ->> 'payload' FROM journal WHERE body ->> 'type' = 'order/filled' ORDER BY seq`,
  )
  await database.close()
  return rows.map(([payload]) => JSON.parse(String(payload)) as Fill)
}

/** Long only: first in, first out, in units of one, each entry a trade of its own. */
function closed(fills: readonly Fill[]): readonly number[] {
  const open: { entry: string; cost: number }[] = []
  const trades = new Map<string, { pnl: number; left: number }>()
  for (const { fee, orderId, parent, price, quantity, side } of fills) {
    const units = Number(quantity)
    const feeOfOne = Number(fee) / units
    for (let unit = 0; unit < units; unit++) {
      if (side === 'buy') {
        const entry = parent ?? orderId
        open.push({ entry, cost: Number(price) + feeOfOne })
        const trade = trades.get(entry) ?? { pnl: 0, left: 0 }
        trades.set(entry, { ...trade, left: trade.left + 1 })
        continue
      }
      const { entry = '', cost = 0 } = open.shift() ?? {}
      const trade = trades.get(entry) ?? { pnl: 0, left: 0 }
      trades.set(entry, { pnl: trade.pnl + Number(price) - feeOfOne - cost, left: trade.left - 1 })
    }
  }
  return [...trades.values()].filter(({ left }) => left === 0).map(({ pnl }) => pnl)
}
