/**
 * One journaled backtest: engine, journal and recorder over a market that is open, in a folder of its own.
 *
 * `ark backtest` calls it once, or twice over the same market to compare. It leaves `ark.db` in the folder,
 * signed, with the summary in its run row, so that explain, replay and audit read it like any journal.
 */

import { basename, join } from 'node:path'
import { barsOf } from '#core/book/performance.ts'
import type { MarketRows } from '#core/contract.ts'
import { appendEvent, flush, openJournal, signHead } from '#core/journal/journal.ts'
import type { RuntimePorts } from '#core/ports.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { JOURNAL_FILE } from '../cli/box.ts'
import { buildSummary, type Summary } from '../cli/summary.ts'
import { openDatabase } from '../shared/database.ts'
import { createEngine, type Engine, runMarket } from './engine.ts'
import { removeFolder } from './folder.ts'
import type { Planned } from './options.ts'
import { symbolsIn } from './quality.ts'
import { createRecorder, LIMITS, type RunRecord } from './recorder.ts'
import { inSlices } from './slices.ts'
import { titleOf } from './title.ts'

export interface Job {
  readonly ports: RuntimePorts
  /** Exists, and holds no journal yet. */
  readonly folder: string
  readonly stopped: () => boolean
  /** Told between two steps how many rows have been followed. */
  readonly onRows: (rows: number) => void
}

export interface FinishedRun {
  readonly terms: Engine['terms']
  readonly summary: Summary
  readonly record: RunRecord
  /** Wall time at which it began. */
  readonly startedAt: number
}

const RUN_ID = 'backtest-1'
/** Nobody waits for a commit, so they may be large. */
const COMMIT_EVENTS = 2_000
/** The host's timers and signals wait this long at most. */
const BREATHE_MS = 50

/**
 * undefined when it was stopped before the last row. Throws SEAL_BROKEN, and what plugins and market throw.
 */
export async function runJournaled(
  { spec, plugins }: Planned,
  market: Market,
  job: Job,
): Promise<FinishedRun | undefined> {
  const { ports } = job
  const { clock, hash, keys } = ports
  const engine = await createEngine(spec, plugins, hash, RUN_ID, keys.publicKey)
  const database = await openDatabase(join(job.folder, JOURNAL_FILE))
  // Whoever ends the process, half a backtest is not left behind.
  const clear = (): void => removeFolder(job.folder)
  process.once('exit', clear)
  try {
    const journal = await openJournal({ database, hash, keys, clock })
    const recorder = createRecorder(engine.kernel, symbolsIn(market.quality.symbols).length)
    let rows: MarketRows | undefined
    let breathed = clock.monotonic()
    const between = (count: number): Promise<void> | undefined => {
      recorder.look(rows)
      rows = undefined
      job.onRows(count)
      if (journal.batch.events >= COMMIT_EVENTS) return flush(journal, clock.now())
      if (clock.monotonic() - breathed < BREATHE_MS) return undefined
      breathed = clock.monotonic()
      return ports.breathe()
    }
    const startedAt = clock.now()
    const begun = clock.monotonic()
    const size = Math.max(1, Math.ceil(market.total / LIMITS.points))
    const sliced: Market = { ...market, steps: () => inSlices(market, size) }
    const hooks = {
      // The journal first: what it refuses is shown to nobody.
      sink: (event: Parameters<typeof recorder.see>[0]) => {
        appendEvent(journal, event)
        recorder.see(event)
      },
      onRows: (next: MarketRows) => {
        rows = next
      },
      between,
      stopped: job.stopped,
    }
    const { done } = await runMarket(engine, sliced, hooks, startedAt)
    if (!done) return undefined
    const elapsedSeconds = (clock.monotonic() - begun) / 1_000
    await flush(journal, clock.now())
    await signHead(journal)
    const record = recorder.finish()
    const summary = buildSummary(engine.kernel, {
      runId: basename(job.folder),
      title: titleOf(spec),
      elapsedSeconds,
      bars: barsOf(engine.kernel.state.performance),
      ungoverned: spec.gate === 'observe',
      trades: record.closed,
      dropped: record.dropped,
    })
    await database.commit([
      { sql: 'UPDATE run SET summary = ? WHERE id = ?', args: [JSON.stringify(summary), RUN_ID] },
    ])
    return { terms: engine.terms, summary, record, startedAt }
  } finally {
    process.off('exit', clear)
    await database.close()
  }
}
