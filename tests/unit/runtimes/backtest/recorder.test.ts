import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ArkEvent } from '#core/contract.ts'
import { addCandle, createCandles, readCandles, takes } from '#runtimes/backtest/candles.ts'
import { addPoint, createCurve, readCurve } from '#runtimes/backtest/curve.ts'
import { createLedger, readLedger, settleDenied, writeDenial } from '#runtimes/backtest/ledger.ts'
import { createRecorder } from '#runtimes/backtest/recorder.ts'
import { createTestKernel, orderOf } from '#tests/support/kernel.ts'

describe('a curve', () => {
  it('keeps the first and the last point and never more than its limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (count) => {
        const curve = createCurve(10)
        for (let time = 1; time <= count; time++) addPoint(curve, { time, equity: time, benchmark: 0 })
        const points = readCurve(curve)
        expect(curve.points.length).toBeLessThan(20)
        expect(points.length).toBeLessThanOrEqual(10)
        expect(points[0]?.time).toBe(1)
        expect(points.at(-1)?.time).toBe(count)
      }),
    )
  })

  it('is empty when nothing was seen', () => {
    expect(readCurve(createCurve(10))).toEqual([])
  })
})

describe('candles', () => {
  it('join without losing an extreme, the first open or the last close', () => {
    const prices = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(prices, (closes) => {
        const candles = createCandles('bars')
        for (const [time, close] of closes.entries())
          addCandle(candles, 8, time, close, close + 2, close - 2, close)
        const read = readCandles(candles, 8)
        expect(read.length).toBeLessThanOrEqual(8)
        expect(Math.max(...read.map(([, , high]) => high))).toBe(Math.max(...closes) + 2)
        expect(Math.min(...read.map(([, , , low]) => low))).toBe(Math.min(...closes) - 2)
        expect(read[0]?.[1]).toBe(closes[0])
        expect(read.at(-1)?.[4]).toBe(closes.at(-1))
        expect(read.at(-1)?.[0]).toBe(closes.length - 1)
      }),
    )
  })

  it('are made of bars where there are bars', () => {
    const candles = createCandles('quotes')
    addCandle(candles, 8, 1, 5, 5, 5, 5)
    expect(takes(candles, 'bars')).toBe(true)
    expect(candles.rows).toEqual([])
    expect(takes(candles, 'trades')).toBe(false)
  })
})

describe('the ledger', () => {
  it('shares what a denied order came to among those that denied it', () => {
    const ledger = createLedger()
    writeDenial(ledger, 'a', ['size', 'stop'], true)
    writeDenial(ledger, 'b', ['size'], true)
    settleDenied(ledger, { decisionId: 'a', pnl: -100 })
    settleDenied(ledger, { decisionId: 'b', pnl: 30 })
    settleDenied(ledger, { decisionId: 'approved', pnl: 1_000 })
    expect(readLedger(ledger)).toEqual([
      { rule: 'size', denials: 2, trades: 2, saved: 50, cost: 30 },
      { rule: 'stop', denials: 1, trades: 1, saved: 50, cost: 0 },
    ])
  })

  it('counts a second look at the open once, and an exit without a result', () => {
    const ledger = createLedger()
    writeDenial(ledger, 'a', ['size'], true)
    writeDenial(ledger, 'a', ['size', 'collar'], true)
    writeDenial(ledger, 'x', ['rate'], false)
    settleDenied(ledger, { decisionId: 'a', pnl: -60 })
    settleDenied(ledger, { decisionId: 'x', pnl: -60 })
    expect(readLedger(ledger)).toEqual([
      { rule: 'collar', denials: 1, trades: 1, saved: 30, cost: 0 },
      { rule: 'rate', denials: 1, trades: 0, saved: 0, cost: 0 },
      { rule: 'size', denials: 1, trades: 1, saved: 30, cost: 0 },
    ])
  })
})

describe('the recorder', () => {
  async function record() {
    const test = await createTestKernel()
    const recorder = createRecorder(test.kernel, 1)
    const { sink } = test.kernel
    test.kernel.sink = (event) => {
      sink(event)
      recorder.see(event)
    }
    const { rows } = test
    test.rows = (batch, source) => {
      rows(batch, source)
      recorder.look(batch)
    }
    return { test, recorder }
  }

  it('tells a bracket from its entry to its target, with the worst and the best in between', async () => {
    const { test, recorder } = await record()
    test.bar(100)
    const { payload } = test.request(orderOf())
    // The entry fills at this open; whether its low came before or after, nobody knows.
    test.bar(100, { low: 96e8 })
    test.bar(97)
    test.bar(104)
    test.bar(111)
    const { trades, closed, counts } = recorder.finish()
    expect(counts.trades).toBe(1)
    expect(trades[0]).toMatchObject({
      decisionId: payload.decisionId,
      side: 'long',
      quantity: 50e8,
      entryPrice: 100e8,
      strategy: 'hand',
      mae: -150_000_000,
    })
    expect(trades[0]?.mfe).toBeGreaterThanOrEqual(500_000_000)
    expect(trades[0]?.exitTime).not.toBeNull()
    expect(closed).toMatchObject({ wins: 1, losses: 0 })
  })

  it('counts by reason what came to no order, in bounded memory', async () => {
    const { test, recorder } = await record()
    const drop = (type: 'plan/dropped' | 'signal/refused', reason: string) =>
      recorder.see({ type, payload: { code: '', reason } } as unknown as ArkEvent)
    drop('plan/dropped', 'XYZ: the price is below one tick')
    drop('plan/dropped', 'BRK.B: the price is below one tick')
    drop('signal/refused', 'constructor')
    expect(recorder.finish().dropped).toEqual({ 'the price is below one tick': 2, constructor: 1 })
    for (let index = 0; index < 100; index++) drop('signal/refused', `direction is ${index}`)
    const { dropped } = recorder.finish()
    expect(Object.keys(dropped)).toHaveLength(21)
    expect(dropped['other reasons']).toBe(82)
    expect(test.kernel.state.performance.denials).toBe(0)
  })

  it('tells a denial with its rules, and the market beside the account', async () => {
    const { test, recorder } = await record()
    test.bar(100)
    const { payload } = test.request(orderOf({ quantity: '500' }))
    expect(payload.allowed).toBe(false)
    test.bar(110)
    const { denials, curve, prices, trades } = recorder.finish()
    expect(trades).toEqual([])
    expect(denials[0]).toMatchObject({
      symbol: 'XYZ',
      side: 'buy',
      quantity: '500',
      price: 100e8,
      sent: false,
    })
    expect(denials[0]?.by).toEqual([...payload.deniedBy, ...payload.limitsDenied])
    expect(curve.at(-1)).toMatchObject({ equity: 100_000_000_000, benchmark: 110_000_000_000 })
    expect(prices[0]?.candles).toHaveLength(2)
  })
})
