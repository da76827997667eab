/** From values to places on a plot: a thousand units wide and high, whatever its size on the screen. */

export const SIZE = 1_000

export interface Scale {
  readonly low: number
  readonly high: number
  /** Round values within, lowest first. */
  readonly ticks: readonly number[]
}

/** Takes in all values with a little room; a flat series gets a band of its own. */
export function scaleOf(values: readonly number[], wanted = 5): Scale {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  if (!(high >= low)) return { low: 0, high: 1, ticks: [] }
  const room = high === low ? Math.max(Math.abs(high) * 0.01, 1e-6) : (high - low) * 0.04
  low -= room
  high += room
  const step = stepOf((high - low) / wanted)
  const first = Math.ceil(low / step)
  const count = Math.floor(high / step) - first + 1
  const ticks = Array.from({ length: Math.max(0, count) }, (_unused, index) => (first + index) * step)
  return { low, high, ticks }
}

/** 1, 2, 2.5 or 5 times a power of ten, not below `least`. */
function stepOf(least: number): number {
  const unit = Number(`1e${Math.floor(Math.log10(least))}`)
  return unit * ([1, 2, 2.5, 5].find((factor) => unit * factor >= least) ?? 10)
}

/** From the top. */
export function yOf(value: number, { low, high }: Scale): number {
  return ((high - value) / (high - low)) * SIZE
}

/** Of point `index` of `count`, in the middle of its share of the width. */
export function xOf(index: number, count: number): number {
  return ((index + 0.5) / Math.max(1, count)) * SIZE
}

export function place(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** "M0 1L2 3…" through all points. */
export function lineOf(values: readonly number[], scale: Scale): string {
  return values
    .map(
      (value, index) =>
        `${index === 0 ? 'M' : 'L'}${place(xOf(index, values.length))} ${place(yOf(value, scale))}`,
    )
    .join('')
}

/** The line, and back along `base`. */
export function areaOf(values: readonly number[], scale: Scale, base: number): string {
  if (values.length === 0) return ''
  const [left, right] = [xOf(0, values.length), xOf(values.length - 1, values.length)]
  const floor = place(yOf(base, scale))
  return `${lineOf(values, scale)}L${place(right)} ${floor}L${place(left)} ${floor}Z`
}
