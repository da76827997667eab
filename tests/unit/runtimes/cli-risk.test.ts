import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGate } from '#core/gate/gate.ts'
import { type Risk, readRisk } from '#core/http/risk.ts'
import { tellRisk } from '#runtimes/cli/risk.ts'
import { createTestKernel, orderOf } from '#tests/support/kernel.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'

let folder: string
let risk: Risk
beforeAll(async () => {
  folder = createTempDir()
  const test = await createTestKernel()
  for (let bar = 0; bar < 8; bar++) test.bar(100)
  test.request(orderOf({ quantity: '10' }))
  test.bar(100)
  risk = readRisk(createGate(), test.kernel, 'test-1', 0)
})
afterAll(() => removeDir(folder))

describe('ark risk', () => {
  it('needs a box that runs', async () => {
    const ended = await runHere(['risk', '--data-dir', folder])
    expect(ended).toMatchObject({ code: 1, out: '' })
    expect(ended.err).toMatch(/^NOT_RUNNING at /)
    expect(await runHere(['risk', 'XYZ', '--data-dir', folder])).toMatchObject({ code: 2 })
  })

  it('fits a hundred columns and leaves out what nothing is used of', () => {
    const lines = tellRisk(risk).split('\n')
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100)
    expect(lines[0]).toBe('Headroom of test-1 (backtest) at 2015-01-05T15:24:00Z, mode active')
    const text = lines.join('\n')
    expect(text).toMatch(/✓ max_concurrent_trades +account +1 +5 +4\n/)
    expect(text).toMatch(/✓ max_position_size +XYZ +1\.01 % +10\.00 % +8\.99 %\n/)
    expect(text).toMatch(/XYZ +10 +100 +1,000\.00 +1\.00 % +all +95 +5\.00 %/)
    expect(text).not.toContain('overlay:ETH-002')
    expect(text).toMatch(/and \d+ of which nothing is used: ark risk --json/)
  })

  it('shows what is against openings, what people set and what waits for them', () => {
    const text = tellRisk({
      ...risk,
      against: ['halted by anna'],
      leftOff: 3,
      paused: ['symbol:XYZ'],
      restricted: ['ABC'],
      latched: ['day_loss'],
      approvals: [{ decisionId: 'live-1-7', expires: '2015-01-05T15:30:00.000Z' }],
      overrides: [{ limit: 'order_size', until: '2015-01-05T16:00:00.000Z' }],
    })
    for (const words of [
      'halted by anna',
      'and 3 more symbols, not asked about',
      'paused: symbol:XYZ',
      'restricted: ABC',
      'latched: day_loss',
      'waits for approval: live-1-7 until 2015-01-05T15:30:00Z',
      'lifted: order_size until 2015-01-05T16:00:00Z',
    ])
      expect(text).toContain(words)
  })
})
