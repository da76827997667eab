/**
 * The strategies of the house: what each does on which bar of a series whose indicators were computed by
 * hand.
 */

import { describe, expect, it } from 'vitest'
import type { Plugin } from '#core/contract.ts'
import { installPlugins } from '#core/cycle/loader.ts'
import buyAndHold from '#plugins/buy-and-hold/index.ts'
import donchianBreakout from '#plugins/donchian-breakout/index.ts'
import emaCross from '#plugins/ema-cross/index.ts'
import macdTrend from '#plugins/macd-trend/index.ts'
import rsiReversion from '#plugins/rsi-reversion/index.ts'
import type { Played } from '#runtimes/plugin-new/ark.d.ts'
import { CHECKS } from '#runtimes/plugin-new/checks.ts'
import { createStage, play, toBar } from '#runtimes/plugin-new/stage.ts'
import { STRATEGIES } from '#runtimes/strategies.ts'
import { ONE } from '../../support/facts.ts'
import { NOW } from '../../support/kernel.ts'

async function settingsOf(plugin: Plugin, given: object = {}): Promise<unknown> {
  return (await installPlugins([plugin], { [plugin.name]: given }))[0]?.config
}

/** What it says, and on which bars. */
async function perform(plugin: unknown, params: object, market: Played) {
  const strategy = plugin as Plugin
  return play(strategy, await settingsOf(strategy, params), market)
}

const barsOf = (said: Awaited<ReturnType<typeof perform>>) => said.map(({ bar, action }) => [bar, action])

/** Down from 120 to 100 at bar 20, up to 120 at bar 40, down again. */
const ZIGZAG = Array.from({ length: 60 }, (_unused, bar) => 100 + Math.abs(20 - (bar < 40 ? bar : 80 - bar)))
const FLAT = Array.from({ length: 80 }, () => 100)

describe.each(STRATEGIES.map((plugin) => [plugin.name, plugin] as const))('%s', (name, plugin) => {
  it('is an agent that says patterns and asks for nothing', () => {
    const { agent, consumes, emits, needs, overlay, broker, service } = plugin
    expect([agent === undefined, overlay, broker, service]).toEqual([false, undefined, undefined, undefined])
    expect([consumes, emits, needs]).toEqual([
      ['market/bar'],
      ['pattern/recognised', 'order/amend_requested'],
      [],
    ])
  })

  it.each<[string, unknown]>([
    ['a key it does not know', { noSuchSetting: 1 }],
    ['a text', 'fast'],
  ])('takes no settings with %s', async (_, settings) => {
    await expect(installPlugins([plugin], { [name]: settings })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      where: expect.stringContaining(`plugins.${name}`),
    })
  })

  it.each(CHECKS.map(({ title, run }) => [title, run] as const))('%s', async (_, run) => {
    run(plugin, await settingsOf(plugin))
  })

  it('says nothing while a market stands still, after it may have bought at its beginning', async () => {
    const said = await perform(plugin, {}, { closes: FLAT })
    expect(said.filter(({ bar }) => bar > 0)).toEqual([])
  })
})

describe('settings that contradict one another are refused', () => {
  it.each<[unknown, object, RegExp]>([
    [emaCross, { fast: 26, slow: 12 }, /fast must be below slow/],
    [macdTrend, { fast: 26, slow: 26 }, /fast must be below slow/],
    [rsiReversion, { oversold: 60, recovered: 55 }, /oversold must be below recovered/],
    [donchianBreakout, { reward: 1.4 }, /1\.5/],
    [emaCross, { risk: 0 }, /0/],
  ])('%#', async (plugin, settings, why) => {
    await expect(settingsOf(plugin as Plugin, settings)).rejects.toThrow(why)
  })
})

