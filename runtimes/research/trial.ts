/**
 * One backtest of research: the kernel alone over a market, without a journal. What decides is the same as in
 * `ark backtest`, so its decisions have the same digest.
 *
 * Everything that goes in and comes out is plain JSON, since most trials run in another process (crew.ts).
 */

import { equityOf } from '#core/book/book.ts'
import { createPerformance } from '#core/book/performance.ts'
import type { ArkEvent, Cash, Plugin, TimeMs } from '#core/contract.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { countDropped, type Dropped } from '../backtest/dropped.ts'
import { createEngine, runMarket } from '../backtest/engine.ts'
import { forMarket } from '../backtest/instruments.ts'
import type { BacktestSpec } from '../backtest/spec.ts'
import { titleOf } from '../backtest/title.ts'
import { buildSummary, type Figures } from '../cli/summary.ts'
import { nativeHash } from '../shared/hash.ts'
import { createTradeCounter } from './closed-trades.ts'
import { endingAt, partedAt, timeOfRow } from './cut-market.ts'
import { type Line, toLine } from './line.ts'
import { quietUntil } from './quiet.ts'
import type { Redirects } from './redirect.ts'

export interface Trial {
  readonly spec: BacktestSpec
  /** No row or event later than this is shown. */
  readonly until?: TimeMs
  /** Before this the strategy is shown the market and what it says is dropped; figures begin here. */
  readonly quietUntil?: TimeMs
  /** Files that are read in the place of others, by whomever. Holds for the rest of the process. */
  readonly redirects?: Redirects
  /** Say what was decided, line by line. */
  readonly wantsLines?: boolean
  /** Say the equity at the end of each day. */
  readonly wantsDays?: boolean
}

export interface Outcome {
  readonly figures: Figures
  /** Trading days that the figures are of. */
  readonly dayCount: number
  readonly days: readonly (readonly [TimeMs, Cash])[]
  readonly lines: readonly Line[]
  /** There were more lines than are told. */
  readonly cut: boolean
}

/**
 * What is said of a run line by line must fit through a pipe, and one line is enough to tell two runs apart.
 */
const LINES_MAX = 50_000
/** As in `ark backtest`, though no decision depends on it. */
const RUN_ID = 'backtest-1'
/** The host's signals and the end of its parent wait this long at most. */
const BREATHE_MS = 200

/** Throws SEAL_BROKEN, and what plugins and market throw. */
export async function runTrial(trial: Trial, plugins: readonly Plugin[], market: Market): Promise<Outcome> {
  const { quietUntil: quiet, wantsLines = false, wantsDays = false } = trial
  const spec = forMarket(trial.spec, market)
  const deciding = quiet === undefined ? plugins : quietUntil(plugins, quiet)
  const engine = await createEngine(spec, deciding, nativeHash, RUN_ID)
  const { kernel } = engine
  const lines: Line[] = []
  let told = 0
  const counter = createTradeCounter(kernel)
  const dropped: Dropped = {}
  const sink = (event: ArkEvent): void => {
    counter.see(event)
    countDropped(dropped, event)
    const line = wantsLines ? toLine(event) : undefined
    if (line !== undefined && told++ < LINES_MAX) lines.push(line)
  }
  const begun = performance.now()
  const hooks = {
    sink,
    ...(quiet === undefined ? {} : { onRows: beginAt(kernel, quiet) }),
    between: createBreather(),
  }
  await runMarket(engine, cutBy(market, trial), hooks, 0)
  const elapsedSeconds = (performance.now() - begun) / 1_000
  const { figures } = buildSummary(kernel, {
    title: titleOf(spec),
    elapsedSeconds,
    bars: kernel.state.performance.rows,
    ungoverned: spec.gate === 'observe',
    trades: counter.results,
    dropped,
  })
  const days = daysOf(kernel)
  return { figures, dayCount: days.length, days: wantsDays ? days : [], lines, cut: told > LINES_MAX }
}

function cutBy(market: Market, { until, quietUntil: quiet }: Trial): Market {
  const whole = quiet === undefined ? market : partedAt(market, quiet)
  return until === undefined ? whole : endingAt(whole, until)
}

/** Days on which nothing could be done are no part of a record of trading. */
function beginAt({ book, state }: Kernel, time: TimeMs) {
  let begun = false
  return ({ rows: [first] }: Parameters<NonNullable<Parameters<typeof runMarket>[2]['onRows']>>[0]): void => {
    if (begun || first === undefined || timeOfRow(first) < time) return
    begun = true
    state.performance = createPerformance(equityOf(book))
  }
}

function daysOf({ book, context, state }: Kernel): Outcome['days'] {
  return [...state.performance.days, [context.now, equityOf(book)]]
}

function createBreather(): () => Promise<void> | undefined {
  let breathed = performance.now()
  return () => {
    if (performance.now() - breathed < BREATHE_MS) return undefined
    breathed = performance.now()
    return new Promise((resolve) => setImmediate(resolve))
  }
}
