/**
 * Says what is doubtful about the rows of a market, from what was noticed while its files were checked.
 *
 * Called once the files are checked and the splits known. Nothing here refuses anything: a person reads it.
 */

import type { Price, TimeMs } from '#core/contract.ts'
import { formatPrice } from '#core/math.ts'
import { formatTime } from '#core/time.ts'
import { describeEarly, describeMix } from './clocks.ts'
import type { Quality, SymbolQuality } from './market.ts'
import { showDay, tradingDay } from './sessions.ts'
import { count, grouped } from './text.ts'
import type { Jump, Track } from './track.ts'

/** What is known of a symbol whatever its rows say. */
export interface Known {
  /** Day numbers on which it splits. */
  readonly splitsOf: (symbol: string) => readonly number[]
  readonly tickOf: (symbol: string) => Price
}

/** The worst come first. */
const RANKS = [
  'clocks',
  'kind',
  'few',
  'tick',
  'split',
  'hole',
  'outlier',
  'flat',
  'gap',
  'early',
  'volume',
  'outside',
] as const

interface Finding {
  readonly rank: (typeof RANKS)[number]
  readonly text: string
}

/** So many missing sessions in a row are a hole. */
const HOLE_SESSIONS = 20

export function judgeTracks(tracks: readonly Track[], known: Known): Quality {
  const symbols: SymbolQuality[] = []
  const findings: Finding[] = []
  for (const track of tracks) {
    const jumps = track.jumps.filter((jump) => !isKnown(track, jump, known.splitsOf(track.symbol)))
    if (track.rows > 0) symbols.push(toSymbolQuality(track, jumps.length))
    findings.push(...findIn(track, jumps), ...findThin(track, known.tickOf(track.symbol)))
  }
  for (const name of new Set(tracks.map(({ symbol }) => symbol))) {
    const own = tracks.filter(({ symbol, rows }) => symbol === name && rows > 0)
    findings.push(...findTogether(name, own))
  }
  // Sorting is stable: findings of one rank stay in the order of the files.
  findings.sort((a, b) => RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank))
  return { symbols, findings: findings.map(({ text }) => text) }
}

function toSymbolQuality(track: Track, splits: number): SymbolQuality {
  const { symbol, kind, rows, first, last, gaps, outliers, zeroVolume, outside } = track
  return { symbol, kind, rows, first, last, gaps, splits, outliers, zeroVolume, outside }
}

function isKnown(track: Track, jump: Jump, splits: readonly number[]): boolean {
  const from = tradingDay(jump.from - 1, track.sessionless)
  const to = tradingDay(jump.to - 1, track.sessionless)
  return splits.some((day) => day > from && day <= to)
}

function findIn(track: Track, jumps: readonly Jump[]): readonly Finding[] {
  const { symbol, gap, gaps, outlier, outliers, zeroVolume, outside } = track
  const findings: Finding[] = []
  const add = (rank: Finding['rank'], text: string) => findings.push({ rank, text: `${symbol}: ${text}` })
  for (const jump of jumps) add('split', describeJump(track, jump))
  const early = describeEarly(track)
  if (early !== undefined) add('early', early)
  if (outlier !== undefined) {
    const first = `the first at ${formatTime(outlier.time)} to ${formatPrice(outlier.price)}`
    add(
      'outlier',
      `${count(outliers, 'bar')} ${outliers === 1 ? 'reaches' : 'reach'} far beyond the neighbours, ${first}.`,
    )
  }
  if (gaps > 0) {
    const unit = gap.daily ? (track.sessionless ? 'day' : 'session') : 'bar'
    const show = (time: TimeMs) => (gap.daily ? showDay(time - 1, track.sessionless) : formatTime(time))
    const longest = gap.count === gaps ? '' : `the longest gap is ${count(gap.count, unit)}, `
    const place = `${longest}between ${show(gap.from)} and ${show(gap.to)}`
    const isHole = gap.daily && gap.count >= HOLE_SESSIONS
    const warning = isHole ? '; rows before a hole may be of another instrument' : ''
    add(
      isHole ? 'hole' : 'gap',
      `${count(gaps, unit)} ${gaps === 1 ? 'is' : 'are'} missing, ${place}${warning}.`,
    )
  }
  if (zeroVolume > 0) add('volume', `${count(zeroVolume, 'bar')} without volume.`)
  if (outside > 0)
    add('outside', `${count(outside, track.kind.slice(0, -1))} outside the regular session left out.`)
  return findings
}

/** So many rows at one price are no market. */
const FLAT_ROWS = 20

/** Rows that there is hardly anything to decide on. */
function findThin({ kind, least, most, rows, symbol }: Track, tick: Price): readonly Finding[] {
  const findings: Finding[] = []
  const add = (rank: Finding['rank'], text: string) => findings.push({ rank, text: `${symbol}: ${text}` })
  if (rows === 1) add('few', `there is only 1 ${kind.slice(0, -1)}.`)
  if (least < tick) {
    const cure = 'no order can be priced there; a reference file may name a smaller one'
    add('tick', `prices go down to ${formatPrice(least)}, below its tick of ${formatPrice(tick)}: ${cure}.`)
  }
  if (rows >= FLAT_ROWS && least === most)
    add('flat', `all ${count(rows, kind.slice(0, -1))} have the one price ${formatPrice(least)}.`)
  return findings
}

/** Of all kinds of rows of one symbol. */
function findTogether(symbol: string, tracks: readonly Track[]): readonly Finding[] {
  const mix = describeMix(tracks)
  const nights = describeNights(symbol, tracks)
  return [
    ...(mix === undefined ? [] : [{ rank: 'clocks', text: `${symbol}: ${mix}` } as const]),
    ...(nights === undefined ? [] : [{ rank: 'kind', text: `${symbol}: ${nights}` } as const]),
  ]
}

/** A stock has a stray print at night at most. */
const NIGHTS_MIN = 20
const NIGHT_SHARE_MIN = 0.1

/** What is read as a stock because nobody said otherwise, and trades when no stock does. */
function describeNights(symbol: string, tracks: readonly Track[]): string | undefined {
  const sum = (of: (track: Track) => number) => tracks.reduce((total, track) => total + of(track), 0)
  const nights = sum((track) => track.nights)
  const rows = sum((track) => track.rows + track.outside)
  if (nights < Math.max(NIGHTS_MIN, NIGHT_SHARE_MIN * rows)) return undefined
  const instrument = { symbol, kind: 'crypto', venue: 'VENUE', tick: '0.01', lot: '0.00000001' }
  const place = `--reference FILE with {"instruments":[${JSON.stringify(instrument)}]}`
  const why = `of ${count(rows, 'row')} ${grouped(nights)} lie at night or on days without a session`
  return `${why}, yet it is read as a stock. If it trades round the clock, say so: ${place}, or in the configuration.`
}

function describeJump({ sessionless }: Track, jump: Jump): string {
  const { before, after, numerator, denominator } = jump
  const prices = `from ${formatPrice(before)} to ${formatPrice(after)}`
  const day = showDay(jump.to - 1, sessionless)
  return `the step ${prices} on ${day} looks like a split ${numerator}:${denominator} that nothing adjusts.`
}
