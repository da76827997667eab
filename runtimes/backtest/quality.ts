/** What is doubtful about a backtest's data, in a few lines, worst first. */

import type { Quality } from '#plugins/feed-replay/market.ts'
import { counted } from '../cli/text.ts'

const FINDINGS_TOLD = 6

/** Each once: a symbol may come as bars and as quotes. */
export function symbolsIn(symbols: Quality['symbols']): readonly string[] {
  return [...new Set(symbols.map(({ symbol }) => symbol))]
}

export function formatQuality({ symbols, findings }: Quality, total: number): readonly string[] {
  const names = symbolsIn(symbols)
  const what = names.length === 1 ? names.join() : `${names.length} symbols`
  const head = `data: ${counted(total, 'row')} of ${what}`
  if (findings.length === 0) return [`${head}, nothing doubtful about them`]
  const more = findings.length - FINDINGS_TOLD
  return [
    head,
    ...findings.slice(0, FINDINGS_TOLD).map((finding) => `  ${finding}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
}
