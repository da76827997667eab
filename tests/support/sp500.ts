/** The built-in S&P 500 series as chunks of a given size, read by the feed's own parser with the calendar's closes. */

import { sessionCloseOf } from '#core/book/sessions.ts'
import type { Bar, MarketRows } from '#core/contract.ts'
import { DAY, parseTime } from '#core/time.ts'
import { createCsvReader } from '#plugins/feed-replay/csv.ts'
import { SP500_DAILY } from '#plugins/feed-replay/sp500-daily.data.ts'

let bars: readonly Bar[] | undefined

export function* readSp500(size: number): Generator<MarketRows> {
  bars ??= readBars()
  for (let first = 0; first < bars.length; first += size) {
    yield { kind: 'bars', resolution: '1d', rows: bars.slice(first, first + size) }
  }
}

function readBars(): readonly Bar[] {
  const reader = createCsvReader('sp500', {
    symbol: 'SPX',
    sessionClose: (day) => sessionCloseOf(parseTime(day) / DAY),
  })
  const batches = [...reader.push(new TextEncoder().encode(SP500_DAILY)), ...reader.end()]
  return batches.flatMap((batch) => (batch.kind === 'bars' ? batch.rows : []))
}
