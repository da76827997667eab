/**
 * Says what is doubtful about the rows of a market, from what was noticed while its files were checked.
 *
 * Called once the files are checked and the splits known. Nothing here refuses anything: a person reads it.
 */

import type { TimeMs } from '#core/contract.ts'
import { formatPrice } from '#core/math.ts'
import { formatTime } from '#core/time.ts'
import type { Quality, SymbolQuality } from './market.ts'
import { showDay, tradingDay } from './sessions.ts'
import { firstOf, type Jump, lastOf, type Track } from './track.ts'

/** Day numbers on which a symbol is known to split. */
export type KnownSplits = (symbol: string) => readonly number[]

/** The worst come first. */
const RANKS = ['split', 'hole', 'outlier', 'gap', 'volume', 'outside'] as const

interface Finding {
  readonly rank: (typeof RANKS)[number]
  readonly text: string
}

/** So many missing sessions in a row are a hole. */
const HOLE_SESSIONS = 20

export function judgeTracks(tracks: readonly Track[], knownSplits: KnownSplits): Quality {
  const symbols: SymbolQuality[] = []
  const findings: Finding[] = []
  for (const track of tracks) {
    const jumps = track.jumps.filter((jump) => !isKnown(track, jump, knownSplits(track.symbol)))
    if (track.rows > 0) symbols.push(toSymbolQuality(track, jumps.length))
    findings.push(...findIn(track, jumps))
  }
  // Sorting is stable: findings of one rank stay in the order of the files.
  findings.sort((a, b) => RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank))
  return { symbols, findings: findings.map(({ text }) => text) }
}

function toSymbolQuality(track: Track, splits: number): SymbolQuality {
  const { symbol, kind, rows, gaps, outliers, zeroVolume, outside } = track
  const [first, last] = [firstOf(track), lastOf(track)]
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

function describeJump({ sessionless }: Track, jump: Jump): string {
  const { before, after, numerator, denominator } = jump
  const prices = `from ${formatPrice(before)} to ${formatPrice(after)}`
  const day = showDay(jump.to - 1, sessionless)
  return `the step ${prices} on ${day} looks like a split ${numerator}:${denominator} that nothing adjusts.`
}

function count(number: number, noun: string): string {
  const digits = String(number).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${digits} ${noun}${number === 1 ? '' : 's'}`
}
