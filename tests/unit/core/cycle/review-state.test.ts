/** What a second look knows: nothing that came after its instant, and nothing that anybody could change. */

import { describe, expect, it } from 'vitest'
import type { Bar, Pattern, Plugin } from '#core/contract.ts'
import { restoreSnapshot, takeSnapshot } from '#core/cycle/snapshot.ts'
import { hashOrder } from '#core/gate/decision.ts'
import { MINUTE } from '#core/time.ts'
import { ONE } from '#tests/support/facts.ts'
import {
  agentOf,
  barOf,
  createTestKernel,
  hash,
  NOW,
  orderOf,
  replacing,
  type TestKernel,
  XYZ,
} from '#tests/support/kernel.ts'

const ABC = { ...XYZ, symbol: 'ABC' }
const OPTIONS = { instruments: [XYZ, ABC] }

function show(test: TestKernel, bars: readonly Bar[]): void {
  for (const bar of bars) test.rows({ kind: 'bars', resolution: '1m', rows: [bar] })
}

/** ABC is held, and XYZ waits for the minute after NOW + 2. */
async function waiting(): Promise<TestKernel> {
  const test = await createTestKernel(OPTIONS)
  show(test, [barOf(100, { symbol: 'ABC' }), barOf(100)])
  test.request(orderOf({ symbol: 'ABC', strategy: 'other' }))
  const second = NOW + 2 * MINUTE
  show(
    test,
    [NOW + MINUTE, second].map((end) => barOf(100, { symbol: 'ABC', end })),
  )
  show(test, [barOf(100, { end: second })])
  expect(test.kernel.book.index.get('ABC')?.position).toBe(50 * ONE)
  expect(test.request(orderOf()).type).toBe('decision/approved')
  return test
}

const factsOf = (test: TestKernel) => test.of('decision/reviewed').at(-1)?.payload.facts
const end = NOW + 3 * MINUTE

describe('a second look is no look ahead', () => {
  it('whatever its own bar does after the open', async () => {
    const verdicts = new Set<string | undefined>()
    for (const [close, high, low] of [
      [100, 100, 100],
      [120, 130, 100],
      [80, 100, 70],
    ] as const) {
      const test = await waiting()
      show(test, [barOf(close, { end, open: 100 * ONE, high: high * ONE, low: low * ONE })])
      verdicts.add(factsOf(test))
    }
    expect(verdicts.size).toBe(1)
  })

  it('whichever symbol of the same minute is read first', async () => {
    const bars = [barOf(101, { end }), barOf(97, { end, symbol: 'ABC' })]
    const verdicts = new Set<string | undefined>()
    for (const rows of [bars, bars.toReversed()]) {
      const test = await waiting()
      show(test, rows)
      verdicts.add(factsOf(test))
      expect(test.kernel.book.index.get('ABC')).toMatchObject({ mark: 97 * ONE, valued: 97 * ONE })
    }
    expect(verdicts.size).toBe(1)
  })

  it('and is told what another symbol did before', async () => {
    const verdicts = new Set<string | undefined>()
    for (const close of [97, 103]) {
      const test = await waiting()
      show(test, [barOf(close, { end, symbol: 'ABC' }), barOf(101, { end: end + MINUTE })])
      verdicts.add(factsOf(test))
    }
    expect(verdicts.size).toBe(2)
  })
})

describe('what an order was judged on', () => {
  it('is the same, to the last byte and frozen, when it comes back from a snapshot', async () => {
    const test = await waiting()
    const next = await createTestKernel(OPTIONS)
    const text = takeSnapshot(test.kernel)
    restoreSnapshot(next.kernel, text)
    expect(takeSnapshot(next.kernel)).toBe(text)
    for (const { kernel } of [test, next]) {
      const [known] = kernel.state.waiting
      expect(known === undefined ? '' : hashOrder(known.order, hash)).toBe(known?.orderHash)
      expect(Object.isFrozen(known?.order.targets?.[0])).toBe(true)
      expect(Object.isFrozen(known?.proposal.chain)).toBe(true)
    }
    for (const { rows } of [test, next]) rows({ kind: 'bars', resolution: '1m', rows: [barOf(101, { end })] })
    expect(factsOf(next)).toBe(factsOf(test))
    expect(next.kernel.state.decisionDigest).toBe(test.kernel.state.decisionDigest)
  })

  it('does not come back where its hash is not that of the order', async () => {
    const test = await waiting()
    const spoiled = JSON.parse(takeSnapshot(test.kernel))
    spoiled.state.waiting[0].order.quantity = '500'
    const { kernel } = await createTestKernel(OPTIONS)
    expect(() => restoreSnapshot(kernel, JSON.stringify(spoiled))).toThrow(
      expect.objectContaining({ code: 'JOURNAL_CORRUPT', where: 'snapshot of test-1-2' }),
    )
  })

  it('stays as it was when the plugin that advised it changes its advice', async () => {
    const pattern = {
      symbol: 'XYZ',
      direction: 'long',
      pattern: 'breakout',
      confidence: 0.8,
      price: '100',
      atr: '2',
      evidence: { rank: 1 },
    } satisfies Pattern
    const advice: readonly Plugin[] = replacing(
      agentOf({
        name: 'joey',
        consumes: ['market/bar'],
        emits: ['pattern/recognised'],
        reduce: (_, { payload }) => {
          if ((payload as Bar).end !== NOW) return []
          return [{ type: 'pattern/recognised', payload: pattern }]
        },
      }),
    )
    const test = await createTestKernel({ plugins: advice })
    show(test, [barOf(100)])
    const [known] = test.kernel.state.waiting
    const before = JSON.stringify(known)
    pattern.confidence = 0.1
    pattern.evidence.rank = 9
    expect(known?.proposal.setup?.pattern).toMatchObject({ confidence: 0.8, evidence: { rank: 1 } })
    expect(JSON.stringify(known)).toBe(before)
  })
})