describe('buy-and-hold', () => {
  it('buys all-in on the first bar, and never again', async () => {
    const stage = createStage(buyAndHold as unknown as Plugin, {})
    const said = ZIGZAG.map((close, bar) => stage.show(barAt(close, bar)))
    expect(said[0]).toMatchObject([{ action: 'enter', direction: 'long', sizing: { kind: 'all-in' } }])
    expect(said[0]?.[0]?.legs).toBeUndefined()
    expect(said.slice(1).flat()).toEqual([])
  })

  it('asks for an equal part where several symbols share the account', () => {
    const stage = createStage(buyAndHold as unknown as Plugin, { symbols: 4 })
    expect(stage.show(barAt(100, 0))).toMatchObject([{ sizing: { kind: 'all-in', share: 0.25 } }])
  })

  it('buys each symbol once', () => {
    const stage = createStage(buyAndHold as unknown as Plugin, {})
    const symbols = ['ONE', 'TWO', 'ONE', 'TWO'].flatMap((symbol, bar) =>
      stage.show({ ...barAt(100, bar), symbol }).map((pattern) => pattern.symbol),
    )
    expect(symbols).toEqual(['ONE', 'TWO'])
  })
})

describe('ema-cross', () => {
  // k bars after a line of slope 1 turned, the averages (3 and 6) differ by 1.5 + 2·0.5^k − 5·(5/7)^k: below
  // 0 up to k = 3.
  const params = { fast: 3, slow: 6, atr: 1 }

  it('enters on the bar of the cross with a bracket of two and four ATRs, and leaves on the cross back', async () => {
    const said = await perform(emaCross, params, { closes: ZIGZAG, reach: 0.5 })
    // Bar 24 closes at 104; its range, stretched to the close before, is 2.
    expect(said).toEqual([
      { bar: 24, action: 'enter', direction: 'long', stop: 100, targets: [112], evidence: { atr: 2 } },
      { bar: 44, action: 'exit', direction: 'long', targets: [], evidence: {} },
    ])
  })

  it('does not enter on the side it first sees, however strong the trend', async () => {
    const rising = Array.from({ length: 60 }, (_unused, bar) => 100 + bar)
    expect(await perform(emaCross, params, { closes: rising, reach: 0.5 })).toEqual([])
  })

  it('takes equal averages for no cross', async () => {
    // 100 for 10 bars leaves both at 100; the first move decides the side, the one back is the first cross.
    const closes = [...FLAT.slice(0, 10), 99, 98, 97, 110, 120]
    expect(barsOf(await perform(emaCross, params, { closes, reach: 0.5 }))).toEqual([[13, 'enter']])
  })

  it('risks one per cent of equity unless it is told otherwise', async () => {
    const settings = await settingsOf(emaCross as unknown as Plugin, { ...params, risk: 0.02 })
    const stage = createStage(emaCross as unknown as Plugin, settings)
    const [entry] = ZIGZAG.flatMap((close, bar) => stage.show(barAt(close, bar, 0.5)))
    expect(entry?.sizing).toEqual({ kind: 'risk', fraction: 0.02 })
    expect(await settingsOf(emaCross as unknown as Plugin)).toEqual({
      fast: 12,
      slow: 26,
      atr: 14,
      stop: 2,
      target: 4,
      risk: 0.01,
    })
  })
})

describe('macd-trend', () => {
  // Averages of 1 and 2 closes, a signal of 2: the MACD of bar 3 is 10/3, its signal 20/9, the lead (10/9) ÷
  // 110.
  const params = { fast: 1, slow: 2, signal: 2 }

  it('enters above the threshold and leaves below its negative', async () => {
    const said = await perform(macdTrend, params, { closes: [100, 100, 100, 110, 100, 100] })
    expect(barsOf(said)).toEqual([
      [3, 'enter'],
      [4, 'exit'],
    ])
    expect(said[0]?.evidence.lead).toBeCloseTo(10 / 9 / 110, 12)
    expect(said[1]?.evidence.lead).toBeCloseTo(-(40 / 27) / 100, 12)
    expect(said[0]?.stop).toBeUndefined()
  })

  it('waits while the lead is within the threshold', async () => {
    const closes = [100, 100, 100, 110, 100, 100]
    expect(await perform(macdTrend, { ...params, threshold: 0.0102 }, { closes })).toEqual([])
    expect(barsOf(await perform(macdTrend, { ...params, threshold: 0.0101 }, { closes }))).toEqual([
      [3, 'enter'],
      [4, 'exit'],
    ])
  })

  it('goes all-in, and asks once while its order waits', async () => {
    const plugin = macdTrend as unknown as Plugin
    const stage = createStage(plugin, await settingsOf(plugin, params))
    const said = [100, 100, 100, 110, 130].map((close, bar) => stage.show(barAt(close, bar)))
    expect(said.map(({ length }) => length)).toEqual([0, 0, 0, 1, 0])
    expect(said[3]?.[0]?.sizing).toEqual({ kind: 'all-in' })
  })

  it('does as the formula written out over whole series does', async () => {
    const closes = Array.from(
      { length: 400 },
      (_unused, bar) => 100 + ((bar * 7_919) % 23) + Math.abs((bar % 90) - 45),
    )
    const said = await perform(macdTrend, {}, { closes })
    expect(barsOf(said)).toEqual(byFormula(closes))
    expect(said.length).toBeGreaterThan(4)
  })
})

