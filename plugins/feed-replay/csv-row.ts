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
  QUOTE,
  scanDay,
  scanNumber,
  scanTime,
  showBytes,
  skipField,
  unquote,
} from './csv-fields.ts'
import { DATE, type Layout, PRICE, SKIP, SYMBOL, TIME, VOLUME } from './csv-header.ts'
import { SYMBOL_FORM, type SymbolTable, scanSymbol } from './csv-symbols.ts'

export interface RowScanner {
  readonly file: string
  readonly layout: Layout
  readonly symbols: SymbolTable
  readonly registers: Float64Array
  /** Line of the row that is being scanned; the header is line 1. */
  line: number
}

export function createRowScanner(file: string, layout: Layout, symbols: SymbolTable): RowScanner {
  return { file, layout, symbols, registers: createRegisters(), line: 1 }
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
    const end =
      bytes[at] === QUOTE
        ? scanQuoted(scanner, bytes, at, operation, slots[column] ?? 0)
        : scanField(scanner, bytes, at, operation, slots[column] ?? 0)
    if (end < 0) throw fieldFault(scanner, bytes, at, column, end)
    at = end
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
  if (operation === TIME) return scanTime(bytes, at, scanner.registers)
  if (operation === SYMBOL) return scanSymbol(scanner.symbols, bytes, at)
  if (operation === SKIP) return skipField(bytes, at)
  if (operation === DATE) return scanDay(bytes, at, scanner.registers)
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

const WANTED: readonly string[] = [
  'a closed quote on the same line',
  SYMBOL_FORM,
  'a time such as 2020-03-16T13:30:00Z (with Z, at most nanoseconds)',
  'a day such as 2020-03-16',
  'a plain decimal such as 1455.22, without sign or exponent',
  'a plain decimal such as 0.25, without sign or exponent',
  'a plain decimal such as 931800000, without sign or exponent',
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
  if (fault === FAULT_DECIMALS) wanted = 'at most 8 decimals'
  if (fault === FAULT_SIZE && operation >= PRICE) {
    wanted = operation === VOLUME ? 'at most 900719925474' : 'at most 90071992'
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
