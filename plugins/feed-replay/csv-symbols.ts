/**
 * Interns the symbols of a file: rows of one instrument share one string, found by comparing bytes.
 *
 * Called by csv.ts. Files come in blocks of a symbol or in a fixed round of symbols, so the last symbol and
 * the one that followed it the time before are tried first; only a surprise costs a string and a look-up.
 */

import type { TimeMs } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { FAULT_FORM, FAULT_SIZE, isStop, skipField } from './csv-fields.ts'
import type { Factor } from './factors.ts'
import type { Track } from './track.ts'

/** Which rows of a symbol are offered, and what becomes of them. */
export interface Selection {
  /** Rows of it are offered, not only checked. */
  readonly wanted: boolean
  /** Only `from` ≤ time < `to`. A bar belongs to the time before its end. */
  readonly from: TimeMs
  readonly to: TimeMs
  /** Trades round the clock: its day ends at midnight UTC. */
  readonly sessionless: boolean
  /** Rows wholly outside the regular session are left out. */
  readonly regular: boolean
  /** Prices are multiplied by these. */
  readonly factors?: readonly Factor[]
  /** Told of each row that is selected. */
  readonly track?: Track
}

/** Rows of these symbols and this time, or of all. */
export function selectPlainly(options: {
  readonly symbols?: readonly string[]
  readonly from?: TimeMs
  readonly to?: TimeMs
}): (symbol: string) => Selection {
  const { symbols, from, to } = options
  const wanted = symbols === undefined ? undefined : new Set(symbols)
  return (symbol) => ({
    wanted: wanted === undefined || wanted.has(symbol),
    from: from ?? Number.NEGATIVE_INFINITY,
    to: to ?? Number.POSITIVE_INFINITY,
    sessionless: false,
    regular: false,
  })
}

export interface KnownSymbol {
  readonly symbol: string
  readonly bytes: Uint8Array
  readonly selection: Selection
  /** Of all its rows; NaN while there is none. */
  firstTime: TimeMs
  lastTime: TimeMs
  /** Of its selected rows; NaN while there is none. */
  firstSelected: TimeMs
  lastSelected: TimeMs
  /** Index of the factor that was used last. */
  factor: number
  next: KnownSymbol | undefined
}

export interface SymbolTable {
  readonly known: Map<string, KnownSymbol>
  readonly select: (symbol: string) => Selection
  current: KnownSymbol
}

const SYMBOL_LENGTH_MAX = 20
export const SYMBOL_PATTERN = /^[A-Z0-9][A-Z0-9._-]{0,19}$/
export const SYMBOL_FORM = '1 to 20 of A-Z 0-9 . _ - beginning with a letter or digit'

const NOBODY: Selection = { wanted: false, from: 0, to: 0, sessionless: false, regular: false }

export function createSymbolTable(select: (symbol: string) => Selection): SymbolTable {
  return { known: new Map(), select, current: createKnown('', NOBODY) }
}

function createKnown(symbol: string, selection: Selection): KnownSymbol {
  const bytes = Uint8Array.from(symbol, (letter) => letter.charCodeAt(0))
  return {
    symbol,
    bytes,
    selection,
    firstTime: Number.NaN,
    lastTime: Number.NEGATIVE_INFINITY,
    firstSelected: Number.NaN,
    lastSelected: Number.NaN,
    factor: 0,
    next: undefined,
  }
}

/**
 * Makes the symbol at `start` the current one. Returns the index of the byte that ends the field, or a fault.
 */
export function scanSymbol(table: SymbolTable, bytes: Uint8Array, start: number): number {
  const current = table.current
  let end = matchEnd(current, bytes, start)
  if (end > start) return end
  const next = current.next
  if (next !== undefined) {
    end = matchEnd(next, bytes, start)
    if (end > start) {
      table.current = next
      return end
    }
  }
  end = skipField(bytes, start)
  if (end === start) return FAULT_FORM
  if (end - start > SYMBOL_LENGTH_MAX) return FAULT_SIZE
  for (let at = start; at < end; at++) if (!isSymbolByte(bytes[at] ?? 0, at === start)) return FAULT_FORM
  current.next = internSymbol(table, String.fromCharCode(...bytes.subarray(start, end)))
  return end
}

/** Makes `symbol` the current one. */
export function internSymbol(table: SymbolTable, symbol: string): KnownSymbol {
  let entry = table.known.get(symbol)
  if (entry === undefined) {
    entry = createKnown(symbol, table.select(symbol))
    table.known.set(symbol, entry)
  }
  table.current = entry
  return entry
}

/**
 * Capitals and digits, and behind the first place the point, dash and underscore of share classes and pairs.
 */
function isSymbolByte(byte: number, isFirst: boolean): boolean {
  if ((byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90)) return true
  return !isFirst && (byte === 45 || byte === 46 || byte === 95)
}

function matchEnd(entry: KnownSymbol, bytes: Uint8Array, start: number): number {
  const text = entry.bytes
  for (let index = 0; index < text.length; index++) if (bytes[start + index] !== text[index]) return start
  return isStop(bytes[start + text.length] ?? 0) ? start + text.length : start
}

/** For a symbol that an option gives. Throws ArkError DATA_INVALID. */
export function assertSymbol(symbol: string, where: string): void {
  if (SYMBOL_PATTERN.test(symbol)) return
  throw new ArkError('DATA_INVALID', where, `symbol is "${symbol.slice(0, 40)}", wanted ${SYMBOL_FORM}.`)
}
