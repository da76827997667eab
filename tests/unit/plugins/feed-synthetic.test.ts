import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Bar, MarketRows, Schema } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import plugin, { SYNTHETIC_SOURCE } from '#plugins/feed-synthetic/index.ts'
import { SYNTHETIC_INSTRUMENTS } from '#plugins/feed-synthetic/instruments.ts'
import { CRASH_TICKS, createMarket, nextTick } from '#plugins/feed-synthetic/market.ts'
import { createRandom, drawNormal, drawWord } from '#plugins/feed-synthetic/random.ts'
import { createTestHost, createVirtualTime } from '#tests/support/host.ts'

function makeTicks(seed: number, count: number): Bar[][] {
  const market = createMarket(seed)
  return Array.from({ length: count }, (_, tick) => nextTick(market, (tick + 1) * 1_000))
}

const SEEDS = [0, 1, 42, 4_294_967_338]

describe('random numbers', () => {
  it('follow the published generator', () => {
    // xoshiro128** from the state 1, 2, 3, 4, as the authors' C code prints it.
    const random = Uint32Array.of(1, 2, 3, 4)
    expect([drawWord(random), drawWord(random), drawWord(random)]).toEqual([11_520, 0, 5_927_040])
  })

  it('have mean 0 and variance 1 where they stand in for a normal distribution', () => {
    const random = createRandom(7)
    let sum = 0
    let squares = 0
    for (let n = 0; n < 50_000; n++) {
      const value = drawNormal(random)
      sum += value
      squares += value * value
    }
    expect(sum / 50_000).toBeCloseTo(0, 1)
    expect(squares / 50_000).toBeCloseTo(1, 1)
  })
})

