/** The lease lapses by the watchdog's silence, in the turn that would otherwise have opened something. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ark } from '#core/ark.ts'
import type { Database } from '#core/ports.ts'
import { type Box, createBox } from '../support/box.ts'
import { bars, COIN, FEED, order, renewLease } from '../support/trading.ts'

let box: Box
beforeEach(() => {
  box = createBox()
})
afterEach(() => box.remove())

/** A paper run whose lease is held, with a price. */
async function begin(): Promise<{ ark: Ark; database: Database; renew: () => void }> {
  const { ark, database } = await box.boot({ instruments: [COIN] })
  await ark.beginRun({ kind: 'paper', name: 'paper', seed: 'test' })
  await ark.control('watchdog', { type: 'lease/renewed', payload: {} })
  await ark.offerRows(FEED, bars(box, [100, 100, 100]))
  return { ark, database, renew: () => renewLease(ark) }
}

async function bodies(
  database: Database,
  type: string,
): Promise<readonly { payload: unknown; seq: number }[]> {
  const rows = await database.query(`SELECT body FROM journal WHERE body ->> 'type' = ? ORDER BY seq`, [type])
  return rows.map(([body]) => JSON.parse(String(body)))
}

const lostLate = { source: 'core', payload: { reason: 'not renewed for 3 s' } }

describe('a lease that nobody renews', () => {
  it('lapses after 3 s, before the order of that turn is judged', async () => {
    const { ark, database } = await begin()
    await box.time.advance(3_001)
    await ark.offer('person', order('buy', 10))
    const [, lost] = await bodies(database, 'lease/lost')
    expect(lost).toMatchObject(lostLate)
    const [denied] = await bodies(database, 'decision/denied')
    expect(denied?.payload).toMatchObject({
      deniedBy: expect.arrayContaining(['watchdog_monitoring']),
      mode: 'reducing',
    })
    expect(denied?.seq).toBeGreaterThan(lost?.seq ?? Number.POSITIVE_INFINITY)
  })

  it('is lost once, and a renewal brings it back', async () => {
    const { ark, database, renew } = await begin()
    await box.time.advance(3_001)
    await ark.offer('person', order('buy', 10))
    await box.time.advance(3_001)
    await ark.offer('person', order('buy', 10))
    expect(await bodies(database, 'lease/lost')).toHaveLength(2)
    renew()
    await ark.offer('person', order('buy', 10))
    expect(await bodies(database, 'decision/approved')).toHaveLength(1)
  })

  it('stays held while it is renewed, and a renewal of what is held is no event', async () => {
    const { ark, database, renew } = await begin()
    for (let second = 0; second < 6; second++) {
      await box.time.advance(1_000)
      renew()
    }
    await box.time.advance(3_000)
    await ark.offer('person', order('buy', 10))
    expect(await bodies(database, 'decision/approved')).toHaveLength(1)
    expect(await bodies(database, 'lease/renewed')).toHaveLength(1)
  })

  it('lapses again when the journal is followed by the next process', async () => {
    const { ark } = await begin()
    await box.time.advance(3_001)
    await ark.offer('person', order('buy', 10))
    const { mode, state } = { mode: ark.cycle?.kernel.context.mode, state: ark.cycle?.kernel.state }
    await box.kill()
    const next = await box.boot({ instruments: [COIN] })
    expect(await next.ark.beginRun({ kind: 'paper', name: 'paper', seed: 'test' })).toMatchObject({
      resumed: true,
    })
    expect(next.ark.cycle?.kernel.state.decisionDigest).toBe(state?.decisionDigest)
    expect(mode?.causes.lease).toBe(lostLate.payload.reason)
    expect(await bodies(next.database, 'lease/lost')).toHaveLength(3)
  })

  it('plays no part in a backtest', async () => {
    const { ark, database } = await box.boot({ instruments: [COIN] })
    await ark.beginRun({ kind: 'backtest', name: 'history', seed: 'test' })
    await box.time.advance(10_000)
    await ark.offerRows(FEED, bars(box, [100]))
    expect(await bodies(database, 'lease/lost')).toEqual([])
  })
})
