/**
 * Does a strategy read the future? It is run on the same past with other futures, and must say the same up to
 * there.
 *
 * Four checks, each against a first run in a process of its own: once more in that process (what a strategy
 * keeps outside its state knows the whole market by then), once in a fresh process (time and chance), on data
 * that end at a cut, and on files that are altered after it. It promises to name the first line that differs,
 * and the cut.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import type { TimeMs } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { nameOfStrategy, type Planned } from '../backtest/options.ts'
import type { BacktestSpec } from '../backtest/spec.ts'
import { isStrategyFile } from '../strategies.ts'
import { writeAltered } from './altered-file.ts'
import { findBlindSpot } from './blind-spot.ts'
import type { Line } from './line.ts'
import type { Outcome, Trial } from './trial.ts'
import { startWorker, type Worker } from './worker.ts'

export interface Check {
  readonly kind: 'again' | 'fresh' | 'prefix' | 'altered'
  readonly cut?: TimeMs
  /** Lines that were held against each other. */
  readonly compared: number
  readonly difference?: Difference
}

export interface Difference {
  /** Place in the first run, counted from 1. */
  readonly line: number
  readonly time: TimeMs
  /** What was said with all of the data; null = nothing. */
  readonly whole: string | null
  /** What was said in this check. */
  readonly other: string | null
}

export interface LookAhead {
  /** Its name, and how it was called on the command line. */
  readonly strategy: string
  readonly called: string
  /**
   * nothing = it never said anything, so there was nothing to hold it to; blind = it may read files that this
   * runtime cannot alter.
   */
  readonly verdict: 'clean' | 'caught' | 'nothing' | 'blind'
  readonly advice: number
  readonly decisions: number
  readonly checks: readonly Check[]
}

/** Makes the processes that the checks run in. */
export type Start = () => Worker

export interface LookAheadTask {
  readonly planned: Planned
  readonly market: Pick<Market, 'quality'>
  /** How many. */
  readonly cuts: number
  readonly start?: Start
  /** Told after each run; `all` is the most that there will be. */
  readonly onRun?: (done: number, all: number) => void
}

