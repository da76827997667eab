/**
 * Scans one CSV row into registers, and says exactly what is wrong with one that does not fit.
 *
 * Called by csv.ts for every row; the way of a good row makes no object and no string. A refusal is an
 * ArkError DATA_INVALID at
 * `file:line` that names the column, what was there and what was wanted.
 */

import { ArkError, type ErrorCode } from '#core/errors.ts'
import {
  COMMA,
  CR,
  createRegisters,
  FAULT_DECIMALS,
  FAULT_FORM,
  FAULT_SIZE,
  LF,
  NO_STAMP,
  QUOTE,
  STAMP,
  scanDay,
  scanNumber,
  scanTime,
  showBytes,
  skipField,
  unquote,
} from './csv-fields.ts'
import { DATE, type Layout, PRICE, RARE_TIME, SKIP, SYMBOL, TIME, VOLUME } from './csv-header.ts'
import { parseNumber, parseSessionDay, parseStamp, type StampForm } from './csv-rare.ts'
import { SYMBOL_FORM, type SymbolTable, scanSymbol } from './csv-symbols.ts'

export interface RowScanner {
  readonly file: string
  readonly layout: Layout
  readonly symbols: SymbolTable
  readonly registers: Float64Array
  /** Line of the row that is being scanned; a header is line 1. */
  line: number
  /** Of the stamps in a register; absent while they are the usual ones. */
  readonly forms: (StampForm | undefined)[]
}

export function createRowScanner(file: string, layout: Layout, symbols: SymbolTable): RowScanner {
  return {
    file,
    layout,
    symbols,
    registers: createRegisters(),
    line: layout.hasHeader ? 1 : 0,
    forms: [],
  }
}

/**
 * Leaves the row in registers and the current symbol; returns where the next row starts. A line feed must
 * stand at or behind `start`.
 */
export function scanRow(scanner: RowScanner, bytes: Uint8Array, start: number): number {
  const operations = scanner.layout.operations
  const slots = scanner.layout.slots
  const last = operations.length - 1
  let at = start
  for (let column = 0; ; column++) {
    const operation = operations[column] ?? SKIP
    const slot = slots[column] ?? 0
    const end =
      bytes[at] === QUOTE
        ? scanQuoted(scanner, bytes, at, operation, slot)
        : scanField(scanner, bytes, at, operation, slot)
    at = end < 0 ? scanRare(scanner, bytes, at, column, end) : end
    if (column === last) break
    if (bytes[at] !== COMMA) throw countFault(scanner, bytes, start)
    at++
  }
  if (bytes[at] === CR) at++
  if (bytes[at] !== LF) throw countFault(scanner, bytes, start)
  return at + 1
}

export function rowFault(scanner: RowScanner, why: string, code: ErrorCode = 'DATA_INVALID'): ArkError {
  return new ArkError(code, `${scanner.file}:${scanner.line}`, why)
}

function scanField(
  scanner: RowScanner,
  bytes: Uint8Array,
  at: number,
  operation: number,
  slot: number,
): number {
  if (operation === PRICE) return scanNumber(bytes, at, 8, false, scanner.registers, slot)
  if (operation === VOLUME) return scanNumber(bytes, at, 4, true, scanner.registers, slot)
  if (operation === TIME) return scanTime(bytes, at, scanner.registers, slot)
  if (operation === SYMBOL) return scanSymbol(scanner.symbols, bytes, at)
  if (operation === SKIP) return skipField(bytes, at)
  if (operation === DATE) return scanDay(bytes, at, scanner.registers)
  if (operation === RARE_TIME) return FAULT_FORM
  return scanNumber(bytes, at, 8, false, scanner.registers, slot)
}

/** The rare way: the content is copied out of its quotes and scanned like any other field. */
function scanQuoted(
  scanner: RowScanner,
  bytes: Uint8Array,
  at: number,
  operation: number,
  slot: number,
): number {
  const scratch: number[] = []
  const end = unquote(bytes, at, scratch)
  if (end < 0 || operation === SKIP) return end
  const content = Uint8Array.from(scratch)
  const stop = scanField(scanner, content, 0, operation, slot)
  return stop < 0 ? stop : stop === content.length - 1 ? end : FAULT_FORM
}

