/** A page of research in the looks of a backtest's report: one file that needs nothing beside itself. */

import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BacktestSpec } from '../backtest/spec.ts'
import { version } from '../build-info.ts'
import { type Html, html, raw } from '../report/html.ts'
import { SCRIPT } from '../report/script.ts'
import { STYLE } from '../report/style.ts'

export interface Page {
  /** In capitals above the title. */
  readonly brand: string
  readonly title: string
  readonly lead: string
  /** What the reader must know before any figure. */
  readonly warnings: readonly string[]
  readonly sections: readonly (readonly [heading: string, body: Html])[]
}

/** The best of a field has a rim, so that it is not told by colour alone. */
const OWN_STYLE = `
.field { min-width: calc(var(--columns) * 4.75rem); }
.facts + .chart { margin-top: 1.25rem; }
.heat td.best { outline: 2px solid var(--ink); outline-offset: -2px; font-weight: 650; }
.banner p + p { margin-top: .35rem; }
`

export function renderPage({ brand, title, lead, warnings, sections }: Page): string {
  const banner = html`<div class="banner" role="note">${warnings.map((text) => html`<p>${text}</p>`)}</div>`
  const body = sections.map(([heading, part]) => html`<section><h2>${heading}</h2>${part}</section>`)
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<title>${title}: ARK</title><style>${raw(STYLE + OWN_STYLE)}</style></head><body>
<header><div class="top"><span class="brand">${brand}</span>
<button id="theme" type="button" hidden>Dark</button></div>
<h1>${title}</h1><p class="lead">${lead}</p>${warnings.length === 0 ? undefined : banner}</header>
<main>${body}</main>
<footer>ARK ${version()}. Past results of a model are no promise of future ones.</footer>
<script>${raw(SCRIPT)}</script></body></html>
`.html
}

/** Nothing is loaded, and no script runs but ours. */
function policy(): string {
  const digest = createHash('sha256').update(SCRIPT).digest('base64')
  return `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${digest}'`
}

/** Into a folder that is there. Returns where it was written. */
export function writePage(folder: string, name: string, page: string): string {
  const path = join(folder, name)
  writeFileSync(path, page)
  return path
}

/** What was run, for whoever finds the page later. */
export function settingsOf({ adjust, config, from, gate, params, prices, session, to }: BacktestSpec): Html {
  const rows: readonly (readonly [string, string])[] = [
    [
      'span',
      from === undefined && to === undefined ? 'all of the data' : `${from ?? 'first'} to ${to ?? 'last'}`,
    ],
    ['session', `${session}, prices ${prices}${adjust === undefined ? '' : ` by ${adjust}`}`],
    ['gate', gate],
    ['fixed parameters', JSON.stringify(params)],
    ['settings', JSON.stringify(config.plugins)],
  ]
  const items = rows.map(([name, value]) => html`<dt>${name}</dt><dd><code>${value}</code></dd>`)
  return html`<dl class="facts">${items}</dl>`
}

type Cell = readonly [text: string, value: number | string]

/** Headings that sort, and cells with the value that they sort by; numbers stand to the right. */
export function sortableTable(
  caption: string,
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
): Html {
  const heads = headings.map((name, index) => {
    const isNumber = rows.every((cells) => typeof cells[index]?.[1] === 'number')
    return html`<th scope="col" class="${isNumber ? 'number' : ''}"><button type="button">${name}</button></th>`
  })
  const body = rows.map(
    (cells) => html`<tr>${cells.map(
      ([text, value]) =>
        html`<td class="${typeof value === 'number' ? 'number' : 'text'}" data-v="${value}">${text}</td>`,
    )}</tr>
`,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="sortable wide">
<caption>${caption}</caption><thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table></div>`
}