describe('the market', () => {
  it('is the same for the same seed and another for another', () => {
    expect(makeTicks(42, 700)).toEqual(makeTicks(42, 700))
    expect(makeTicks(43, 5)).not.toEqual(makeTicks(42, 5))
    // The same lower half.
    expect(makeTicks(4_294_967_338, 5)).not.toEqual(makeTicks(42, 5))
  })

  it.each(SEEDS)('seed %i: yields bars that can be, in whole ticks', (seed) => {
    for (const [tick, bars] of makeTicks(seed, 3_000).entries()) {
      for (const { symbol, end, open, high, low, close, volume, resolution } of bars) {
        const instrument = SYNTHETIC_INSTRUMENTS.find((entry) => entry.symbol === symbol)
        const whole = [open, high, low, close].every(
          (price) => price % (instrument?.tick ?? Number.NaN) === 0,
        )
        const inside = low > 0 && low <= Math.min(open, close) && Math.max(open, close) <= high
        if (whole && inside && volume > 0 && Number.isSafeInteger(volume)) continue
        expect({ tick, symbol, end, open, high, low, close, volume, resolution }).toBe('a bar that can be')
      }
    }
  })

  it('shows every symbol at most once a tick, and leaves some out', () => {
    const ticks = makeTicks(42, 2_000)
    const seen = new Map<string, number>()
    for (const bars of ticks) {
      expect(new Set(bars.map(({ symbol }) => symbol)).size).toBe(bars.length)
      for (const { symbol } of bars) seen.set(symbol, (seen.get(symbol) ?? 0) + 1)
    }
    for (const { symbol } of SYNTHETIC_INSTRUMENTS) expect(seen.get(symbol)).toBeLessThan(2_000)
    expect(seen.get('CROW')).toBeLessThan(900)
    expect(seen.get('ORCA')).toBeGreaterThan(1_900)
  })

  it.each(SEEDS)('seed %i: crashes early, all together, by a tenth to a quarter', (seed) => {
    const market = createMarket(seed)
    const { start } = market.crash
    expect(start).toBeGreaterThanOrEqual(200)
    expect(start).toBeLessThanOrEqual(400)
    while (market.tick < start) nextTick(market, 0)
    const before = market.listings.map(({ price }) => price)
    for (let tick = 0; tick < CRASH_TICKS; tick++) nextTick(market, 0)
    market.listings.forEach(({ price }, index) => {
      const fall = 1 - price / (before[index] ?? 0)
      expect(fall).toBeGreaterThan(0.09)
      expect(fall).toBeLessThan(0.26)
    })
    expect(market.crash.start).toBeGreaterThan(market.tick + 1_999)
    expect(market.crash.start).toBeLessThanOrEqual(market.tick + 5_000)
  })

  it('jumps now and then by 3 to 15 %', () => {
    const last = new Map<string, number>()
    const jumps: number[] = []
    for (const bars of makeTicks(42, 5_000)) {
      for (const { symbol, open, close } of bars) {
        const gap = Math.abs(open / (last.get(symbol) ?? open) - 1)
        if (gap > 0.03 && symbol !== 'CROW') jumps.push(gap)
        last.set(symbol, close)
      }
    }
    expect(jumps.length).toBeGreaterThan(20)
    expect(Math.max(...jumps)).toBeLessThan(0.2)
  })

  it.each(SEEDS)('seed %i: is lively enough for stops of two ATRs between 0.1 and 20 %', (seed) => {
    const ranges = new Map<string, number[]>()
    const closes = new Map<string, number>()
    for (const bars of makeTicks(seed, 600)) {
      for (const { symbol, high, low, close } of bars) {
        const before = closes.get(symbol) ?? close
        const range = (Math.max(high, before) - Math.min(low, before)) / close
        const known = ranges.get(symbol) ?? []
        known.push(range)
        ranges.set(symbol, known)
        closes.set(symbol, close)
        if (known.length < 14) continue
        const atr = known.slice(-14).reduce((sum, value) => sum + value, 0) / 14
        if (!(2 * atr > 0.001 && 2 * atr < 0.2)) expect(`${symbol} ${atr}`).toBe('between 0.1 and 20 %')
      }
    }
    expect(ranges.size).toBe(8)
  })

  it('stays in sight of its first prices for a day', () => {
    const market = createMarket(42)
    for (let tick = 0; tick < 86_400; tick++) {
      nextTick(market, 0)
      for (const { price, character } of market.listings) {
        if (price < character.price / 5 || price > character.price * 5) expect(price).toBe(character.price)
      }
    }
  })

  it('trades about what the registry says', () => {
    const volumes = new Map<string, number>()
    const market = createMarket(1)
    for (let tick = 0; tick < 86_400; tick++) {
      for (const { symbol, volume } of nextTick(market, 0))
        volumes.set(symbol, (volumes.get(symbol) ?? 0) + volume)
    }
    for (const { symbol, adv20 = 0 } of SYNTHETIC_INSTRUMENTS) {
      const ratio = (volumes.get(symbol) ?? 0) / adv20
      expect(ratio).toBeGreaterThan(0.6)
      expect(ratio).toBeLessThan(1.7)
    }
  })
})

describe('the instruments', () => {
  it('are eight of kind crypto, some of which cannot be sold short', () => {
    expect(SYNTHETIC_INSTRUMENTS).toHaveLength(8)
    for (const { kind, venue, tick, lot, multiplier } of SYNTHETIC_INSTRUMENTS) {
      expect({ kind, venue, multiplier }).toEqual({ kind: 'crypto', venue: 'SYNTH', multiplier: 1 })
      expect(tick).toBeGreaterThan(0)
      expect(lot).toBeGreaterThan(0)
    }
    expect(SYNTHETIC_INSTRUMENTS.filter(({ shortable }) => shortable === true)).toHaveLength(5)
  })
})

