/**
 * Event time as text and back, without Date: core and agents may not touch the host's clock or calendar.
 *
 * Algorithm: days-from-civil and civil-from-days of the proleptic Gregorian calendar (H. Hinnant,
 * "chrono-compatible low-level date algorithms").
 */

import type { Resolution, TimeMs } from './contract.ts'

export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

/** Days since 1970-01-01. `month` is 1..12. */
export function toDayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** Inverse of toDayNumber, as "YYYY-MM-DD". */
export function formatDay(dayNumber: number): string {
  const shifted = dayNumber + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const leaps = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const index = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * index + 2) / 5) + 1
  const month = index < 10 ? index + 3 : index - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
}

let cachedDay = Number.NaN
let cachedText = ''

/** RFC 3339 in UTC with milliseconds: "2020-03-16T20:00:00.000Z". */
export function formatTime(time: TimeMs): string {
  const day = Math.floor(time / DAY)
  if (day !== cachedDay) {
    cachedDay = day
    cachedText = formatDay(day)
  }
  const rest = time - day * DAY
  const hours = Math.floor(rest / HOUR)
  const minutes = Math.floor((rest % HOUR) / MINUTE)
  const seconds = Math.floor((rest % MINUTE) / SECOND)
  return `${cachedText}T${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}.${pad(rest % SECOND, 3)}Z`
}

/**
 * Parses "2020-03-16" (midnight UTC) and RFC 3339 with Z; fractions beyond milliseconds are cut. NaN when it
 * is neither.
 */
export function parseTime(text: string): TimeMs {
  const match = TIME.exec(text)
  if (match === null) return Number.NaN
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((group) =>
    Number(match[group] ?? 0),
  )
  if (year === undefined || month === undefined || day === undefined) return Number.NaN
  if (hour === undefined || minute === undefined || second === undefined) return Number.NaN
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return Number.NaN
  const dayNumber = toDayNumber(year, month, day)
  if (formatDay(dayNumber) !== text.slice(0, 10)) return Number.NaN
  const millis = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  return dayNumber * DAY + hour * HOUR + minute * MINUTE + second * SECOND + millis
}

/** Length of a bar in ms: `15m` is 900,000. NaN for what is no resolution. */
export function resolutionMs(resolution: Resolution): TimeMs {
  if (resolution === lastResolution) return lastLength
  const match = RESOLUTION.exec(resolution)
  lastResolution = resolution
  lastLength = match === null ? Number.NaN : Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? Number.NaN)
  return lastLength
}

const RESOLUTION = /^([1-9]\d{0,3})([smhd])$/
const UNIT_MS: { readonly [unit: string]: TimeMs } = { s: SECOND, m: MINUTE, h: HOUR, d: DAY }
/** Asked once a row, and rows of one length come together. */
let lastResolution = ''
let lastLength = Number.NaN

const TIME = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z)?$/

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
