/**
 * Recognises a CSV file by the names in its first line and says what to do with each column.
 *
 * Called by csv.ts once a file. Columns may stand in any order; names that no format knows are skipped; a
 * missing or doubled one refuses the file.
 */

import { ArkError } from '#core/errors.ts'

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

export interface Layout {
  readonly kind: 'bars' | 'trades' | 'quotes'
  /** What a stamp means: start or end of a bar, a session, or the moment of a trade or quote. */
  readonly stamp: 'start' | 'end' | 'date' | 'event'
  readonly names: readonly string[]
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
// The exchange's clock is the event's own; the receiver's is only what we noticed of it.
const EVENT_STAMPS = ['exch_ts_utc', 'recv_ts_utc', 'ts_utc']

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

/**
 * `needsSymbol`: no option names the instrument, so a column must. Throws ArkError DATA_INVALID at line 1.
 */
export function recogniseHeader(file: string, line: string, needsSymbol: boolean): Layout {
  const refuse = (why: string) => new ArkError('DATA_INVALID', `${file}:1`, why)
  const names = splitHeader(line)
  const doubled = names.find((name, index) => name !== '' && names.indexOf(name) !== index)
  if (doubled !== undefined) throw refuse(`column ${show(doubled)} stands twice, wanted once.`)
  const format = FORMATS.find((entry) => entry.signature.some((name) => names.includes(name)))
  if (format === undefined) {
    throw refuse(
      `the header is ${show(line)}, wanted the column names of bars, quote bars, trades or quotes.`,
    )
  }
  const operations = new Uint8Array(names.length)
  const slots = new Uint8Array(names.length)
  const column = (candidates: readonly string[]): number => {
    const name = candidates.find((candidate) => names.includes(candidate))
    if (name === undefined)
      throw refuse(`there is no column ${candidates.join(' or ')}, wanted in a file of ${format.kind}.`)
    return names.indexOf(name)
  }
  const stampColumn = column(format.stamps)
  const stamp = format.stamps === BAR_STAMPS ? barStamp(names[stampColumn]) : 'event'
  operations[stampColumn] = stamp === 'date' ? DATE : TIME
  format.numbers.forEach((entry, index) => {
    const at = column(entry.names)
    operations[at] = entry.operation
    slots[at] = index + 1
  })
  if (names.includes('symbol')) operations[names.indexOf('symbol')] = SYMBOL
  else if (needsSymbol) throw refuse('there is no column symbol, wanted that or the option symbol.')
  return { kind: format.kind, stamp, names, operations, slots }
}

function barStamp(name: string | undefined): 'start' | 'end' | 'date' {
  return name === 'end' ? 'end' : name === 'date' ? 'date' : 'start'
}

/** Names in lower case, without quotes and outer blanks. */
function splitHeader(line: string): string[] {
  const fields = line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? []
  // The pattern also matches the empty rest behind the last field.
  if (!line.endsWith(',')) fields.pop()
  return fields.map((field) => field.replace(/,$/, '').trim().replace(/^"|"$/g, '').trim().toLowerCase())
}

/** Printable ASCII only: the file may be anything. */
function show(text: string): string {
  return `"${text.slice(0, 60).replace(/[^ -~]/g, '?')}${text.length > 60 ? '…' : ''}"`
}
