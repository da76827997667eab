/**
 * Reads one CSV field from bytes to an integer, without making a string of it.
 *
 * Called by csv.ts for every field of every row. A scanner returns the index of the byte that ends its field
 * (comma, CR or LF) and leaves its value in a register; a negative result is a fault. The caller promises
 * that a line feed stands at or behind `start`.
 */

import { DAY, formatDay, HOUR, MINUTE, SECOND, toDayNumber } from '#core/time.ts'

export const LF = 10
export const CR = 13
export const QUOTE = 34
export const COMMA = 44

export const FAULT_FORM = -1
export const FAULT_DECIMALS = -2
export const FAULT_SIZE = -3

/**
 * Register 0 is the stamp, 1 to 5 are the numbers of the row, the two last remember the day that was worked
 * out last. Trades and quotes have four numbers at most; behind them is the receiver's stamp beside the
 * exchange's.
 */
export const STAMP = 0
export const RECEIVED = 5
const CACHED_DATE = 6
const CACHED_DAY = 7
export const createRegisters = (): Float64Array => new Float64Array(8).fill(NO_STAMP)
/** Before the first row. */
export const NO_STAMP = -1

const DOT = 46
const ZERO = 48
const LETTER_T = 84
const LETTER_Z = 90
const POWERS = Float64Array.from([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8])
/** What a digit behind the seconds weighs; later ones weigh nothing. */
const MILLIS: readonly number[] = [100, 10, 1]
const NO_PAIR = 1e9

/**
 * A plain decimal as an integer of 10^-digits. Digits beyond are cut when `cut` is set; otherwise they must
 * be zeros. No sign, no exponent, no bare point: what a vendor did not mean must not become a price.
 */
export function scanNumber(
  bytes: Uint8Array,
  start: number,
  digits: number,
  cut: boolean,
  registers: Float64Array,
  slot: number,
): number {
  let at = start
  let value = 0
  let digit = (bytes[at] ?? 0) - ZERO
  while (digit >= 0 && digit <= 9) {
    value = value * 10 + digit
    digit = (bytes[++at] ?? 0) - ZERO
  }
  if (at === start) return FAULT_FORM
  let missing = digits
  if (digit === DOT - ZERO) {
    const first = ++at
    digit = (bytes[at] ?? 0) - ZERO
    while (digit >= 0 && digit <= 9) {
      if (missing > 0) {
        value = value * 10 + digit
        missing--
      } else if (digit !== 0 && !cut) return FAULT_DECIMALS
      digit = (bytes[++at] ?? 0) - ZERO
    }
    if (at === first) return FAULT_FORM
  }
  // Scaling is exact below 2^53, and whatever was rounded on the way is larger than that.
  value *= POWERS[missing] ?? Number.NaN
  if (!(value <= Number.MAX_SAFE_INTEGER)) return FAULT_SIZE
  registers[slot] = value
  return isStop(bytes[at] ?? 0) ? at : FAULT_FORM
}

/** `YYYY-MM-DDTHH:MM:SS[.f…]Z` as milliseconds; finer fractions, up to nanoseconds, are cut. */
export function scanTime(bytes: Uint8Array, start: number, registers: Float64Array, slot: number): number {
  const day = scanDate(bytes, start, registers)
  if (day < 0 || bytes[start + 10] !== LETTER_T || bytes[start + 13] !== 58 || bytes[start + 16] !== 58)
    return FAULT_FORM
  const hours = pair(bytes, start + 11)
  const minutes = pair(bytes, start + 14)
  const seconds = pair(bytes, start + 17)
  if (hours > 23 || minutes > 59 || seconds > 59) return FAULT_FORM
  let at = start + 19
  let millis = 0
  if (bytes[at] === DOT) {
    const first = ++at
    let digit = (bytes[at] ?? 0) - ZERO
    while (digit >= 0 && digit <= 9) {
      millis += digit * (MILLIS[at - first] ?? 0)
      digit = (bytes[++at] ?? 0) - ZERO
    }
    if (at === first || at - first > 9) return FAULT_FORM
  }
  if (bytes[at] !== LETTER_Z || !isStop(bytes[at + 1] ?? 0)) return FAULT_FORM
  registers[slot] = (registers[CACHED_DAY] ?? 0) + hours * HOUR + minutes * MINUTE + seconds * SECOND + millis
  return at + 1
}

/** `YYYY-MM-DD` as milliseconds of its midnight UTC. */
export function scanDay(bytes: Uint8Array, start: number, registers: Float64Array): number {
  if (scanDate(bytes, start, registers) < 0 || !isStop(bytes[start + 10] ?? 0)) return FAULT_FORM
  registers[STAMP] = registers[CACHED_DAY] ?? 0
  return start + 10
}

export function skipField(bytes: Uint8Array, start: number): number {
  let at = start
  while (!isStop(bytes[at] ?? LF)) at++
  return at
}

export function isStop(byte: number): boolean {
  return byte === COMMA || byte === LF || byte === CR
}

/**
 * Copies a quoted field, without its quotes and with doubled quotes made single, into `scratch` and ends it
 * with a line feed. Returns the index after the closing quote; a line feed inside the quotes is a fault.
 */
export function unquote(bytes: Uint8Array, start: number, scratch: number[]): number {
  scratch.length = 0
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at] ?? LF
    if (byte === LF) return FAULT_FORM
    if (byte === QUOTE) {
      if (bytes[at + 1] !== QUOTE) {
        scratch.push(LF)
        return isStop(bytes[at + 1] ?? LF) ? at + 1 : FAULT_FORM
      }
      at++
    }
    scratch.push(byte)
  }
  return FAULT_FORM
}

/** Bytes as text for a message: printable ASCII only, and no more than a glance of it. */
export function showBytes(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  const last = Math.min(end, start + 40)
  for (let at = start; at < last; at++) {
    const byte = bytes[at] ?? 0
    text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '?'
  }
  return last < end ? `${text}…` : text
}

/** 0 when the ten bytes are a day of the calendar, which is then in the cache. */
function scanDate(bytes: Uint8Array, start: number, registers: Float64Array): number {
  const year = pair(bytes, start) * 100 + pair(bytes, start + 2)
  const month = pair(bytes, start + 5)
  const day = pair(bytes, start + 8)
  const date = year * 10_000 + month * 100 + day
  if (bytes[start + 4] !== 45 || bytes[start + 7] !== 45) return FAULT_FORM
  if (date === registers[CACHED_DATE]) return 0
  if (date > 99_991_231 || month < 1 || month > 12 || day < 1) return FAULT_FORM
  const dayNumber = toDayNumber(year, month, day)
  // 30 February would silently become 1 March.
  if (Number(formatDay(dayNumber).slice(8)) !== day) return FAULT_FORM
  registers[CACHED_DATE] = date
  registers[CACHED_DAY] = dayNumber * DAY
  return 0
}

/** Two digits; anything else becomes so large that no range check lets it pass. */
function pair(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - ZERO
  const ones = (bytes[at + 1] ?? 0) - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NO_PAIR
}
