/**
 * The median of any number of values in the same memory: an even selection of them, thinned out by half
 * whenever it is full. Exact for as many as fit. Called by track.ts.
 */

export interface Sample {
  /** How many there were. */
  count: number
  /** One of so many is kept. */
  stride: number
  kept: number[]
}

const KEPT_MAX = 1_024

export function createSample(): Sample {
  return { count: 0, stride: 1, kept: [] }
}

export function takeSample(sample: Sample, value: number): void {
  if (sample.count++ % sample.stride !== 0) return
  if (sample.kept.length === KEPT_MAX) {
    sample.kept = sample.kept.filter((_, index) => index % 2 === 0)
    sample.stride *= 2
    // The value at hand is the next one of the new stride, as KEPT_MAX is even.
  }
  sample.kept.push(value)
}

/** The upper one of two in the middle; NaN of none. */
export function medianOf({ kept }: Sample): number {
  const sorted = kept.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