/** A journal in memory, behind which the service runs on virtual time. */
function createBox(accepted = 0) {
  const time = createVirtualTime()
  const test = createTestHost('feed-synthetic', { timers: time.timers, clock: time.clock })
  const batches: MarketRows[] = []
  const gate = { refusal: undefined as Error | undefined, hold: undefined as Promise<void> | undefined }
  const host = {
    ...test.host,
    rowsAccepted: (source: string) => (source === SYNTHETIC_SOURCE ? accepted : 0),
    offerRows: async (_: string, rows: MarketRows) => {
      if (gate.refusal !== undefined) throw gate.refusal
      batches.push(rows)
      await gate.hold
      return { seq: batches.length, traceId: '' }
    },
  }
  const schema: Schema<{ seed: number; hz: number }> = plugin.config
  const start = async (config: unknown = {}) => {
    const result = await schema['~standard'].validate(config)
    if (result.issues !== undefined) throw new Error('a bad configuration')
    return plugin.service.start(host, result.value)
  }
  /** What was offered but for its time. */
  const bars = () =>
    batches.flatMap((batch) => (batch.kind === 'bars' ? batch.rows.map((bar) => ({ ...bar, end: 0 })) : []))
  return { time, batches, gate, logs: test.logs, start, bars }
}

const timeless = (ticks: readonly Bar[][]) => ticks.flat().map((bar) => ({ ...bar, end: 0 }))

describe('the service', () => {
  it.each([{ seed: -1 }, { seed: 0.5 }, { hz: 0 }, { hz: 2 }, { speed: 1 }])('refuses %j', (config) => {
    expect(v.safeParse(plugin.config, config).success).toBe(false)
  })

  it('offers a tick a second, stamped with the second', async () => {
    const box = createBox()
    const feed = await box.start()
    await box.time.advance(5_400)
    await feed.stop()
    expect(box.bars()).toEqual(timeless(makeTicks(42, 5)))
    const times = box.batches.map((batch) => (batch.kind === 'bars' ? (batch.rows[0]?.end ?? 0) : 0))
    expect(times.map((end) => end - (times[0] ?? 0))).toEqual([0, 1_000, 2_000, 3_000, 4_000])
    expect(times.every((end) => end % 1_000 === 0)).toBe(true)
    await box.time.advance(3_000)
    expect(box.batches).toHaveLength(5)
  })

  it('leaves ticks out while an offer is out, and loses nothing of the market', async () => {
    const box = createBox()
    let release = (): void => {}
    box.gate.hold = new Promise((resolve) => {
      release = resolve
    })
    const feed = await box.start()
    await box.time.advance(4_000)
    expect(box.batches).toHaveLength(1)
    box.gate.hold = undefined
    release()
    await box.time.advance(2_000)
    await feed.stop()
    expect(box.bars()).toEqual(timeless(makeTicks(42, 3)))
  })

  it('offers a refused tick again, and tells of the refusal once', async () => {
    const box = createBox()
    box.gate.refusal = new ArkError('DATA_BACKWARDS', 'bars/0', 'older')
    const feed = await box.start()
    await box.time.advance(3_000)
    expect(box.logs).toHaveLength(1)
    box.gate.refusal = undefined
    await box.time.advance(2_000)
    await feed.stop()
    expect(box.bars()).toEqual(timeless(makeTicks(42, 2)))
  })

  it.each([0, 3, 700, 6_000])('continues after %i ticks as if it had not stopped', async (ticks) => {
    const whole = makeTicks(42, ticks + 3)
    const box = createBox(whole.slice(0, ticks).flat().length)
    const feed = await box.start()
    await box.time.advance(3_500)
    await feed.stop()
    const bars = box.bars()
    expect(bars).toEqual(timeless(whole.slice(ticks)).slice(0, bars.length))
    expect(bars.length).toBeGreaterThan(10)
    expect(box.logs).toEqual([])
  })

  it('says so when the journal’s rows are not this market’s', async () => {
    const box = createBox(3)
    const feed = await box.start()
    await box.time.advance(100)
    await feed.stop()
    expect(box.logs).toMatchObject([{ level: 'warn', message: 'the journal holds rows of another seed' }])
  })
})