/** MACD(12, 26, 9) over arrays, averages seeded with the mean of their first values. */
function byFormula(closes: readonly number[]): readonly (readonly [number, string])[] {
  const average = (values: readonly number[], length: number) => {
    const averages: number[] = []
    for (const [index, value] of values.entries()) {
      const before = averages.at(-1)
      if (index + 1 < length) averages.push(Number.NaN)
      else if (index + 1 === length)
        averages.push(values.slice(0, length).reduce((sum, each) => sum + each, 0) / length)
      else averages.push((before ?? 0) + (2 / (length + 1)) * (value - (before ?? 0)))
    }
    return averages
  }
  const [fast, slow] = [average(closes, 12), average(closes, 26)]
  const macd = closes.map((_unused, bar) => (fast[bar] ?? 0) - (slow[bar] ?? 0)).slice(25)
  const signal = average(macd, 9)
  const said: [number, string][] = []
  let long = false
  for (const [index, value] of macd.entries()) {
    const lead = (value - (signal[index] ?? 0)) / (fast[index + 25] ?? 0)
    if (long ? lead < -0.0025 : lead > 0.0025) {
      long = !long
      said.push([index + 25, long ? 'enter' : 'exit'])
    }
  }
  return said
}

describe('rsi-reversion', () => {
  // Of two changes: 0 after two falls, 50 after one rise, 75 after the next.
  const params = { rsi: 2, atr: 1 }

  it('enters when it rises out of oversold, and leaves when it has recovered', async () => {
    const said = await perform(rsiReversion, params, { closes: [100, 99, 98, 99, 100], reach: 0.5 })
    expect(said).toEqual([
      { bar: 3, action: 'enter', direction: 'long', stop: 95, targets: [107], evidence: { rsi: 50, atr: 2 } },
      { bar: 4, action: 'exit', direction: 'long', targets: [], evidence: { rsi: 75 } },
    ])
  })

  it('does not catch a falling market', async () => {
    const closes = Array.from({ length: 40 }, (_unused, bar) => 100 - bar)
    expect(await perform(rsiReversion, params, { closes, reach: 0.5 })).toEqual([])
  })
})

describe('donchian-breakout', () => {
  const params = { entry: 3, exit: 2 }
  /**
   * Bar 4 leaves the channel of bars 1 to 3 (100 to 101); bar 6 falls below the low of bars 4 and 5 (101).
   */
  const closes = [100, 101, 100, 101, 103, 102, 100.5]

  it('enters above the channel of the bars before, stop at the other channel, and leaves below that', async () => {
    expect(await perform(donchianBreakout, params, { closes })).toEqual([
      {
        bar: 4,
        action: 'enter',
        direction: 'long',
        stop: 100,
        targets: [109],
        evidence: { top: 101, bottom: 100 },
      },
      { bar: 6, action: 'exit', direction: 'long', targets: [], evidence: { bottom: 101 } },
    ])
  })

  it('takes a close at the top for none', async () => {
    expect(await perform(donchianBreakout, params, { closes: [100, 101, 100, 101, 101] })).toEqual([])
  })

  it('puts the stop at a multiple of the ATR when it is told to', async () => {
    const atr = { ...params, stopAt: 'atr', atr: 1, stop: 1.5, reward: 3 }
    const [entry] = await perform(donchianBreakout, atr, { closes })
    expect([entry?.bar, entry?.stop, entry?.targets]).toEqual([4, 100, [112]])
  })
})

function barAt(close: number, bar: number, reach = 0) {
  const price = (value: number) => Math.round(value * ONE)
  const prices = [close, close + reach, close - reach, close].map(price)
  const [open = 0, high = 0, low = 0, last = 0] = prices
  return toBar('XYZ', NOW + bar * 60_000, [open, high, low, last])
}
