/**
 * The results of two varied parameters as a field: where good values lie together, and where one stands
 * alone.
 */

import { type Axis, formatValue } from './grid.ts'
import { type MetricName, metricOf } from './metric.ts'
import type { Sweep } from './sweep.ts'

export interface Cell {
  readonly value: number
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
  const { of, down: less } = { down: undefined, ...metricOf(metric) }
  const keyOf = (...values: readonly unknown[]) => JSON.stringify(values)
  const found = new Map(
    rows.map(({ params, figures }) => [keyOf(params[down.name], params[across.name]), of(figures)]),
  )
  const values = [...found.values()]
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  const shareOf = (value: number) => {
    const share = high > low ? (value - low) / (high - low) : 1
    return less === true ? 1 - share : share
  }
  const cells = down.values.map((row) =>
    across.values.map((column) => {
      const value = found.get(keyOf(row, column))
      return value === undefined ? undefined : { value, share: shareOf(value) }
    }),
  )
  return { down, across, metric, cells }
}

const SHADES = '░▒▓█'
/** More columns than this and figures no longer fit a terminal: the shade alone is shown. */
const FIGURES_MAX = 12

export function formatHeatMap({ down, across, metric, cells }: HeatMap): readonly string[] {
  const { format, title } = metricOf(metric)
  const withFigures = across.values.length <= FIGURES_MAX
  const tell = (cell: Cell | undefined): string => {
    if (cell === undefined) return '·'
    const shade = (SHADES[Math.min(SHADES.length - 1, Math.floor(cell.share * SHADES.length))] ?? '').repeat(
      2,
    )
    return withFigures ? `${shade} ${format(cell.value)}` : shade
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
