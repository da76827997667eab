/**
 * The results of two varied parameters as a field: where good values lie together, and where one stands
 * alone.
 */

import { type Axis, formatValue } from './grid.ts'
import { type MetricName, metricOf, UNBOUNDED } from './metric.ts'
import type { Sweep } from './sweep.ts'

export interface Cell {
  readonly text: string
  /** 0 = the worst of the field, 1 = the best. */
  readonly share: number
}

export interface HeatMap {
  readonly down: Axis
  readonly across: Axis
  readonly metric: MetricName
  /** By row and column; undefined where the strategy refuses the combination. */
  readonly cells: readonly (readonly (Cell | undefined)[])[]
}

/** undefined unless exactly two parameters vary. */
export function heatMapOf({ grid, metric, rows }: Sweep): HeatMap | undefined {
  const [down, across, third] = grid
  if (down === undefined || across === undefined || third !== undefined) return undefined
  const { format, of, down: less } = { down: undefined, ...metricOf(metric) }
  const keyOf = (...values: readonly unknown[]) => JSON.stringify(values)
  const found = new Map(
    rows.map(({ params, figures }) => [keyOf(params[down.name], params[across.name]), figures]),
  )
  const values = rows.map(({ figures }) => of(figures))
  const bounded = values.filter((value) => value < UNBOUNDED)
  const low = bounded.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = bounded.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  // What has no bound stands as far above the best of the others as that one above the worst.
  const most = bounded.length < values.length ? 0.5 : 1
  const shareOf = (value: number) => {
    if (value === UNBOUNDED) return 1
    const share = (high > low ? (value - low) / (high - low) : 1) * most
    return less === true ? 1 - share : share
  }
  const cells = down.values.map((row) =>
    across.values.map((column) => {
      const figures = found.get(keyOf(row, column))
      return figures === undefined ? undefined : { text: format(figures), share: shareOf(of(figures)) }
    }),
  )
  return { down, across, metric, cells }
}

const SHADES = '░▒▓█'
/** More columns than this and figures no longer fit a terminal: the shade alone is shown. */
const FIGURES_MAX = 12

export function formatHeatMap({ down, across, metric, cells }: HeatMap): readonly string[] {
  const { title } = metricOf(metric)
  const withFigures = across.values.length <= FIGURES_MAX
  const tell = (cell: Cell | undefined): string => {
    if (cell === undefined) return '·'
    const shade = (SHADES[Math.min(SHADES.length - 1, Math.floor(cell.share * SHADES.length))] ?? '').repeat(
      2,
    )
    return withFigures ? `${shade} ${cell.text}` : shade
  }
  const texts = cells.map((row) => row.map(tell))
  const heads = across.values.map(formatValue)
  const width = Math.max(...[...heads, ...texts.flat()].map(({ length }) => length))
  const labels = down.values.map(formatValue)
  const margin = Math.max(down.name.length, ...labels.map(({ length }) => length))
  const row = (label: string, list: readonly string[]) =>
    `${label.padStart(margin)}  ${list.map((text) => text.padStart(width)).join('  ')}`.trimEnd()
  return [
    `${title} by ${down.name} (down) and ${across.name} (across), ${SHADES} from worst to best`,
    row(down.name, heads),
    ...texts.map((list, index) => row(labels[index] ?? '', list)),
  ]
}
