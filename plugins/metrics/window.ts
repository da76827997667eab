/**
 * Sums over the last seconds, in a ring of slots: bounded memory whatever the rate. The SLOs and the rate
 * gauges read it.
 *
 * A window covers the current slot and the full ones before it, so it is up to one slot shorter than its
 * name.
 */

export interface Window {
  readonly slotMs: number
  readonly columns: number
  /** Slots × columns, slot after slot. */
  readonly sums: Float64Array
  /** Which slot of time each place holds; −1 when none. */
  readonly held: Float64Array
}

export function createWindow(columns: number, slotMs: number, spanMs: number): Window {
  const slots = Math.ceil(spanMs / slotMs)
  return { slotMs, columns, sums: new Float64Array(slots * columns), held: new Float64Array(slots).fill(-1) }
}

/** `now` is monotonic ms. */
export function addTo(window: Window, column: number, amount: number, now: number): void {
  const slot = Math.floor(now / window.slotMs)
  const place = slot % window.held.length
  const start = place * window.columns
  if (window.held[place] !== slot) {
    window.held[place] = slot
    window.sums.fill(0, start, start + window.columns)
  }
  window.sums[start + column] = (window.sums[start + column] ?? 0) + amount
}

/** Sum of a column over the last `spanMs`, at most the span of the ring. */
export function sumOf(window: Window, column: number, spanMs: number, now: number): number {
  const last = Math.floor(now / window.slotMs)
  const first = last - Math.ceil(spanMs / window.slotMs) + 1
  let sum = 0
  for (let place = 0; place < window.held.length; place++) {
    const slot = window.held[place] ?? -1
    if (slot >= first && slot <= last && slot >= 0) sum += window.sums[place * window.columns + column] ?? 0
  }
  return sum
}
