/**
 * What ten times the bars cost: two processes of our own, in which a backtest runs over bars that are made as
 * it goes. Nothing of the market stays in memory, so what grows is the engine's. Time is told by the process,
 * memory is looked at from outside.
 */

import { assert } from '#core/errors.ts'
import type { Cli } from '../cli/cli.ts'
import { engineRows } from './engine-market.ts'
import { marketOf, planEngine, runEngine } from './engine-run.ts'
import type { Sample } from './report.ts'
import { ended, residentMegabytes, spawnArk } from './spawn.ts'

/** Ten symbols: a million bars are a year of them, ten million are ten years. */
const SYMBOLS = 10
const TIMES = 10
/**
 * Runs before the time begins, so that the compiler's share of it is none of either: each begins a kernel
 * anew.
 */
const WARM_UPS = 3
const WARM_UP_BARS = 200_000
const LOOK_MS = 250

/** What the child prints. */
interface Told {
  readonly ms: number
  readonly fills: number
}

/** The child's part: one run, and one line about it. */
export async function growOnce(cli: Cli, bars: number): Promise<void> {
  const planned = await planEngine('bench', SYMBOLS, 'enforce')
  const runOver = (count: number) => runEngine(planned, marketOf(engineRows(count, SYMBOLS), count))
  for (let run = 0; run < WARM_UPS; run++) await runOver(WARM_UP_BARS)
  const { ms, fills } = await runOver(bars)
  const told: Told = { ms, fills }
  cli.out(JSON.stringify(told))
}

/** Time of ten times `bars` as a multiple of the time of `bars`. */
export async function growth(bars: number): Promise<Sample> {
  const small = await watchRun(bars)
  const large = await watchRun(TIMES * bars)
  return {
    value: large.ms / small.ms,
    detail: {
      bars,
      times: TIMES,
      barsPerSecond: Math.round((bars / small.ms) * 1_000),
      barsPerSecondLarge: Math.round(((TIMES * bars) / large.ms) * 1_000),
      fills: small.fills,
      fillsLarge: large.fills,
      rssSmallMax: most(small.megabytes),
      rssLargeFirstHalfMax: most(firstHalf(large.megabytes)),
      rssLargeSecondHalfMax: most(large.megabytes.slice(firstHalf(large.megabytes).length)),
    },
  }
}

async function watchRun(bars: number): Promise<Told & { readonly megabytes: readonly number[] }> {
  const child = spawnArk(['bench', 'grow', '--bars', String(bars)], 'piped')
  const megabytes: number[] = []
  const look = setInterval(
    () => void residentMegabytes(child.pid ?? 0).then((size) => megabytes.push(size)),
    LOOK_MS,
  )
  let text = ''
  for await (const chunk of child.stdout ?? []) text += String(chunk)
  await ended(child)
  clearInterval(look)
  assert(child.exitCode === 0, 'bench', `The run over ${bars} bars ended with code ${child.exitCode}.`)
  // Of a process that has just ended the host tells nothing.
  return { ...(JSON.parse(text) as Told), megabytes: megabytes.filter((size) => size > 0) }
}

function firstHalf(values: readonly number[]): readonly number[] {
  return values.slice(0, Math.ceil(values.length / 2))
}

function most(values: readonly number[]): number {
  return Math.round(Math.max(...values))
}
