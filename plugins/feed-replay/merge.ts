/**
 * Brings the rows of several files, and of files that go symbol by symbol, into one order of time.
 *
 * Called by the replay service and by backtests. A file is read once to check all of it and to count; then it
 * is read again as one stream, or as one stream for each stretch in which time moves forward, so memory stays
 * bounded whatever its size.
 */

import type { Bar, MarketRows, Quote, Trade } from '#core/contract.ts'
import { ArkError, isArkError, toMessage } from '#core/errors.ts'
import { formatTime } from '#core/time.ts'
import { type CsvOptions, createCsvReader, readBytes, readCsv, type Seen } from './csv.ts'
import { BATCH_ROWS, STEPS_MAX } from './csv-batch.ts'

export interface CsvFile {
  readonly name: string
  readonly options: CsvOptions
  open(): AsyncIterable<Uint8Array>
}

export interface SurveyedFile {
  readonly file: CsvFile
  readonly rows: number
  /** Rows at which a stretch of forward time begins; the first is 0. */
  readonly starts: readonly number[]
  readonly seen: Seen
}

/**
 * Reads the whole file and keeps nothing; `onBytes` is shown what it reads. Throws what readCsv throws, so a
 * bad file is refused before its first row is offered.
 */
export async function surveyCsv(file: CsvFile, onBytes?: (bytes: Uint8Array) => void): Promise<SurveyedFile> {
  const reader = createCsvReader(file.name, {
    ...file.options,
    first: Number.POSITIVE_INFINITY,
    endsWithSession: true,
  })
  try {
    for await (const bytes of readBytes(file.name, file.open())) {
      onBytes?.(bytes)
      reader.push(bytes)
    }
  } catch (error) {
    if (!isArkError(error, 'DATA_TRUNCATED')) throw error
    const { line } = reader.seen()
    if (line === 0) throw error
    const why = `${toMessage(error)} Line ${line} is the last whole one.`
    throw new ArkError('DATA_TRUNCATED', `${file.name}:${line}`, why, { cause: error })
  }
  reader.end()
  const steps = reader.steps()
  if (steps.length > STEPS_MAX) {
    const why = `time steps back more than ${STEPS_MAX} times, wanted a file sorted by time or by symbol.`
    throw new ArkError('DATA_BACKWARDS', file.name, why)
  }
  return { file, rows: reader.rows(), starts: [0, ...steps], seen: reader.seen() }
}

/**
 * Files may continue each other, or bring different kinds of rows; what stands in two of them would count
 * twice. Trades and quotes of one moment may be parted between two files. Throws DATA_BACKWARDS.
 */
export function assertApart(files: readonly SurveyedFile[]): void {
  const spans = files.flatMap(({ file, seen }) =>
    seen.spans.map((span) => ({ ...span, file: file.name, kind: seen.kind })),
  )
  spans.sort((a, b) => a.first - b.first)
  const before = new Map<string, (typeof spans)[number]>()
  for (const span of spans) {
    const { symbol, kind, file, first } = span
    const other = before.get(`${kind} ${symbol}`)
    if (other !== undefined && (kind === 'bars' ? first <= other.last : first < other.last)) {
      const why = `${kind} of ${symbol} from ${formatTime(first)} on stand here and in ${other.file}`
      throw new ArkError('DATA_BACKWARDS', file, `${why}; files may only continue each other.`)
    }
    before.set(`${kind} ${symbol}`, span)
  }
}

/**
 * All rows of the files in order of time; rows of one moment in the order of the files, and in a file of the
 * stretches.
 */
export function readInOrder(files: readonly SurveyedFile[]): AsyncGenerator<MarketRows, void, undefined> {
  const streams = files.flatMap(({ file, starts }) =>
    starts.map((first, index) => {
      const end = starts[index + 1] ?? Number.POSITIVE_INFINITY
      return readCsv(file.name, file.open(), { ...file.options, first, end })
    }),
  )
  const [only] = streams
  return only !== undefined && streams.length === 1 ? only : mergeByTime(streams)
}

/** Rows `from` ≤ n < `to` of a batch. */
export function sliceRows(batch: MarketRows, from: number, to: number): MarketRows {
  return { ...batch, rows: batch.rows.slice(from, to) } as MarketRows
}

type Row = Bar | Trade | Quote

interface Cursor {
  readonly stream: AsyncGenerator<MarketRows, void, undefined>
  batch: MarketRows
  at: number
  time: number
}

async function* mergeByTime(
  streams: readonly AsyncGenerator<MarketRows, void, undefined>[],
): AsyncGenerator<MarketRows, void, undefined> {
  try {
    const cursors: Cursor[] = []
    for (const stream of streams) {
      const first = await stream.next()
      if (first.done !== true)
        cursors.push({ stream, batch: first.value, at: 0, time: timeAt(first.value, 0) })
    }
    let gathered: Row[] = []
    let like: MarketRows | undefined
    while (cursors.length > 0) {
      const cursor = findEarliest(cursors)
      if (like !== undefined && (gathered.length === BATCH_ROWS || !isAlike(like, cursor.batch))) {
        yield { ...like, rows: gathered } as MarketRows
        gathered = []
      }
      like = cursor.batch
      const row = like.rows[cursor.at]
      if (row !== undefined) gathered.push(row)
      if (!(await advance(cursor))) cursors.splice(cursors.indexOf(cursor), 1)
    }
    if (like !== undefined) yield { ...like, rows: gathered } as MarketRows
  } finally {
    for (const stream of streams) await stream.return()
  }
}

function findEarliest(cursors: readonly Cursor[]): Cursor {
  return cursors.reduce((best, cursor) => (cursor.time < best.time ? cursor : best))
}

/** False when the stream is over. Awaits only at the end of a batch. */
function advance(cursor: Cursor): boolean | Promise<boolean> {
  cursor.at++
  if (cursor.at === cursor.batch.rows.length) return refill(cursor)
  cursor.time = timeAt(cursor.batch, cursor.at)
  return true
}

async function refill(cursor: Cursor): Promise<boolean> {
  const next = await cursor.stream.next()
  if (next.done === true) return false
  cursor.batch = next.value
  cursor.at = 0
  cursor.time = timeAt(next.value, 0)
  return true
}

export function timeAt(batch: MarketRows, index: number): number {
  const row = batch.rows[index]
  return row === undefined ? Number.POSITIVE_INFINITY : 'end' in row ? row.end : row.time
}

/** One chunk is of one kind and one resolution. */
function isAlike(a: MarketRows, b: MarketRows): boolean {
  return a.kind === b.kind && (a.kind !== 'bars' || b.kind !== 'bars' || a.resolution === b.resolution)
}
