/**
 * HRM's agent part: it watches the day's result, the positions that are closed and the benchmark, trips the
 * circuit breakers and resets them.
 *
 * Run inside the cycle. Its state is plain JSON and goes into snapshots, so a breaker survives a restart. A
 * breaker that trips is an event, and so is its reset.
 */

import type { ArkEvent, Draft, EventOf, Price, TimeMs, World } from '#core/contract.ts'
import { NOTHING, parseCash } from '#core/math.ts'
import { DAY, MINUTE } from '#core/time.ts'
import type { Benchmark, BreakerState } from './breakers.ts'
import type { HrmConfig } from './config.ts'
import { closeLongs } from './exits.ts'
import type { Breaker } from './tighten.ts'

/** A jump beyond this share of the price before it counts when a second observation confirms it. */
const WILD_DAILY = 0.25
const WILD = 0.1

export function watch(
  state: BreakerState,
  event: ArkEvent,
  config: HrmConfig,
  world: World,
): readonly Draft[] {
  const now = world.now()
  const said: Draft[] = []
  resetTimed(state, config, now, said)
  switch (event.type) {
    case 'run/started':
      state.realised = world.realised()
      break
    case 'order/filled':
      foldFill(state, event, config, world, said)
      break
    case 'market/bar':
    case 'market/trade':
    case 'market/quote':
      if (config.benchmark.includes(event.payload.symbol)) foldBenchmark(state, event, config, world, said)
      break
  }
  watchDay(state, config, world, said)
  if (now < state.closingUntil) closeLongs(state, world, said)
  return said.length === 0 ? NOTHING : said
}

function trip(breaker: Breaker, reason: string, until: TimeMs, said: Draft[]): void {
  const { id, action, factor } = breaker
  const cut = factor > 0 ? { factor } : {}
  said.push({ type: 'breaker/tripped', payload: { breaker: id, action, reason, until, ...cut } })
}

function reset(breaker: Breaker, reason: string, said: Draft[]): void {
  said.push({ type: 'breaker/reset', payload: { breaker: breaker.id, reason } })
}

function resetTimed(state: BreakerState, { overlay }: HrmConfig, now: TimeMs, said: Draft[]): void {
  const { suspend, reduce, close } = overlay
  if (state.suspendedUntil > 0 && now >= state.suspendedUntil) {
    state.suspendedUntil = 0
    reset(suspend, `${suspend.minutes} minutes are over`, said)
  }
  if (state.reducedUntil > 0 && now >= state.reducedUntil) {
    state.reducedUntil = 0
    state.losses = 0
    reset(reduce, `no position was lost for ${reduce.minutes} minutes`, said)
  }
  if (state.closingUntil > 0 && now >= state.closingUntil) {
    state.closingUntil = 0
    state.exitsAt = 0
    reset(close, 'the benchmark’s next day has begun', said)
  }
}

/** Divides as a float: exact at the bound, because a quotient is rounded to the nearest number. */
function watchDay(state: BreakerState, { overlay }: HrmConfig, world: World, said: Draft[]): void {
  if (state.suspendedUntil > 0) return
  const start = world.dayStartEquity()
  const loss = start + world.netDeposits() - world.equity()
  if (!(loss > 0) || !(start > 0) || loss / start < -overlay.suspend.value / 100) return
  state.suspendedUntil = world.now() + overlay.suspend.minutes * MINUTE
  trip(overlay.suspend, `the day has lost ${percent(loss / start)}`, state.suspendedUntil, said)
}

/** What is realised between two fills was realised by the second. A position's fees count with it. */
function foldFill(
  state: BreakerState,
  { payload }: EventOf<'order/filled'>,
  config: HrmConfig,
  world: World,
  said: Draft[],
): void {
  const { symbol, side, fee } = payload
  const realised = world.realised()
  const gained = realised - state.realised
  state.realised = realised
  const result = (state.results[symbol] ?? 0) + gained - parseCash(fee)
  const position = world.position(symbol)
  // A flip closes one position and opens the next.
  const isFlip = gained !== 0 && position !== 0 && position > 0 === (side === 'buy')
  if (position !== 0 && !isFlip) {
    state.results[symbol] = result
    return
  }
  delete state.results[symbol]
  if (isFlip) state.results[symbol] = 0
  if (result < 0) countLoss(state, config, world.now(), said)
  else if (result > 0) countGain(state, config, said)
}

function countLoss(state: BreakerState, { overlay }: HrmConfig, now: TimeMs, said: Draft[]): void {
  const { reduce } = overlay
  state.losses++
  if (state.losses < reduce.value) return
  const isNew = state.reducedUntil === 0
  state.reducedUntil = now + reduce.minutes * MINUTE
  if (isNew) trip(reduce, `${state.losses} positions in a row were lost`, state.reducedUntil, said)
}

function countGain(state: BreakerState, { overlay }: HrmConfig, said: Draft[]): void {
  state.losses = 0
  if (state.reducedUntil === 0) return
  state.reducedUntil = 0
  reset(overlay.reduce, 'a position has gained', said)
}

/**
 * A day is one of UTC: the regular session lies within one, and the gap before it belongs to it, since the
 * day is measured from the last price of the day before.
 */
function foldBenchmark(
  state: BreakerState,
  event: EventOf<'market/bar'> | EventOf<'market/trade'> | EventOf<'market/quote'>,
  { overlay }: HrmConfig,
  world: World,
  said: Draft[],
): void {
  const { symbol } = event.payload
  const isBar = event.type === 'market/bar'
  // A row of a source that nobody registered is shown too: it has made no mark.
  const price = world.mark(symbol)
  const time = isBar ? event.payload.end : event.payload.time
  const day = Math.floor((time - 1) / DAY)
  const known = state.benchmarks[symbol]
  if (!(price > 0) || (known !== undefined && day < known.day)) return
  const start = isBar && event.payload.close === price && event.payload.open > 0 ? event.payload.open : price
  const benchmark = known ?? { day, start, last: price, seen: price }
  if (known === undefined) state.benchmarks[symbol] = benchmark
  if (!believe(benchmark, price, isBar && event.payload.resolution === '1d' ? WILD_DAILY : WILD)) return
  if (day > benchmark.day) {
    benchmark.day = day
    benchmark.start = benchmark.last
  }
  benchmark.last = price
  const fall = (benchmark.start - price) / benchmark.start
  if (state.closingUntil > 0 || fall < -overlay.close.value / 100) return
  // The instant that ends a day belongs to it: what a daily bar shows is acted on at once.
  state.closingUntil = (day + 1) * DAY + 1
  trip(overlay.close, `${symbol} has fallen ${percent(fall)} today`, state.closingUntil, said)
}

/** One wild print closes nothing: it takes a second one near it. */
function believe(benchmark: Benchmark, price: Price, wild: number): boolean {
  const { last, seen } = benchmark
  benchmark.seen = price
  return Math.abs(price - last) <= wild * last || Math.abs(price - seen) <= wild * seen
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100} %`
}
