/**
 * How fast a CSV file becomes rows: by the reader alone, and in the two passes that a backtest makes. The
 * first checks and counts every row, watches for gaps and jumps and hashes the file; the second reads and
 * offers them.
 */

import { assert } from '#core/errors.ts'
import { readCsv } from '#plugins/feed-replay/csv.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { openBacktestMarket } from '../backtest/market.ts'
import { filePort } from '../shared/files.ts'
import { planEngine } from './engine-run.ts'
import type { Sample } from './report.ts'

/** The file as the reader of `feed-replay` takes it, rows made and dropped. */
export async function readAlone(file: string, bars: number): Promise<Sample> {
  const started = performance.now()
  let rows = 0
  for await (const batch of readCsv(file, filePort.read(file), {})) rows += batch.rows.length
  return sampleOf(rows, bars, performance.now() - started)
}

export async function readSurvey(file: string, bars: number): Promise<Sample> {
  const { spec } = await planEngine(file, 1, 'enforce')
  const started = performance.now()
  const { total } = await openBacktestMarket(spec, filePort)
  return sampleOf(total, bars, performance.now() - started)
}

export async function readRows(file: string, bars: number): Promise<Sample> {
  const market = await openEngineMarket(file, 1)
  const started = performance.now()
  let rows = 0
  for await (const step of market.steps()) if (step.kind === 'rows') rows += step.rows.rows.length
  return sampleOf(rows, bars, performance.now() - started)
}

export async function openEngineMarket(file: string, symbols: number): Promise<Market> {
  const { spec } = await planEngine(file, symbols, 'enforce')
  return openBacktestMarket(spec, filePort)
}

function sampleOf(rows: number, bars: number, ms: number): Sample {
  assert(rows === bars, 'bench', `${rows} rows were read, ${bars} were written.`)
  return { value: (rows / ms) * 1_000, detail: { rows } }
}
