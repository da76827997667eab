/**
 * Clocks that disagree: rows that were received before they happened, and files of one symbol that go by
 * different clocks, so that the rows of one are seen too early beside those of the other.
 *
 * Called by quality.ts behind the survey.
 */

import type { Layout } from './csv-header.ts'
import { medianOf } from './sample.ts'
import { count } from './text.ts'
import type { Track } from './track.ts'

type Clock = Layout['clock']

const NAMES: Readonly<Record<Clock, string>> = {
  exchange: 'the exchange clock',
  receiver: 'the receive clock',
  both: 'the later of both clocks',
}

/** A sentence, or undefined where every row was received at its time or later. */
export function describeEarly({ kind, early, late }: Track): string | undefined {
  if (early.count === 0) return undefined
  const rows = `${count(early.count, 'row')} of ${count(early.count + late, kind.slice(0, -1))}`
  const slow = `the receive clock runs ${showMedian(early)} before the exchange clock in the median`
  return `${slow}, on ${rows}; each row counts at the later of its two times.`
}

/**
 * A sentence, or undefined where all files of a symbol go by one clock. Rows with both times go by the
 * receiver's while that is the later one, as it should be.
 */
export function describeMix(tracks: readonly Track[]): string | undefined {
  const files = tracks.flatMap((track) =>
    [...track.clocks].map((clock) => ({ track, clock, by: goesBy(track, clock) })),
  )
  for (const one of files) {
    const other = files.find(({ by }) => by !== one.by)
    if (one.clock === 'both' || other === undefined) continue
    const isSlow = one.by === 'receiver' && other.clock === 'both'
    const slow = isSlow ? `, which is ${showMedian(other.track.early)} slow,` : ''
    const by = `${one.track.kind} go by ${NAMES[one.by]}${slow} and ${other.track.kind} by ${NAMES[other.by]}`
    const cure = 'wanted the times of one clock in all of its files'
    return `${by}: one is seen too early beside the other, which a strategy may profit from; ${cure}.`
  }
  return undefined
}

function goesBy({ early, late }: Track, clock: Clock): Clock {
  if (clock !== 'both') return clock
  return early.count === 0 ? 'receiver' : late === 0 ? 'exchange' : 'both'
}

function showMedian(early: Track['early']): string {
  return `${medianOf(early) / 1_000} s`
}
