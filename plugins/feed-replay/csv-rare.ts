/**
 * Reads the fields that are right and written otherwise: Unix time, times with an offset, numbers with an
 * exponent or with more digits than fit.
 *
 * Called by csv-row.ts where the fast way finds a fault, so a file pays for what is unusual in it. All stamps
 * of a column have one form: a change of it is a fault, as is whatever else leaves a doubt.
 */

import type { TimeMs } from '#core/contract.ts'
import { HOUR, MINUTE, parseTime } from '#core/time.ts'
import { FAULT_DECIMALS, FAULT_FORM, FAULT_SIZE } from './csv-fields.ts'

/** How the stamps of a file are written: in a unit of Unix time, or with an offset from UTC. */
export interface StampForm {
  readonly unit: 's' | 'ms' | 'us' | 'ns' | 'offset'
  /** Of the first stamp, ms. */
  readonly offset: number
}

export interface RareStamp {
  readonly time: TimeMs
  readonly form: StampForm
}

const OFFSET = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?(?:(Z)|([+-])(\d\d):?(\d\d))$/
const UNIX = /^(\d{9,19})(?:\.(\d+))?$/
/** By the number of digits, from 1973 to 2286; the other numbers of digits are no time. */
const UNITS: Readonly<Record<number, StampForm['unit']>> = {
  ...{ 9: 's', 10: 's', 12: 'ms', 13: 'ms', 15: 'us', 16: 'us', 18: 'ns', 19: 'ns' },
}
/** Digits of a unit that are finer than milliseconds. */
const FINER = { ms: 0, us: 3, ns: 6 } as const

/** NaN when it is no time of any form, or not of the form of the stamps before. */
export function parseStamp(text: string, form: StampForm | undefined): RareStamp | undefined {
  const stamp = parseUnix(text) ?? parseOffset(text)
  if (stamp === undefined || Number.isNaN(stamp.time)) return undefined
  if (form === undefined) return stamp
  // Summer time moves an offset by an hour; what moves it further is another zone.
  const isAlike = stamp.form.unit === form.unit && Math.abs(stamp.form.offset - form.offset) <= HOUR
  return isAlike ? { time: stamp.time, form } : undefined
}

function parseUnix(text: string): RareStamp | undefined {
  const [, digits = '', fraction = ''] = UNIX.exec(text) ?? []
  const unit = UNITS[digits.length]
  if (unit === undefined || unit === 'offset') return undefined
  const millis =
    unit === 's' ? digits + fraction.slice(0, 3).padEnd(3, '0') : digits.slice(0, digits.length - FINER[unit])
  return { time: Number(millis), form: { unit, offset: 0 } }
}

function parseOffset(text: string): RareStamp | undefined {
  const match = OFFSET.exec(text)
  if (match === null) return undefined
  const [, day, minutes, seconds = ':00', , sign, hour = '0', minute = '0'] = match
  if (Number(hour) > 14 || Number(minute) > 59) return undefined
  const size = Number(hour) * HOUR + Number(minute) * MINUTE
  const offset = sign === '-' ? -size : size
  return { time: parseTime(`${day}T${minutes}${seconds}Z`) - offset, form: { unit: 'offset', offset } }
}

/** The day of a session that is written as its midnight, in whatever zone; NaN when it is none. */
export function parseSessionDay(text: string): TimeMs {
  const day = /^(\d{4}-\d\d-\d\d)[T ]00:00:00(?:\.0+)?(?:Z|[+-]\d\d:?\d\d)?$/.exec(text)?.[1]
  return day === undefined ? Number.NaN : parseTime(day)
}

const NUMBER = /^(\d{1,60})(?:\.(\d{1,60}))?(?:[eE]([+-]?\d{1,2}))?$/
/** What rounding may change a number by: a part of it. */
const PART = 1e-6

/**
 * A decimal, with or without exponent, as an integer of 10^-digits; a fault when it is none. What is finer is
 * cut when `cut` is set, else rounded where that changes next to nothing: `147.4499969482422` is a price of
 * eight decimals, `0.000000015` is not.
 */
export function parseNumber(text: string, digits: number, cut: boolean): number {
  const match = NUMBER.exec(text)
  if (match === null) return FAULT_FORM
  const [, whole = '', part = '', exponent = '0'] = match
  const shift = digits + Number(exponent)
  const all = whole + part.padEnd(Math.max(0, shift), '0')
  // A number of the unit has so many digits before its point.
  const length = whole.length + shift
  const value = length <= 0 ? 0 : Number(all.slice(0, length))
  if (!(value <= Number.MAX_SAFE_INTEGER)) return FAULT_SIZE
  const rest = Number(`0.${'0'.repeat(Math.max(0, -length))}${all.slice(Math.max(0, length))}`)
  if (cut || rest === 0) return value
  const rounded = rest < 0.5 ? value : value + 1
  return Math.abs(rounded - value - rest) <= PART * value ? rounded : FAULT_DECIMALS
}
