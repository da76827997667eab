/**
 * Turns the bytes of a CSV file into market rows of integers, a chunk at a time.
 *
 * Called by the replay service and by backtests. Memory is bounded by one chunk and one batch; how the bytes
 * are cut into chunks never changes the rows. Anything doubtful is refused with `file:line`, what was there
 * and what was wanted.
 */

import type { MarketRows, Resolution, TimeMs } from '#core/contract.ts'
import { ArkError, isArkError, toMessage } from '#core/errors.ts'
import { DAY, HOUR, parseTime, resolutionMs } from '#core/time.ts'
import { type Batch, createBatch, flush, mayCut, takeFull, takeRow } from './csv-batch.ts'
import { CR, LF } from './csv-fields.ts'
import { type Layout, readHeader } from './csv-header.ts'
import { createRowScanner, type RowScanner, rowFault, scanRow } from './csv-row.ts'
import {
  assertSymbol,
  createSymbolTable,
  internSymbol,
  type KnownSymbol,
  type Selection,
  selectPlainly,
} from './csv-symbols.ts'
import { inferResolution } from './resolution.ts'
import { type Calendar, createSessionLookup } from './sessions.ts'

export interface CsvOptions {
  /** Names the instrument of a file that has no column symbol. */
  readonly symbol?: string
  /** Of bars; without it the steps between the first stamps tell. */
  readonly resolution?: Resolution
  /** What the bars will be gathered into: coarser ones are refused. */
  readonly gather?: Resolution
  /** Only these symbols; the others are checked and passed over. */
  readonly symbols?: readonly string[]
  /** Only rows of `from` ≤ time < `to`. A bar belongs to the time before its end. */
  readonly from?: TimeMs
  readonly to?: TimeMs
  /** Only the selected rows `first` ≤ n < `end`, counted from 0; the others are checked and counted. */
  readonly first?: number
  readonly end?: number
  /** Regular close of a session given as `YYYY-MM-DD`; NaN when there was none. Default: closeAt21. */
  readonly sessionClose?: (day: string) => TimeMs
  /** Decides for each symbol, in place of `symbols`, `from` and `to`. */
  readonly select?: (symbol: string, layout: Layout) => Selection
  /** Where it is known that no row lies behind its session; see `seen`. */
  readonly endsWithSession?: boolean
  /** Where a selection asks for regular sessions. */
  readonly calendar?: Calendar
}

export interface CsvReader {
  /**
   * Takes the next bytes; returns the batches of at most 1,000 rows that became full. Throws ArkError
   * DATA_INVALID or DATA_BACKWARDS.
   */
  push(bytes: Uint8Array): readonly MarketRows[]
  /** The file is over; returns what is left. */
  end(): readonly MarketRows[]
  /** Selected rows so far, built or only counted. */
  rows(): number
  /** Selected rows at which time steps back, because the file goes symbol by symbol: their numbers. */
  steps(): readonly number[]
  /** What was read of the file, selected or not. */
  seen(): Seen
}

export interface Seen {
  readonly kind: MarketRows['kind']
  readonly rows: number
  /** Number of the last whole line. */
  readonly line: number
  /** Whether the option of that name was given, matters, and was borne out by all rows. */
  readonly endsWithSession: boolean
  /** From the first selected row of each symbol to its last one. */
  readonly spans: readonly Span[]
  /** The same of all rows. */
  readonly held: readonly Span[]
}

export interface Span {
  readonly symbol: string
  readonly first: TimeMs
  readonly last: TimeMs
}

/** So many bytes are looked at to tell header and resolution; no line may be longer. */
const HEAD_BYTES = 65_536

/**
 * Without a calendar: 21:00Z, the New York close in winter. In summer and on half days that is late, and
 * never early.
 */
export function closeAt21(day: string): TimeMs {
  return parseTime(day) + 21 * HOUR
}

/**
 * Streams a file as batches. Errors of the stream go through when they are ArkErrors, else they become
 * FILE_MISSING.
 */
export async function* readCsv(
  file: string,
  stream: AsyncIterable<Uint8Array>,
  options: CsvOptions,
): AsyncGenerator<MarketRows, void, undefined> {
  const reader = createCsvReader(file, options)
  const end = options.end ?? Number.POSITIVE_INFINITY
  for await (const bytes of readBytes(file, stream)) {
    for (let at = 0; at < bytes.length; at += HEAD_BYTES) {
      yield* reader.push(bytes.subarray(at, at + HEAD_BYTES))
      if (reader.rows() >= end) return
    }
  }
  yield* reader.end()
}

/** The stream in pieces that any reader can take, with its errors named. */
export async function* readBytes(
  file: string,
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const bytes of stream) yield bytes
  } catch (cause) {
    if (isArkError(cause)) throw cause
    throw new ArkError('FILE_MISSING', file, toMessage(cause), { cause })
  }
}

export function createCsvReader(file: string, options: CsvOptions): CsvReader {
  if (options.symbol !== undefined) assertSymbol(options.symbol, file)
  const state: State = {
    file,
    options,
    batch: createBatch(
      options,
      options.sessionClose ?? closeAt21,
      options.calendar === undefined ? undefined : createSessionLookup(options.calendar),
    ),
    scanner: undefined,
    carry: new Uint8Array(0),
    blankLine: 0,
  }
  return {
    push: (bytes) => {
      // Without the host's subclass, so that the scanners only ever meet one.
      readChunk(state, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), false)
      return takeFull(state.batch)
    },
    end: () => {
      readChunk(state, Uint8Array.of(LF), true)
      flush(state.batch)
      return takeFull(state.batch)
    },
    rows: () => state.batch.selected,
    steps: () => state.batch.steps,
    seen: () => ({
      kind: state.scanner?.layout.kind ?? 'bars',
      rows: state.batch.judged,
      endsWithSession: state.batch.endsWithSession,
      line: state.scanner?.line ?? state.carry.filter((byte) => byte === LF).length,
      spans: spansOf(state.scanner, ({ firstSelected, lastSelected }) => [firstSelected, lastSelected]),
      held: spansOf(state.scanner, ({ firstTime, lastTime }) => [firstTime, lastTime]),
    }),
  }
}

