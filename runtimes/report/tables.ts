/**
 * The tables of the report: trades, months, denials, quality of the data. Each with its caption and its
 * headings.
 */

import type { Quality } from '#plugins/feed-replay/market.ts'
import { type Comparison, explain, netOf, sideBySide } from '../backtest/compare.ts'
import type { Denial, RunRecord } from '../backtest/recorder.ts'
import type { Trade } from '../backtest/trades.ts'
import { grouped } from '../cli/text.ts'
import { gain, minute, money, price, quantity, signedShare } from './format.ts'
import { type Html, html } from './html.ts'

const TRADES_SHOWN = 500
const DENIALS_SHOWN = 200

/** A cell that sorts by `value`. */
function cell(text: string | Html, value: number | string, className = 'number'): Html {
  return html`<td class="${className}" data-v="${value}">${text}</td>`
}

/** Columns of text; all others are numbers, to the right. */
const TEXT_COLUMNS: readonly string[] = ['Symbol', 'Side', 'Why', 'Decision']

const TRADE_COLUMNS = [
  'Entered',
  'Symbol',
  'Side',
  'Quantity',
  'Entry',
  'Exited',
  'Exit',
  'Result',
  'Return',
  'Fees',
  'Worst',
  'Best',
  'Why',
  'Decision',
]

export function tradeTable({ trades, counts }: RunRecord, id: string): Html {
  if (counts.trades === 0) return html`<p class="empty">No trade was made.</p>`
  const shown = trades.slice(0, TRADES_SHOWN)
  const rest =
    counts.trades > shown.length
      ? html`<p class="note">The first ${shown.length} of ${grouped(counts.trades)}; all of them:
<code>ark runs export ${id} --what trades --csv</code></p>`
      : undefined
  const headings = TRADE_COLUMNS.map((name) => {
    const className = TEXT_COLUMNS.includes(name) ? 'text' : 'number'
    return html`<th scope="col" class="${className}"><button type="button">${name}</button></th>`
  })
  return html`<p class="caption" id="trades">What each entry came to. Result after fees; worst and best while it was
open, before fees.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Trades">
<table class="sortable wide" aria-describedby="trades">
<thead><tr>${headings}</tr></thead><tbody>${shown.map(tradeRow)}</tbody></table></div>${rest}`
}

