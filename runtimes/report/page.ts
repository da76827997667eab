/**
 * A backtest's report: one page that needs nothing beside itself, to keep, to send and to print.
 *
 * `ark backtest` writes it. Whatever in it comes from a file or a strategy is escaped (html.ts), and the page
 * forbids itself to load anything.
 */

import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { parseCash } from '#core/math.ts'
import type { Quality } from '#plugins/feed-replay/market.ts'
import type { Comparison } from '../backtest/compare.ts'
import type { Manifest } from '../backtest/manifest.ts'
import { symbolsIn } from '../backtest/quality.ts'
import type { RunRecord } from '../backtest/recorder.ts'
import type { Summary } from '../cli/summary.ts'
import { counted, grouped } from '../cli/text.ts'
import { equityChart, priceChart } from './charts.ts'
import { figureLists } from './figures.ts'
import { signedShare } from './format.ts'
import { type Html, html, raw } from './html.ts'
import { pricesFor } from './prices.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'
import {
  comparisonTables,
  countBars,
  denialTable,
  monthTable,
  qualityTable,
  ruleBars,
  tradeTable,
} from './tables.ts'

export interface Report {
  readonly summary: Summary
  readonly record: RunRecord
  readonly manifest: Manifest
  readonly quality: Quality
  readonly comparison?: Comparison
}

export function renderReport(report: Report): string {
  const { summary, record, manifest, quality, comparison } = report
  const name = basename(manifest.spec.strategy)
  const benchmarkName = record.counts.symbols > 1 ? 'all held, equal parts' : 'bought and held'
  const opening = parseCash(summary.openingCash)
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<title>${name}, ${summary.from} to ${summary.to}: ARK backtest</title>
<style>${raw(STYLE)}</style></head><body>
<header><div class="top"><span class="brand">ARK BACKTEST</span>
<button id="theme" type="button" hidden>Dark</button></div>
${heading(report, name)}${hero(summary, record, benchmarkName)}${figureLists(summary.figures, record)}</header>
<main>
${section('Equity', equityChart(record, benchmarkName))}
${priceSection(record)}
${comparison && section('What the rules saved and cost', comparisonTables(comparison))}
${section('Denied by', html`${ruleBars(summary.figures.denialsByRule)}${denialTable(record, manifest.id)}`)}
${droppedSection(summary)}
${section('Months', monthTable(record, opening))}
${section('Trades', tradeTable(record, manifest.id))}
${section('Data', qualityTable(quality))}
${section('Run', manifestFacts(manifest))}
</main>
<footer>ARK ${manifest.version}. Past results of a model are no promise of future ones.</footer>
<script>${raw(SCRIPT)}</script></body></html>
`
  return page.html
}

/** Nothing is loaded, and no script runs but ours: what slipped into the page would stay text. */
function policy(): string {
  const digest = createHash('sha256').update(SCRIPT).digest('base64')
  return `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${digest}'`
}

function section(title: string, body: Html | undefined): Html {
  return html`<section><h2>${title}</h2>${body}</section>`
}

/** What no rule denied and no order came of: it stands in no other figure. */
function droppedSection({ figures: { droppedByReason } }: Summary): Html | undefined {
  if (droppedByReason === undefined) return undefined
  const caption = 'It never reached the gate, so no decision counts it.'
  return section('Advice that came to no order', countBars(droppedByReason, caption, ['Reason', 'Times']))
}

function heading({ summary, manifest, quality }: Report, name: string): Html {
  const symbols = symbolsIn(quality.symbols)
  const what = symbols.length > 3 ? `${symbols.length} symbols` : symbols.join(', ')
  const parts = [what, `${summary.from} to ${summary.to}`, counted(summary.figures.bars, 'row')]
  const lead = parts.filter((part) => part !== '').join(' · ')
  const files = manifest.spec.data.map((file) => basename(file)).join(', ')
  const banner = summary.figures.ungoverned
    ? html`<p class="banner" role="note"><strong>UNGOVERNED</strong> The gate judged and recorded, and blocked
nothing: orders that the rules deny were sent. No account trades like this.</p>`
    : undefined
  const warnings = summary.figures.findings?.map(
    (finding) => html`<p class="banner" role="note"><strong>WARNING</strong> ${finding}.</p>`,
  )
  return html`<h1>${name}</h1><p class="lead">${lead}<br>${files}</p>${banner}${warnings}`
}

function hero({ figures, openingCash }: Summary, { curve }: RunRecord, benchmarkName: string): Html {
  const last = curve.at(-1)
  const held = last === undefined ? 0 : last.benchmark / parseCash(openingCash) - 1
  const tone = figures.totalReturn < 0 ? 'down' : figures.totalReturn > 0 ? 'up' : 'beside'
  return html`<p class="hero"><b>${grouped(figures.endEquity).replace('-', '−')}</b>
<span class="change ${tone}">${signedShare(figures.totalReturn)}</span>
<span class="beside">${benchmarkName} ${signedShare(held)}</span></p>`
}

function priceSection(record: RunRecord): Html {
  const { prices, left } = pricesFor(record)
  const choices = prices.map(({ symbol }, index) => html`<option value="${index}">${symbol}</option>`)
  const choice =
    prices.length > 1
      ? html`<label><span class="hidden">Symbol</span><select id="symbol" hidden>${choices}</select></label>`
      : undefined
  const charts = prices.map(({ symbol, candles }, index) => priceChart(record, symbol, candles, index))
  const notes = [marksNote(record), left > 0 ? `${left} more symbols are not drawn.` : '']
  const told = notes.filter((note) => note !== '').map((note) => html`<p class="note">${note}</p>`)
  return html`<section><div class="head"><h2>Price</h2>${choice}</div>${charts}${told}</section>`
}

/** A chart that stops to show trades must not look as if trading had stopped. */
function marksNote({ counts, denials, trades }: RunRecord): string {
  const first = (list: readonly unknown[], all: number, what: string) =>
    list.length < all ? [`the first ${grouped(list.length)} of ${grouped(all)} ${what}`] : []
  const parts = [...first(trades, counts.trades, 'trades'), ...first(denials, counts.denials, 'denials')]
  return parts.length === 0 ? '' : `Marked: ${parts.join(', ')}.`
}

function manifestFacts(manifest: Manifest): Html {
  const { spec } = manifest
  const params = JSON.stringify(spec.params)
  const rows: readonly (readonly [string, string])[] = [
    ['run', manifest.id],
    ['strategy', params === '{}' ? spec.strategy : `${spec.strategy} ${params}`],
    ['plugins', manifest.plugins.join(', ')],
    ['settings', JSON.stringify(spec.config.plugins)],
    [
      'session',
      `${spec.session}, prices ${spec.prices}${spec.adjust === undefined ? '' : ` by ${spec.adjust}`}`,
    ],
    ...manifest.data.map(({ file, sha256 }) => [basename(file), `SHA-256 ${sha256}`] as const),
    ['build', manifest.buildDigest],
    ['rules', manifest.rulesetDigest],
    ['configuration', manifest.configDigest],
    ['decisions', manifest.decisionDigest],
    ['started', `${manifest.startedAt}, ${manifest.elapsedSeconds} s on ${manifest.runtime}`],
    ['repeat', 'ark backtest --manifest manifest.json'],
  ]
  const told = rows.map(([name, value]) => html`<dt>${name}</dt><dd><code>${value}</code></dd>`)
  return html`<dl class="facts">${told}</dl>`
}
