/**
 * The charts of the report as inline SVG: lines stretch with the page, labels are text beside them, and all
 * of it is there without a script. The script adds a cross-hair and a readout.
 */

import { CASH_SCALE } from '#core/math.ts'
import type { Candle } from '../backtest/candles.ts'
import type { RunRecord } from '../backtest/recorder.ts'
import { compact, moment, money, price, share, tick } from './format.ts'
import { type Html, html, jsonText, raw } from './html.ts'
import { areaOf, lineOf, place, type Scale, SIZE, scaleOf, xOf, yOf } from './scale.ts'

interface Plot {
  readonly className: string
  readonly label: string
  readonly scale: Scale
  readonly format: (value: number) => string
  /** Markup of the SVG. */
  readonly drawing: string
  /** Above the SVG, in shares of its size. */
  readonly over?: readonly Html[]
}

function plotOf({ className, label, scale, format, drawing, over }: Plot): Html {
  const lines = scale.ticks.map((value) => place(yOf(value, scale)))
  const grid = lines.map((y) => `M0 ${y}H${SIZE}`).join('')
  const labels = scale.ticks.map(
    (value, index) => html`<span style="top:${Number(lines[index]) / 10}%">${format(value)}</span>`,
  )
  return html`<div class="plot ${className}">
<div class="canvas"><svg viewBox="0 0 ${SIZE} ${SIZE}" preserveAspectRatio="none" role="img" aria-label="${label}">
<path class="grid" d="${raw(grid)}"/>${raw(drawing)}</svg>${over}<i class="hair" hidden></i></div>
<div class="ylabels" aria-hidden="true">${labels}</div></div>`
}

function feet(times: readonly number[], wanted = 5): Html {
  const span = spanOf(times)
  const count = Math.min(wanted, times.length)
  const marks = Array.from({ length: count }, (_unused, index) => {
    const at = Math.floor(((index + 0.5) * times.length) / count)
    return html`<span style="left:${xOf(at, times.length) / 10}%">${tick(times[at] ?? 0, span)}</span>`
  })
  return html`<div class="feet" aria-hidden="true">${marks}</div>`
}

function spanOf(times: readonly number[]): number {
  return (times.at(-1) ?? 0) - (times[0] ?? 0)
}

/** Equity beside the benchmark, the drawdown under it. */
export function equityChart(record: RunRecord, benchmarkName: string): Html {
  const times = record.curve.map(({ time }) => time)
  const equity = record.curve.map((point) => point.equity / CASH_SCALE)
  const bench = record.curve.map((point) => point.benchmark / CASH_SCALE)
  const drawdown = drawdownOf(equity)
  const scale = scaleOf([...equity, ...bench])
  // A run that never fell has a line at the top, and not a scale of dust under it.
  const depth = scaleOf([...drawdown, 0, -0.01], 2)
  const falls = { ...depth, high: 0, ticks: depth.ticks.filter((value) => value < 0) }
  const span = spanOf(times)
  const readout = {
    times: times.map((time) => moment(time, span)),
    rows: [
      ['equity', ...equity.map((value) => money(value * CASH_SCALE))],
      [benchmarkName, ...bench.map((value) => money(value * CASH_SCALE))],
      ['drawdown', ...drawdown.map((value) => share(value))],
    ],
  }
  const last = readout.rows.map((row) => `${row[0]} ${row.at(-1)}`).join(', ')
  return html`<figure class="chart" tabindex="0" data-chart aria-label="Equity, benchmark and drawdown over time">
<figcaption><span class="key equity">equity</span> <span class="key bench">${benchmarkName}</span>
<span class="key fall">drawdown</span><output>${last}</output></figcaption>
${plotOf({
  className: 'tall',
  label: `Equity from ${money((equity[0] ?? 0) * CASH_SCALE)} to ${money((equity.at(-1) ?? 0) * CASH_SCALE)}`,
  scale,
  format: compact,
  drawing:
    pathOf('area', areaOf(equity, scale, scale.low)) +
    pathOf('bench', lineOf(bench, scale)) +
    pathOf('equity', lineOf(equity, scale)),
})}
${plotOf({
  className: 'low',
  label: `Drawdown, at most ${share(Math.min(0, ...drawdown))}`,
  scale: falls,
  format: (value) => share(value, 0),
  drawing: pathOf('fall', areaOf(drawdown, falls, 0)),
})}
${feet(times)}<script type="application/json">${jsonText(readout)}</script></figure>`
}

function drawdownOf(equity: readonly number[]): readonly number[] {
  let peak = Number.NEGATIVE_INFINITY
  return equity.map((value) => {
    if (value > peak) peak = value
    return peak > 0 ? value / peak - 1 : 0
  })
}

/** Of a kind: more would only hide one another. */
const MARKS_MAX = 400
/** More of all kinds than this are drawn smaller. */
const DENSE = 120

function evenly(marks: readonly Mark[]): readonly Mark[] {
  const step = Math.ceil(marks.length / MARKS_MAX)
  return step <= 1 ? marks : marks.filter((_mark, index) => index % step === 0)
}

interface Mark {
  readonly kind: 'entry' | 'exit' | 'denial'
  readonly time: number
  readonly price: number
  readonly says: string
}