function tradeRow(trade: Trade): Html {
  const { entryPrice, entryTime, exitPrice, exitTime, pnl, side } = trade
  const paid = (entryPrice / 1e8) * (trade.quantity / 1e8) * 1e6
  const returned = paid > 0 ? pnl / paid : 0
  const tone = pnl > 0 ? 'number up' : pnl < 0 ? 'number down' : 'number'
  const entered = trade.reason === trade.strategy ? '' : trade.reason
  const why = [entered, trade.exitReason].filter((text) => text !== '').join(' → ')
  return html`<tr>${cell(minute(entryTime), entryTime)}${cell(trade.symbol, trade.symbol, 'text')}
${cell(side, side, 'text')}${cell(quantity(trade.quantity), trade.quantity)}${cell(price(entryPrice), entryPrice)}
${cell(exitTime === null ? 'open' : minute(exitTime), exitTime ?? Number.MAX_SAFE_INTEGER)}
${cell(price(exitPrice), exitPrice)}${cell(gain(pnl), pnl, tone)}${cell(signedShare(returned), returned, tone)}
${cell(money(trade.fees), trade.fees)}${cell(money(trade.mae), trade.mae)}${cell(money(trade.mfe), trade.mfe)}
${cell(why, why, 'why')}${cell(html`<code>${trade.decisionId}</code>`, trade.decisionId, 'text')}</tr>`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
export function monthTable({ months }: RunRecord, opening: number): Html {
  if (months.length === 0) return html`<p class="empty">No day has ended.</p>`
  const returns = new Map<string, number>()
  const ofYears = new Map<string, number>()
  let before = opening
  let yearBefore = opening
  for (const [index, [month, equity]] of months.entries()) {
    const year = month.slice(0, 4)
    // On an account that is spent there is no return.
    if (before > 0) returns.set(month, equity / before - 1)
    if (yearBefore > 0) ofYears.set(year, equity / yearBefore - 1)
    before = equity
    if (months[index + 1]?.[0].slice(0, 4) !== year) yearBefore = equity
  }
  const years = [...new Set(months.map(([month]) => month.slice(0, 4)))].map((year) => ({
    year,
    cells: MONTHS.map((_name, index) => returns.get(`${year}-${String(index + 1).padStart(2, '0')}`)),
    whole: ofYears.get(year),
  }))
  const most = largest([...returns.values()])
  const mostOfYears = largest([...ofYears.values()])
  const rows = years.map(
    ({ year, cells, whole }) => html`<tr><th scope="row">${year}</th>
${cells.map((value) => heat(value, most))}${heat(whole, mostOfYears, 'whole')}</tr>`,
  )
  return html`<p class="caption" id="months">Return of each month and year in per cent, from its
last day’s equity and that of the one before.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Monthly returns">
<table class="heat" aria-describedby="months">
<thead><tr><th scope="col">Year</th>${MONTHS.map((name) => html`<th scope="col">${name}</th>`)}
<th scope="col">Whole</th></tr></thead><tbody>${rows}</tbody></table></div>`
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}

/** The largest of its kind has the full colour. */
function heat(value: number | undefined, most: number, className = ''): Html {
  if (value === undefined) return html`<td class="none"></td>`
  const text = (value * 100).toFixed(1)
  const isNothing = Number(text) === 0
  const tone = isNothing ? 'flat' : value > 0 ? 'up' : 'down'
  const depth = isNothing ? '0' : (Math.abs(value) / most).toFixed(2)
  const told = isNothing ? '0.0' : text.replace('-', '−')
  return html`<td class="${tone} ${className}" style="--depth:${depth}">${told}</td>`
}

export function ruleBars(deniedBy: Readonly<Record<string, number>>): Html {
  if (Object.keys(deniedBy).length === 0) return html`<p class="empty">No rule denied an order.</p>`
  return countBars(deniedBy, 'An order may be denied by several.', ['Rule', 'Denials'])
}

/** Counts by name as bars, longest first. */
export function countBars(
  counts: Readonly<Record<string, number>>,
  caption: string,
  [name, counted]: readonly [string, string],
): Html {
  const entries = Object.entries(counts)
  const most = Math.max(...entries.map(([, count]) => count))
  const rows = entries.map(
    ([text, count]) => html`<tr><th scope="row">${text}</th><td class="number">${grouped(count)}</td>
<td class="bar"><i style="width:${((count / most) * 100).toFixed(1)}%"></i></td></tr>`,
  )
  return html`<table class="bars"><caption>${caption}</caption>
<thead class="hidden"><tr><th scope="col">${name}</th><th scope="col">${counted}</th>
<th scope="col">Share</th></tr></thead>
<tbody>${rows}</tbody></table>`
}

export function denialTable({ denials, counts }: RunRecord, id: string): Html | undefined {
  if (counts.denials === 0) return undefined
  const rows = denials.slice(0, DENIALS_SHOWN).map(denialRow)
  const rest =
    counts.denials > rows.length
      ? html`<p class="note">The first ${rows.length} of ${grouped(counts.denials)}; all of them:
<code>ark runs export ${id} --what decisions --csv</code></p>`
      : undefined
  return html`<details><summary>Each denial</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Denials"><table class="wide">
<thead><tr><th scope="col">When</th><th scope="col">Order</th><th scope="col" class="number">At</th>
<th scope="col">Denied by</th><th scope="col">Decision</th></tr></thead><tbody>${rows}</tbody></table></div>${rest}
</details>`
}

function denialRow({
  time,
  side,
  quantity: size,
  symbol,
  price: at,
  by,
  atOpen,
  sent,
  decisionId,
}: Denial): Html {
  const note = `${atOpen ? ' (at the open)' : ''}${sent ? ' (sent all the same)' : ''}`
  return html`<tr><td>${minute(time)}</td><td>${side} ${size} ${symbol}</td><td class="number">${price(at)}</td>
<td>${by.join(', ')}${note}</td><td><code>${decisionId}</code></td></tr>`
}

export function comparisonTables(comparison: Comparison): Html {
  const figures = sideBySide(comparison).map(
    ([name = '', enforce = '', observe = '']) => html`<tr><th scope="row">${name}</th>
<td class="number">${enforce}</td><td class="number">${observe}</td></tr>`,
  )
  const told = explain(comparison).map((sentence) => html`<p>${sentence}</p>`)
  return html`<div class="told">${told}</div><div class="pair">
<table><caption>The same data, with a gate that blocks and one that watches.</caption>
<thead><tr><th scope="col"><span class="hidden">Figure</span></th><th scope="col" class="number">enforce</th>
<th scope="col" class="number">observe</th></tr></thead><tbody>${figures}</tbody></table>${ruleCosts(comparison)}</div>`
}

function ruleCosts({ rules }: Comparison): Html | undefined {
  if (rules.length === 0) return undefined
  const { saved, cost, net } = netOf(rules)
  const amount = (text: string) => html`<td class="number">${grouped(text).replace('-', '−')}</td>`
  const rows = rules.map(
    (rule) => html`<tr><th scope="row">${rule.rule}</th><td class="number">${grouped(rule.denials)}</td>
<td class="number">${grouped(rule.trades)}</td>${amount(rule.saved)}${amount(rule.cost)}
${amount(netOf([rule]).net)}</tr>`,
  )
  const heads = ['Denials', 'Trades', 'Saved', 'Cost', 'Net'].map(
    (name) => html`<th scope="col" class="number">${name}</th>`,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Saved and cost by rule"><table>
<caption>What came of denied entries in the run that watches.</caption>
<thead><tr><th scope="col">Rule</th>${heads}</tr></thead><tbody>${rows}</tbody>
<tfoot><tr><th scope="row">in sum</th><td></td><td></td>${amount(saved)}${amount(cost)}${amount(net)}</tr></tfoot>
</table></div>`
}

export function qualityTable({ symbols, findings }: Quality): Html {
  const rows = symbols.map(
    (found) => html`<tr><th scope="row">${found.symbol}</th><td>${found.kind}</td>
<td class="number">${grouped(found.rows)}</td><td>${minute(found.first)}</td><td>${minute(found.last)}</td>
${[found.gaps, found.splits, found.outliers, found.zeroVolume, found.outside].map(
  (count) => html`<td class="number">${grouped(count)}</td>`,
)}</tr>`,
  )
  const said =
    findings.length === 0
      ? html`<p>Nothing doubtful was found.</p>`
      : html`<ul>${findings.map((finding) => html`<li>${finding}</li>`)}</ul>`
  if (rows.length === 0) return said
  return html`${said}<div class="scroll" tabindex="0" role="region" aria-label="Data by symbol"><table class="wide">
<thead><tr><th scope="col">Symbol</th><th scope="col">Rows of</th>
${['Rows', 'First', 'Last', 'Gaps', 'Splits', 'Outliers', 'No volume', 'Outside'].map(
  (name) => html`<th scope="col" class="${name === 'First' || name === 'Last' ? '' : 'number'}">${name}</th>`,
)}</tr></thead><tbody>${rows}</tbody></table></div>`
}
