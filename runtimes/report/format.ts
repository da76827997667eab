/** Amounts, prices and moments as a reader of the page likes them. */

import { formatCents } from '#core/math.ts'
import { DAY, formatTime } from '#core/time.ts'
import { grouped } from '../cli/text.ts'

export function money(cash: number): string {
  return grouped(formatCents(cash)).replace('-', '−')
}

/** With its sign: gains and losses must not be told by colour alone. */
export function gain(cash: number): string {
  const text = money(cash)
  return cash > 0 ? `+${text}` : text
}

export function share(value: number, digits = 2): string {
  const text = `${(Math.abs(value) * 100).toFixed(digits)} %`
  return value < 0 && Number.parseFloat(text) !== 0 ? `−${text}` : text
}

export function signedShare(value: number, digits = 2): string {
  const text = share(value, digits)
  return value > 0 && Number.parseFloat(text) !== 0 ? `+${text}` : text
}

/** 1e-8 of the currency, to as many digits as its size asks for. */
export function price(units: number): string {
  const value = units / 1e8
  return grouped(value.toFixed(value >= 1 ? 2 : 6))
}

/** 1e-8 of a unit, without trailing zeros. */
export function quantity(units: number): string {
  return grouped(String(Math.round(units) / 1e8))
}

export function compact(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e9) return `${trim(value / 1e9)}B`
  if (size >= 1e6) return `${trim(value / 1e6)}M`
  if (size >= 1e4) return `${trim(value / 1e3)}k`
  return trim(value)
}

function trim(value: number): string {
  return String(Number(value.toPrecision(5))).replace('-', '−')
}

/** Minutes where the span is days, dates where it is longer. */
export function moment(time: number, spanMs: number): string {
  const text = formatTime(time)
  return spanMs < 20 * DAY ? `${text.slice(0, 10)} ${text.slice(11, 16)}` : text.slice(0, 10)
}

export function minute(time: number): string {
  const text = formatTime(time)
  return `${text.slice(0, 10)} ${text.slice(11, 16)}`
}

/** Short, for the foot of a chart. */
export function tick(time: number, spanMs: number): string {
  const text = formatTime(time)
  if (spanMs < 2 * DAY) return text.slice(11, 16)
  if (spanMs < 20 * DAY) return text.slice(5, 10)
  return spanMs < 1_000 * DAY ? text.slice(0, 7) : text.slice(0, 4)
}
