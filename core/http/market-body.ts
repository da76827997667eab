/**
 * Market data as sent by a feed: rows with amounts and times as text, into rows of integers. One bad row
 * refuses the whole body.
 */

import * as v from 'valibot'
import type { Bar, MarketRows, Quote, Resolution, TimeMs, Trade } from '../contract.ts'
import { ROWS_MAX } from '../cycle/admit.ts'
import { parseTime } from '../time.ts'
import { amount } from './amounts.ts'
import { symbol } from './bodies.ts'
import { checkBody } from './json.ts'
import { type Finding, invalidBody } from './problems.ts'

const price = amount(8, 'above zero')
const size = amount(8, 'zero or more')
const time = v.pipe(
  v.string(),
  v.metadata({ format: 'date-time' }),
  v.rawTransform(({ dataset, addIssue, NEVER }): TimeMs => {
    const at = dataset.value.includes('T') ? parseTime(dataset.value) : Number.NaN
    if (!Number.isNaN(at)) return at
    addIssue({ message: 'wants a time such as "2024-06-12T15:00:00Z"' })
    return NEVER
  }),
)
const resolution = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,3}[smhd]$/, 'wants a bar length such as 1m, 15m, 4h or 1d'),
  v.description('1 to 9999 seconds, minutes, hours or days.'),
  v.transform((text) => text as Resolution),
)
const rowsOf = <Row extends v.GenericSchema>(row: Row) =>
  v.exactOptional(
    v.pipe(
      v.array(row),
      v.minLength(1, 'wants one row or more'),
      v.maxLength(ROWS_MAX, `wants at most ${ROWS_MAX} rows`),
    ),
  )

export const MarketSchema = v.strictObject({
  source: v.pipe(
    v.string(),
    v.regex(/^(?!constructor$)[a-z0-9][a-z0-9._-]{0,31}$/, 'wants 1 to 32 of a-z 0-9 . _ -'),
  ),
  bars: rowsOf(
    v.strictObject({
      symbol,
      end: time,
      resolution,
      open: price,
      high: price,
      low: price,
      close: price,
      // Vendors report volumes to more decimals than are kept; the CSV reader cuts them likewise.
      volume: amount(4, 'zero or more', true),
    }),
  ),
  trades: rowsOf(v.strictObject({ symbol, time, price, quantity: size })),
  quotes: rowsOf(v.strictObject({ symbol, time, bid: price, bidSize: size, ask: price, askSize: size })),
})

export interface MarketBody {
  readonly source: string
  readonly rows: MarketRows
}

/** Throws INVALID_BODY with every bad place. Order of times and shape of bars are for the kernel to judge. */
export function toMarketRows(body: unknown): MarketBody {
  const { source, bars, trades, quotes } = checkBody(MarketSchema, body)
  const kinds = [bars, trades, quotes].filter((rows) => rows !== undefined)
  if (kinds.length !== 1)
    throw invalidBody([{ pointer: '', message: 'wants exactly one of bars, trades and quotes' }])
  return { source, rows: rowsFrom(bars, trades, quotes) }
}

function rowsFrom(
  bars: readonly Bar[] | undefined,
  trades: readonly Trade[] | undefined,
  quotes: readonly Quote[] | undefined,
): MarketRows {
  if (bars !== undefined) return { kind: 'bars', resolution: resolutionOf(bars), rows: bars }
  if (trades !== undefined) return { kind: 'trades', rows: trades }
  return { kind: 'quotes', rows: quotes ?? [] }
}

/** One chunk has one resolution. */
function resolutionOf(bars: readonly Bar[]): Resolution {
  const resolution = bars[0]?.resolution ?? '1m'
  const findings: Finding[] = []
  for (const [row, bar] of bars.entries()) {
    if (bar.resolution !== resolution)
      findings.push({
        pointer: `/bars/${row}/resolution`,
        message: `wants ${resolution}, like the first bar`,
      })
  }
  if (findings.length > 0) throw invalidBody(findings)
  return resolution
}
