/** A sweep as a page: the field of two parameters, every combination, and what was swept. */

import { basename } from 'node:path'
import type { Planned } from '../backtest/options.ts'
import { grouped } from '../cli/text.ts'
import { type Html, html } from '../report/html.ts'
import { formatValue } from './grid.ts'
import { type Cell, type HeatMap, heatMapOf } from './heat-map.ts'
import { metricOf, USUAL } from './metric.ts'
import { renderPage, settingsOf, sortableTable } from './page.ts'
import { rank, type Sweep, type SweepRow } from './sweep.ts'
import { warningsOf } from './sweep-text.ts'

/** A page of more would not open on a phone. */
const ROWS_SHOWN = 1_000
const CELLS_SHOWN = 4_000

export function renderSweep(sweep: Sweep, { spec }: Planned): string {
  const map = heatMapOf(sweep)
  const files = spec.data.map((file) => basename(file)).join(', ')
  return renderPage({
    brand: 'ARK SWEEP',
    title: basename(sweep.strategy),
    lead: `${grouped(sweep.rows.length)} combinations · ${files}`,
    warnings: warningsOf(sweep),
    sections: [
      ...(map === undefined ? [] : [['Field', mapOf(map)] as const]),
      ['Combinations', rowsOf(sweep)],
      ['Settings', settingsOf(spec)],
    ],
  })
}

function mapOf({ down, across, metric, cells }: HeatMap): Html {
  if (down.values.length * across.values.length > CELLS_SHOWN)
    return html`<p class="empty">The field has too many cells to be drawn.</p>`
  const heads = across.values.map((value) => html`<th scope="col">${formatValue(value)}</th>`)
  const rows = down.values.map(
    (value, index) => html`<tr><th scope="row">${formatValue(value)}</th>
${(cells[index] ?? []).map(cellOf)}</tr>
`,
  )
  const title = metricOf(metric).title
  return html`<p class="note">${title} by ${down.name} (down) and ${across.name} (across). The stronger the colour,
the better; the best has a rim. A plateau is worth more than a peak.</p>
<div class="scroll" tabindex="0" role="region" aria-label="${title} by two parameters">
<table class="heat field" style="--columns:${across.values.length + 1}">
<thead><tr><th scope="col">${down.name}</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`
}

function cellOf(cell: Cell | undefined): Html {
  if (cell === undefined) return html`<td class="none" title="The strategy refuses it."></td>`
  const best = cell.share === 1 ? ' best' : ''
  const text = cell.text.replace('-', '−')
  return html`<td class="up${best}" style="--depth:${cell.share.toFixed(2)}">${text}</td>`
}

function rowsOf(sweep: Sweep): Html {
  const ranked = rank(sweep)
  const names = sweep.grid.map(({ name }) => name)
  const usual = USUAL.filter((name) => name !== sweep.metric)
  const columns = [sweep.metric, ...usual].map((name) => metricOf(name))
  const headings = ['#', ...names, ...columns.map(({ title }) => title), 'fills', 'fees', 'denied']
  const toCells = ({ params, figures }: SweepRow, index: number) =>
    [
      [String(index + 1), index],
      ...names.map((name) => {
        const value = params[name]
        return [formatValue(value), typeof value === 'number' ? value : String(value)] as const
      }),
      ...columns.map(({ format, of }) => [format(figures).replace('-', '−'), of(figures)] as const),
      [grouped(figures.fills), figures.fills],
      [grouped(figures.fees), Number(figures.fees)],
      [grouped(figures.denials), figures.denials],
    ] as const
  const shown = ranked.slice(0, ROWS_SHOWN).map(toCells)
  const rest =
    ranked.length > ROWS_SHOWN
      ? html`<p class="note">The best ${grouped(ROWS_SHOWN)} of ${grouped(ranked.length)}; --json has all.</p>`
      : undefined
  return html`${sortableTable('Best first.', headings, shown)}${rest}`
}