interface State {
  readonly file: string
  readonly options: CsvOptions
  readonly batch: Batch
  /** Absent until the header is known. */
  scanner: RowScanner | undefined
  /** Bytes behind the last line feed. */
  carry: Uint8Array
  /** First blank line; one is allowed at the end only. */
  blankLine: number
}

/** Without the symbols that have none. */
function spansOf(
  scanner: RowScanner | undefined,
  of: (known: KnownSymbol) => readonly [first: TimeMs, last: TimeMs],
): readonly Span[] {
  const spans = [...(scanner?.symbols.known.values() ?? [])].map((known) => {
    const [first, last] = of(known)
    return { symbol: known.symbol, first, last }
  })
  return spans.filter(({ first }) => !Number.isNaN(first))
}

function readChunk(state: State, chunk: Uint8Array, ending: boolean): void {
  let at = 0
  let bytes = chunk
  if (state.scanner === undefined) {
    if (state.carry.length > 0) bytes = join(state.carry, chunk)
    if (bytes.length < HEAD_BYTES && !ending) {
      state.carry = bytes.slice()
      return
    }
    at = readHead(state, bytes)
  } else if (state.carry.length > 0) {
    // Only the line that the cut went through is copied.
    at = chunk.indexOf(LF) + 1
    scanLines(state, join(state.carry, chunk.subarray(0, at === 0 ? chunk.length : at)), 0)
    if (at === 0) return
  }
  scanLines(state, bytes, at)
}

/** Scans the whole lines from `at` on and keeps what is behind the last one. */
function scanLines(state: State, bytes: Uint8Array, start: number): void {
  const { scanner, batch } = state
  if (scanner === undefined) return
  const end = bytes.lastIndexOf(LF) + 1
  let at = start
  while (at < end) {
    scanner.line++
    const byte = bytes[at]
    if (byte === LF || (byte === CR && bytes[at + 1] === LF)) {
      if (state.blankLine === 0) state.blankLine = scanner.line
      at += byte === LF ? 1 : 2
      continue
    }
    if (state.blankLine > 0) {
      scanner.line = state.blankLine
      throw rowFault(scanner, 'the line is blank, wanted a row or the end.')
    }
    at = scanRow(scanner, bytes, at)
    takeRow(batch, scanner)
  }
  state.carry = bytes.slice(end)
  if (state.carry.length > HEAD_BYTES) {
    scanner.line++
    throw rowFault(scanner, `the line is longer than ${HEAD_BYTES} bytes, wanted a line feed before that.`)
  }
}

/** Recognises header and resolution; returns where the rows begin. */
function readHead(state: State, bytes: Uint8Array): number {
  const { file, options, batch } = state
  const line = bytes.indexOf(LF) + 1
  const layout = readHeader(file, bytes, line, options.symbol === undefined)
  const start = layout.hasHeader ? line : 0
  const select = options.select ?? selectPlainly(options)
  const createScanner = (): RowScanner => {
    const symbols = createSymbolTable((symbol) => select(symbol, layout))
    if (options.symbol !== undefined) internSymbol(symbols, options.symbol)
    return createRowScanner(file, layout, symbols)
  }
  if (layout.stamp === 'date') {
    batch.length = DAY
    if ((options.resolution ?? '1d') !== '1d') {
      const why = `a column date makes daily bars, wanted ${options.resolution}.`
      throw new ArkError('DATA_INVALID', `${file}:1`, why)
    }
  } else if (layout.stamp !== 'event') {
    // Exactly these bytes, however they arrived: the chunks of a stream must not have a say.
    const end = bytes.lastIndexOf(LF, HEAD_BYTES - 1) + 1
    const hasRows = bytes.subarray(start).some((byte) => byte !== LF && byte !== CR)
    batch.resolution =
      options.resolution ??
      (hasRows ? inferResolution(createScanner(), bytes, start, end, options.gather) : '1d')
    batch.length = resolutionMs(batch.resolution)
    batch.spacing = batch.resolution === '1d' ? 0 : batch.length
  }
  if (layout.kind === 'bars' && options.gather !== undefined)
    assertFiner(file, batch.resolution, options.gather)
  batch.endsWithSession &&= mayCut(batch, layout)
  // Not before the length is known: what a symbol is told of its rows depends on it.
  state.scanner = createScanner()
  return start
}

/** A bar cannot be cut: what happened inside it is not known. */
function assertFiner(file: string, own: Resolution, wanted: Resolution): void {
  const [length, whole] = [resolutionMs(own), resolutionMs(wanted)]
  if (own === wanted || (whole % length === 0 && whole <= DAY)) return
  const step = whole < length ? 'cut' : 'gathered'
  const cure = whole < length ? `${own} or longer` : whole > DAY ? 'at most 1d' : `a multiple of ${own}`
  const why = `${file} holds bars of ${own}, which cannot be ${step} into ${wanted}: wanted ${cure}.`
  throw new ArkError('BAD_USAGE', '--resolution', why)
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const joined = new Uint8Array(head.length + tail.length)
  joined.set(head)
  joined.set(tail, head.length)
  return joined
}
