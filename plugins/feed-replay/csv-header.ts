/**
 * Recognises a CSV file by the names in its first line and says what to do with each column; of what is no
 * such file it says how it is written instead.
 *
 * Called by csv.ts once a file. Columns may stand in any order; names that no format knows are skipped; a
 * missing or doubled one refuses the file.
 */

import { ArkError } from '#core/errors.ts'
import { RECEIVED, STAMP } from './csv-fields.ts'

export const SKIP = 0
export const SYMBOL = 1
export const TIME = 2
export const DATE = 3
/** Integer of 1e-8 above zero. */
export const PRICE = 4
/** Integer of 1e-8. */
export const QUANTITY = 5
/** Integer of 1e-4; what is finer is cut. */
export const VOLUME = 6
/** A stamp that is not of the usual form. */
export const RARE_TIME = 7

export interface Layout {
  readonly kind: 'bars' | 'trades' | 'quotes'
  /** What a stamp means: start or end of a bar, a session, or the moment of a trade or quote. */
  readonly stamp: 'start' | 'end' | 'date' | 'event'
  /** Who stamps: where both do, the receiver's is in a register of its own. */
  readonly clock: 'exchange' | 'receiver' | 'both'
  readonly names: readonly string[]
  /** False for the files of a vendor who writes none: the first line is a row. */
  readonly hasHeader: boolean
  /** What to do with column i, and the register that its number goes to. */
  readonly operations: Uint8Array
  readonly slots: Uint8Array
}

interface Format {
  readonly kind: Layout['kind']
  /** One of these is enough to tell the format. */
  readonly signature: readonly string[]
  /** The first one present is the stamp. */
  readonly stamps: readonly string[]
  /** Register i + 1: any of the names, and how it is read. */
  readonly numbers: readonly { readonly names: readonly string[]; readonly operation: number }[]
}

const number = (operation: number, ...names: string[]) => ({ names, operation })
const BAR_STAMPS = ['end', 'ts_utc', 'date']
const RECEIVER_STAMP = 'recv_ts_utc'
const EVENT_STAMPS = ['exch_ts_utc', 'ts_utc', RECEIVER_STAMP]

const FORMATS: readonly Format[] = [
  {
    kind: 'quotes',
    signature: ['bid_open', 'bid_close', 'ask_open', 'ask_close'],
    stamps: BAR_STAMPS,
    numbers: [
      number(PRICE, 'bid_close'),
      number(QUANTITY, 'bid_size', 'bid_qty'),
      number(PRICE, 'ask_close'),
      number(QUANTITY, 'ask_size', 'ask_qty'),
    ],
  },
  {
    kind: 'bars',
    signature: ['open', 'high', 'low', 'close'],
    stamps: BAR_STAMPS,
    numbers: [
      number(PRICE, 'open'),
      number(PRICE, 'high'),
      number(PRICE, 'low'),
      number(PRICE, 'close'),
      number(VOLUME, 'volume'),
    ],
  },
  {
    kind: 'quotes',
    signature: ['bid', 'ask'],
    stamps: EVENT_STAMPS,
    numbers: [
      number(PRICE, 'bid'),
      number(QUANTITY, 'bid_qty', 'bid_size'),
      number(PRICE, 'ask'),
      number(QUANTITY, 'ask_qty', 'ask_size'),
    ],
  },
  {
    kind: 'trades',
    signature: ['price'],
    stamps: EVENT_STAMPS,
    numbers: [number(PRICE, 'price'), number(QUANTITY, 'qty')],
  },
]

/** What vendors call a column that is not called by our name in the same file; the first one counts. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  ts_utc: [
    ...['timestamp', 'datetime', 'open_time', 'unix', 'unix_time', 'unix_timestamp', 'ts_event'],
    ...['window_start', 'transact_time', 'time', 'ts'],
  ],
  recv_ts_utc: ['ts_recv', 'local_timestamp'],
  symbol: ['ticker'],
  volume: ['vol'],
  qty: ['quantity', 'size', 'amount'],
  bid: ['bid_price', 'best_bid_price'],
  ask: ['ask_price', 'best_ask_price'],
  bid_qty: ['bid_amount', 'best_bid_qty'],
  ask_qty: ['ask_amount', 'best_ask_qty'],
}

/** Binance's files of klines have no header: twelve numbers, and the first is Unix time. */
const KLINE = /^\d{13}(?:\d{3})?(?:,[\d.]+){11}$/
const KLINE_HEADER = 'open_time,open,high,low,close,volume,close_time,,,,,'

const HEADER_BYTES_MAX = 4_096

/**
 * Of the first bytes of a file, whose first line ends at `end`. `needsSymbol`: no option names the
 * instrument, so a column must. Throws ArkError DATA_INVALID at line 1.
 */
export function readHeader(file: string, bytes: Uint8Array, end: number, needsSymbol: boolean): Layout {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const head = bytes.subarray(marked ? 3 : 0, end < 1 ? HEADER_BYTES_MAX : end - 1)
  const line = String.fromCharCode(...head.subarray(0, HEADER_BYTES_MAX)).trim()
  const fault = findFormFault(bytes, line, end)
  if (fault !== '') throw new ArkError('DATA_INVALID', `${file}:1`, fault)
  return recogniseHeader(file, line, needsSymbol)
}