/** Throws what a run throws, such as PLUGIN_FAILED when a process ends in the middle. */
export async function checkLookAhead(task: LookAheadTask): Promise<LookAhead> {
  const { planned, market, cuts, start = startWorker, onRun = () => undefined } = task
  const { spec } = planned
  const workers: Worker[] = []
  const fresh = (): Worker => {
    const worker = start()
    workers.push(worker)
    return worker
  }
  const folder = mkdtempSync(join(tmpdir(), 'ark-look-ahead-'))
  try {
    const first = fresh()
    const trial = { spec, wantsLines: true }
    const whole = await first.run(trial)
    const { lines } = whole
    const checks: Check[] = []
    const note = (check: Check): void => {
      checks.push(check)
      onRun(1 + checks.length, RUNS_WITHOUT_CUT + 2 * cuts)
    }
    onRun(1, RUNS_WITHOUT_CUT + 2 * cuts)
    note(compare('again', whole, await first.run(trial)))
    note(compare('fresh', whole, await fresh().run(trial)))
    const times = lines.length === 0 ? [] : chooseCuts(lines, spanOf(market), cuts)
    for (const cut of times) note(compare('prefix', whole, await first.run({ ...trial, until: cut }), cut))
    for (const [index, cut] of times.entries()) {
      const altered = await alter(spec, cut, join(folder, String(index)))
      if (altered === undefined) continue
      const worker = fresh()
      note(compare('altered', whole, await worker.run({ ...altered, wantsLines: true }), cut))
      worker.end()
    }
    assertAltered(spec, checks)
    return {
      strategy: nameOfStrategy(planned.plugins),
      called: spec.strategy,
      verdict: verdictOf(checks, lines, spec.strategy),
      advice: lines.filter(({ what }) => what === 'advice').length,
      decisions: lines.filter(({ what }) => what === 'decision').length,
      checks,
    }
  } finally {
    for (const worker of workers) worker.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A market of files of which none could be altered proves nothing of a strategy that reads them itself. */
function assertAltered({ data: [file] }: BacktestSpec, checks: readonly Check[]): void {
  const kinds = new Set(checks.map(({ kind }) => kind))
  if (file === undefined || !kinds.has('prefix') || kinds.has('altered')) return
  const why = 'no row lies behind any cut, so nothing could be altered, wanted more rows'
  throw new ArkError('DATA_INVALID', file, `${why}.`)
}

function verdictOf(checks: readonly Check[], lines: readonly Line[], strategy: string): LookAhead['verdict'] {
  if (checks.some(({ difference }) => difference !== undefined)) return 'caught'
  if (lines.length === 0) return 'nothing'
  return isStrategyFile(strategy) && findBlindSpot(strategy) !== undefined ? 'blind' : 'clean'
}

function spanOf({ quality }: Pick<Market, 'quality'>): readonly [TimeMs, TimeMs] {
  const known = quality.symbols.filter(({ rows }) => rows > 0)
  return [Math.min(...known.map(({ first }) => first)), Math.max(...known.map(({ last }) => last))]
}

/**
 * Most of them at moments when the strategy advised something: there it must do so without the next row. The
 * others lie evenly over the data. Each leaves something behind it.
 */
export function chooseCuts(
  lines: readonly Pick<Line, 'time' | 'what'>[],
  [first, last]: readonly [TimeMs, TimeMs],
  count: number,
): readonly TimeMs[] {
  const advice = lines.filter(({ what }) => what === 'advice')
  const said = [...new Set(advice.map(({ time }) => time))].filter((time) => time < last)
  const ofAdvice = Math.min(said.length, Math.ceil(count * ADVICE_SHARE))
  const spread = Array.from({ length: ofAdvice }, (_unused, index) => {
    return said[Math.floor(((index + 0.5) * said.length) / ofAdvice)] ?? first
  })
  const rest = count - ofAdvice
  const even = Array.from({ length: rest }, (_unused, index) => {
    return Math.floor(first + ((last - first) * (index + 1)) / (rest + 1))
  })
  return [...new Set([...spread, ...even])].sort((a, b) => a - b)
}

const ADVICE_SHARE = 0.75
/** The first, again and fresh. */
const RUNS_WITHOUT_CUT = 3

/** Up to the cut; a check without one compares everything. */
export function compare(
  kind: Check['kind'],
  whole: Pick<Outcome, 'lines'>,
  other: Pick<Outcome, 'lines'>,
  cut?: TimeMs,
): Check {
  const until = ({ lines }: Pick<Outcome, 'lines'>) =>
    cut === undefined ? lines : lines.filter(({ time }) => time <= cut)
  const [expected, found] = [until(whole), until(other)]
  const compared = Math.max(expected.length, found.length)
  const about = { kind, compared, ...(cut === undefined ? {} : { cut }) }
  for (let index = 0; index < compared; index++) {
    const [one, two] = [expected[index], found[index]]
    if (one?.key === two?.key && one?.time === two?.time) continue
    const time = Math.min(one?.time ?? Number.POSITIVE_INFINITY, two?.time ?? Number.POSITIVE_INFINITY)
    const difference = { line: index + 1, time, whole: one?.text ?? null, other: two?.text ?? null }
    return { ...about, difference }
  }
  return about
}

/**
 * The same backtest over files with another future, also where a parameter of the strategy names one of them
 * or its code opens one; undefined when no row lies after the cut.
 */
async function alter(
  spec: BacktestSpec,
  cut: TimeMs,
  folder: string,
): Promise<Pick<Trial, 'spec' | 'redirects'> | undefined> {
  const copies = new Map<string, string>()
  let altered = 0
  for (const [index, file] of spec.data.entries()) {
    // Under its own name: a file without a column symbol may be known by it.
    const place = join(folder, String(index))
    mkdirSync(place, { recursive: true })
    const copy = join(place, basename(file))
    altered += await writeAltered(file, copy, cut)
    copies.set(resolve(file), copy)
  }
  if (altered === 0) return undefined
  const swap = <T>(value: T): T => swapPaths(value, copies) as T
  const { config, data, params } = spec
  const plugins = swap(config.plugins)
  return {
    spec: { ...spec, data: swap(data), params: swap(params), config: { ...config, plugins } },
    redirects: Object.fromEntries(copies),
  }
}

function swapPaths(value: unknown, copies: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return copies.get(resolve(value)) ?? value
  if (Array.isArray(value)) return value.map((inner) => swapPaths(inner, copies))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, swapPaths(inner, copies)]))
}
