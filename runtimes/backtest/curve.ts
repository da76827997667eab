/**
 * A series that never grows beyond its limit: when it is twice as long as wanted, every other point goes.
 *
 * The recorder keeps the account's equity in one, beside what holding the market would have made.
 */

import type { Cash, TimeMs } from '#core/contract.ts'

export interface CurvePoint {
  readonly time: TimeMs
  readonly equity: Cash
  /** What the same cash would be worth, bought at the beginning and held. */
  readonly benchmark: Cash
}

export interface Curve {
  readonly limit: number
  points: CurvePoint[]
  /** Every how many samples one is kept. */
  stride: number
  seen: number
  last: CurvePoint | undefined
}

export function createCurve(limit: number): Curve {
  return { limit, points: [], stride: 1, seen: 0, last: undefined }
}

export function addPoint(curve: Curve, point: CurvePoint): void {
  curve.last = point
  if (curve.seen++ % curve.stride !== 0) return
  curve.points.push(point)
  if (curve.points.length < 2 * curve.limit) return
  curve.points = curve.points.filter((_point, index) => index % 2 === 0)
  curve.stride *= 2
}

/** At most `limit` points, the first and the last among them. */
export function readCurve({ points, last, limit }: Curve): readonly CurvePoint[] {
  const all = last === undefined || points.at(-1) === last ? points : [...points, last]
  if (all.length <= limit) return all
  const step = (all.length - 1) / (limit - 1)
  return Array.from({ length: limit }, (_unused, index) => all[Math.round(index * step)]).flatMap(
    (point) => point ?? [],
  )
}