/** Why a file is none of lines, or of another kind of them; empty when it may be one. */
function findFormFault(bytes: Uint8Array, line: string, end: number): string {
  if (bytes.length <= 1) return 'the file is empty, wanted a header and rows.'
  // A letter of UTF-16 is two bytes, one of them 0; its mark is the only thing before that.
  if ((bytes[0] === 0) !== (bytes[1] === 0) || /^(?:\xff\xfe|\xfe\xff)/.test(line))
    return 'the file is UTF-16, wanted UTF-8.'
  if (line.includes('\r')) return 'lines end with a carriage return alone, wanted a line feed.'
  return end < 1 || end > HEADER_BYTES_MAX ? 'the first line is too long, wanted a header.' : ''
}

const SEPARATORS: readonly (readonly [separator: string, name: string])[] = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars'],
]

/** The same of a line that is whole, without the mark of UTF-8. */
export function recogniseHeader(file: string, line: string, needsSymbol: boolean): Layout {
  const refuse = (why: string) => new ArkError('DATA_INVALID', `${file}:1`, why)
  const hasHeader = !KLINE.test(line)
  const names = toOurNames(splitHeader(hasHeader ? line : KLINE_HEADER))
  const doubled = names.find((name, index) => name !== '' && names.indexOf(name) !== index)
  if (doubled !== undefined) throw refuse(`column ${show(doubled)} stands twice, wanted once.`)
  const format = FORMATS.find((entry) => entry.signature.some((name) => names.includes(name)))
  if (format === undefined) {
    const other = SEPARATORS.find(([separator]) => line.includes(separator))
    if (other !== undefined && !line.includes(','))
      throw refuse(`columns are parted by ${other[1]}, wanted commas, and a point in each decimal.`)
    const wanted = 'wanted the column names of bars, quote bars, trades or quotes, parted by commas'
    throw refuse(`the header is ${show(line)}, ${wanted}.`)
  }
  const operations = new Uint8Array(names.length)
  const slots = new Uint8Array(names.length)
  const column = (candidates: readonly string[]): number => {
    const name = candidates.find((candidate) => names.includes(candidate))
    if (name === undefined)
      throw refuse(
        `there is no column ${candidates.join(' or ')}, wanted in a file of ${format.kind}: rename the one that it is.`,
      )
    return names.indexOf(name)
  }
  const stampColumn = column(format.stamps)
  const stamp = format.stamps === BAR_STAMPS ? barStamp(names[stampColumn]) : 'event'
  operations[stampColumn] = stamp === 'date' ? DATE : TIME
  slots[stampColumn] = STAMP
  const received = stamp === 'event' ? names.indexOf(RECEIVER_STAMP) : -1
  const clock = received < 0 ? 'exchange' : received === stampColumn ? 'receiver' : 'both'
  if (clock === 'both') {
    operations[received] = TIME
    slots[received] = RECEIVED
  }
  format.numbers.forEach((entry, index) => {
    const at = column(entry.names)
    operations[at] = entry.operation
    slots[at] = index + 1
  })
  if (names.includes('symbol')) operations[names.indexOf('symbol')] = SYMBOL
  else if (needsSymbol)
    throw refuse('there is no column symbol, wanted that, or its one symbol named, as in --symbols SPY.')
  return { kind: format.kind, stamp, clock, names, hasHeader, operations, slots }
}

function barStamp(name: string | undefined): 'start' | 'end' | 'date' {
  return name === 'end' ? 'end' : name === 'date' ? 'date' : 'start'
}

/** `Unix Time` and `unix_time` are one name. */
function toOurNames(names: readonly string[]): readonly string[] {
  const found = names.map((name) => name.replaceAll(' ', '_'))
  for (const [ours, others] of Object.entries(OTHER_NAMES)) {
    const other = others.find((name) => found.includes(name))
    if (other !== undefined && !found.includes(ours)) found[found.indexOf(other)] = ours
  }
  return found
}

/** Names in lower case, without quotes and outer blanks. */
function splitHeader(line: string): string[] {
  return splitLine(line).map((field) => bareField(field).toLowerCase())
}

/** The fields as they stand there. */
export function splitLine(line: string): string[] {
  if (!line.includes('"')) return line.split(',')
  const fields = line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? []
  // The pattern also matches the empty rest behind the last field.
  if (!line.endsWith(',')) fields.pop()
  return fields.map((field) => field.replace(/,$/, ''))
}

/** Without quotes and blanks around it. */
export function bareField(field: string): string {
  return field.trim().replace(/^"|"$/g, '').trim()
}

/** Printable ASCII only: the file may be anything. */
function show(text: string): string {
  return `"${text.slice(0, 60).replace(/[^ -~]/g, '?')}${text.length > 60 ? '…' : ''}"`
}
