/**
 * The first run of a data directory: the S&P 500 since 2000 through all agents, on an account of its own.
 * Done once; whoever asks later is given the stored summary, and a crash in the middle is gone on from.
 */

import type { ArkEvent } from '#core/contract.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { readPage, readRuns } from '#core/journal/reader.ts'
import type { Database } from '#core/ports.ts'
import type { ReplayProgress } from '#plugins/feed-replay/index.ts'
import { createTradeCounter } from '../research/closed-trades.ts'
import type { Box } from './box.ts'
import type { Cli } from './cli.ts'
import { showProgress } from './progress.ts'
import { FIRST_RUN } from './run-terms.ts'
import { buildSummary, parseSummary, type Summary } from './summary.ts'

const SOURCE = 'sp500'
const FEED = 'feed-replay'
const TITLE = 'S&P 500, daily bars'

/** Of a first run that came to its end. */
export async function storedSummary(database: Database): Promise<Summary | undefined> {
  for (const row of await readRuns(database)) {
    if (row.endedSeq === null || !row.id.startsWith(`${FIRST_RUN.name}-`)) continue
    const summary = parseSummary(row.summary)
    if (summary !== undefined) return summary
  }
  return undefined
}

/** The run must have begun. Returns undefined when `stopped` came before the last bar. */
export async function replayFirstRun(
  box: Box,
  cli: Cli,
  speed: number | 'max',
  stopped: Promise<void>,
): Promise<Summary | undefined> {
  const { ark, ports } = box
  const started = ports.clock.monotonic()
  const feed = (await ark.startService(FEED, { source: SOURCE, speed })) as unknown as ReplayProgress
  const before = feed.progress().rows
  const progress = showProgress(cli, TITLE, feed)
  try {
    await Promise.race([feed.finished, stopped])
  } finally {
    progress.stop()
  }
  if (!feed.progress().done) return undefined
  const elapsedSeconds = (ports.clock.monotonic() - started) / 1_000
  await ark.settle()
  const events = await newestRun(box.database)
  let summary: Summary | undefined
  const summarise = (kernel: Kernel): string => {
    const bars = kernel.state.performance.rows - before
    const counter = createTradeCounter(kernel)
    for (const event of events) counter.see(event)
    summary = buildSummary(kernel, { title: TITLE, elapsedSeconds, bars, trades: counter.results })
    return JSON.stringify(summary)
  }
  await ark.endRun('completed', summarise)
  await ark.stopService(FEED)
  return summary
}

/** From the journal, since a run that was gone on with began in another process. */
async function newestRun(database: Database): Promise<readonly ArkEvent[]> {
  const events: ArkEvent[] = []
  let next = (await readRuns(database)).at(-1)?.seq ?? 1
  for (;;) {
    const page = await readPage(database, next)
    if (page === undefined) return events
    for (const event of page.events) if (event.type !== 'market/chunk') events.push(event)
    next = page.last + 1
  }
}