/** Of what the fast way refused: reads it when it is right nevertheless, and throws when it is not. */
function scanRare(scanner: RowScanner, bytes: Uint8Array, at: number, column: number, fault: number): number {
  const { operations, slots } = scanner.layout
  const { registers } = scanner
  const operation = operations[column] ?? SKIP
  const slot = slots[column] ?? 0
  const [text, end] = fieldText(bytes, at)
  let left = fault
  if (operation >= PRICE && operation <= VOLUME) {
    const value = parseNumber(text, operation === VOLUME ? 4 : 8, operation === VOLUME)
    left = Math.min(0, value)
    registers[slot] = value
  } else if (operation === DATE) {
    const day = parseSessionDay(text)
    if (!Number.isNaN(day)) left = 0
    registers[STAMP] = day
  } else if (operation === RARE_TIME || (operation === TIME && registers[slot] === NO_STAMP)) {
    // The first stamp of a column decides: from now on none of the usual form is taken.
    operations[column] = RARE_TIME
    const stamp = parseStamp(text, scanner.forms[slot])
    if (stamp !== undefined) left = 0
    scanner.forms[slot] = stamp?.form
    registers[slot] = stamp?.time ?? NO_STAMP
  }
  if (left < 0) throw fieldFault(scanner, bytes, at, column, left)
  return end
}

/** What a field holds, without its quotes, and the index behind it; nothing where it is too long or open. */
function fieldText(bytes: Uint8Array, at: number): readonly [string, number] {
  const scratch: number[] = []
  const end = bytes[at] === QUOTE ? unquote(bytes, at, scratch) : skipField(bytes, at)
  const content = bytes[at] === QUOTE ? scratch.slice(0, -1) : bytes.subarray(at, end)
  return end < 0 || content.length > FIELD_MAX ? ['', at] : [String.fromCharCode(...content), end]
}

/** No number or time is longer. */
const FIELD_MAX = 128

const STAMPS =
  'a time such as 2020-03-16T13:30:00Z (with Z or an offset, at most nanoseconds), or Unix time, all of one form'
const DECIMAL = 'without sign, currency or thousands separator'
const WANTED: readonly string[] = [
  'a closed quote on the same line',
  SYMBOL_FORM,
  STAMPS,
  'a day such as 2020-03-16; a time of day belongs into a column ts_utc',
  `a plain decimal such as 1455.22, ${DECIMAL}`,
  `a plain decimal such as 0.25, ${DECIMAL}`,
  `a plain decimal such as 931800000, ${DECIMAL}`,
  STAMPS,
]

function fieldFault(
  scanner: RowScanner,
  bytes: Uint8Array,
  at: number,
  column: number,
  fault: number,
): ArkError {
  const { layout } = scanner
  const operation = layout.operations[column] ?? SKIP
  const end = skipField(bytes, at)
  const name = layout.names[column] ?? ''
  const was = end === at ? 'empty' : `"${showBytes(bytes, at, end)}"`
  let wanted = WANTED[operation] ?? ''
  if (fault === FAULT_DECIMALS) wanted = 'at most 8 decimals where more would count'
  if (fault === FAULT_SIZE && operation >= PRICE) {
    wanted = `at most ${operation === VOLUME ? 900_719_925_474 : operation === PRICE ? 10_000_000 : 90_071_992}`
  }
  // A row that ends early leaves its later fields empty, and that is what the reader should be told.
  const fields = countFields(bytes, startOfLine(bytes, at))
  if (fields !== layout.names.length) return countFault(scanner, bytes, startOfLine(bytes, at))
  return rowFault(scanner, `${name} is ${was}, wanted ${wanted}.`)
}

function countFault(scanner: RowScanner, bytes: Uint8Array, start: number): ArkError {
  const was = countFields(bytes, start)
  if (was === scanner.layout.names.length)
    return rowFault(scanner, 'a carriage return stands inside the line, wanted none.')
  return rowFault(scanner, `the line has ${was} fields, wanted ${scanner.layout.names.length}.`)
}

function startOfLine(bytes: Uint8Array, at: number): number {
  let start = at
  while (start > 0 && bytes[start - 1] !== LF) start--
  return start
}

/** Commas outside quotes, plus one. */
function countFields(bytes: Uint8Array, start: number): number {
  let count = 1
  let quoted = false
  for (let at = start; at < bytes.length && bytes[at] !== LF; at++) {
    if (bytes[at] === QUOTE) quoted = !quoted
    else if (bytes[at] === COMMA && !quoted) count++
  }
  return count
}