/** The price of one symbol with what was done in it; `index` is its place in the choice. */
export function priceChart(
  record: RunRecord,
  symbol: string,
  candles: readonly Candle[],
  index: number,
): Html {
  const times = candles.map(([time]) => time)
  const span = spanOf(times)
  const scale = scaleOf(candles.flatMap(([, , high, low]) => [high, low]))
  const marks = marksOf(record, symbol)
  const shown = [
    ...evenly(marks.filter(({ kind }) => kind === 'denial')),
    ...evenly(marks.filter(({ kind }) => kind === 'entry')),
    ...evenly(marks.filter(({ kind }) => kind === 'exit')),
  ]
  const readout = {
    times: times.map((time) => moment(time, span)),
    rows: (['open', 'high', 'low', 'close'] as const).map((name, at) => [
      name,
      ...candles.map((candle) => price(candle[at + 1] ?? 0)),
    ]),
  }
  const counted = (kind: Mark['kind'], word: string) =>
    `${marks.filter((mark) => mark.kind === kind).length} ${word}`
  const done = [counted('entry', 'entries'), counted('exit', 'exits'), counted('denial', 'denials')]
  const label = `Price of ${symbol} with ${done.join(', ')}`
  return html`<figure class="chart" tabindex="0" data-chart data-symbol="${index}" aria-label="${label}">
<figcaption><span class="key entry">entry</span> <span class="key exit">exit</span>
<span class="key denial">denied</span><output>${symbol}</output></figcaption>
${plotOf({
  className: shown.length > DENSE ? 'tall dense' : 'tall',
  label,
  scale,
  format: (value) => compact(value / 1e8),
  drawing: candles.length > BODIES_MAX ? bandOf(candles, scale) : bodiesOf(candles, scale),
  over: shown.flatMap((mark) => markOf(mark, candles, scale) ?? []),
})}
${feet(times)}<script type="application/json">${jsonText(readout)}</script></figure>`
}

/** A denied order that was sent all the same is marked once, where it was filled, and says so there. */
function marksOf({ trades, denials }: RunRecord, symbol: string): readonly Mark[] {
  const own = trades.filter((trade) => trade.symbol === symbol)
  const entered = new Set(own.map(({ decisionId }) => decisionId))
  const deniedBy = new Map(denials.map(({ decisionId, by }) => [decisionId, `; denied by ${by.join(', ')}`]))
  return [
    ...denials
      .filter((denial) => denial.symbol === symbol && !entered.has(denial.decisionId))
      .map(({ time, price: at, side, quantity, by }) => ({
        kind: 'denial' as const,
        time,
        price: at,
        says: `${side} ${quantity} denied by ${by.join(', ')}`,
      })),
    ...own.map(({ side, entryTime, entryPrice, decisionId }) => ({
      kind: 'entry' as const,
      time: entryTime,
      price: entryPrice,
      says:
        `${side === 'long' ? 'bought' : 'sold short'} at ${price(entryPrice)}, ${decisionId}` +
        (deniedBy.get(decisionId) ?? ''),
    })),
    ...own.flatMap(({ exitTime, exitPrice, exitReason, pnl }) =>
      exitTime === null
        ? []
        : [
            {
              kind: 'exit' as const,
              time: exitTime,
              price: exitPrice,
              says: `out at ${price(exitPrice)}, ${money(pnl)}: ${exitReason}`,
            },
          ],
    ),
  ]
}

/** At its candle; kept within it, since a price before a split is not one of the chart. */
function markOf(
  { kind, time, price: at, says }: Mark,
  candles: readonly Candle[],
  scale: Scale,
): Html | undefined {
  let [low, high] = [0, candles.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((candles[middle]?.[0] ?? 0) < time) low = middle + 1
    else high = middle
  }
  const candle = candles[low]
  if (candle === undefined) return undefined
  const y = yOf(Math.min(candle[2], Math.max(candle[3], at)), scale)
  const where = `left:${place(xOf(low, candles.length) / 10)}%;top:${place(y / 10)}%`
  return html`<b class="mark ${kind}" style="${where}" title="${says}"></b>`
}

/** More than this and a candle is too thin to have a body. */
const BODIES_MAX = 220

function bandOf(candles: readonly Candle[], scale: Scale): string {
  const tops = candles.map(([, , high]) => high)
  const lows = candles.map(([, , , low]) => low)
  const back = lows
    .map((low, index) => `L${place(xOf(index, lows.length))} ${place(yOf(low, scale))}`)
    .reverse()
  const closes = candles.map(([, , , , close]) => close)
  return pathOf('band', `${lineOf(tops, scale)}${back.join('')}Z`) + pathOf('close', lineOf(closes, scale))
}

function bodiesOf(candles: readonly Candle[], scale: Scale): string {
  const half = (SIZE / Math.max(1, candles.length)) * 0.34
  const paths = { up: '', down: '', wick: '' }
  for (const [index, [, open, high, low, close]] of candles.entries()) {
    const x = xOf(index, candles.length)
    const [left, right] = [place(x - half), place(x + half)]
    const [top, bottom] = [yOf(Math.max(open, close), scale), yOf(Math.min(open, close), scale)]
    paths.wick += `M${place(x)} ${place(yOf(high, scale))}V${place(yOf(low, scale))}`
    const body = `M${left} ${place(top)}H${right}V${place(Math.max(bottom, top + 2))}H${left}Z`
    paths[close >= open ? 'up' : 'down'] += body
  }
  return pathOf('wick', paths.wick) + pathOf('up', paths.up) + pathOf('down', paths.down)
}

function pathOf(className: string, d: string): string {
  return `<path class="${className}" d="${d}"/>`
}
