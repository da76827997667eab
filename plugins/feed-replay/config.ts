/** Configuration of the replay: what is read, how much of it, and how fast. Called by index.ts only. */

import * as v from 'valibot'
import type { Resolution } from '#core/contract.ts'
import { DAY, parseTime } from '#core/time.ts'
import { SYMBOL_FORM, SYMBOL_PATTERN } from './csv-symbols.ts'

const day = v.pipe(
  v.string(),
  v.check(
    (text) => !Number.isNaN(parseTime(text)),
    'wanted YYYY-MM-DD, or a time such as 2020-03-16T13:30:00Z',
  ),
)
const name = v.pipe(v.string(), v.regex(SYMBOL_PATTERN, `wanted ${SYMBOL_FORM}`))

export const ReplayConfigSchema = v.strictObject({
  /** CSV files, plain or gzipped; none = the built-in S&P 500 series. */
  files: v.optional(v.array(v.pipe(v.string(), v.minLength(1))), []),
  /** Instrument of a file that has no column symbol. */
  symbol: v.exactOptional(name),
  /** Only these; absent = all. */
  symbols: v.exactOptional(v.pipe(v.array(name), v.minLength(1))),
  /** Rows a second. */
  speed: v.optional(
    v.union([v.literal('max'), v.pipe(v.number(), v.minValue(0.01), v.maxValue(10_000_000))]),
    'max',
  ),
  /** First and last UTC day, both inclusive; or moments. */
  from: v.exactOptional(day),
  to: v.exactOptional(day),
  /** Of bars that are stamped with a time; absent = told from the stamps. */
  resolution: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d{0,3}[smhd]$/, 'wanted a bar length such as 1m, 15m, 4h or 1d'),
      v.transform((text) => text as Resolution),
    ),
  ),
  /** Name that the rows are journaled under. */
  source: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, 'wanted a lower-case name of 1 to 32 characters'),
    ),
    'feed-replay',
  ),
})

export type ReplayConfig = v.InferOutput<typeof ReplayConfigSchema>

/** The range as `from` ≤ time < `to`; a day given as `to` is inside whole. */
export function toRange(config: ReplayConfig): { readonly from?: number; readonly to?: number } {
  const { from, to } = config
  return {
    ...(from === undefined ? {} : { from: parseTime(from) }),
    ...(to === undefined ? {} : { to: parseTime(to) + (to.length === 10 ? DAY : 1) }),
  }
}
