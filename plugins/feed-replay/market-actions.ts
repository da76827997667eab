/**
 * Which splits, dividends, halts and setups happen in a market, and which of them cannot. Called by
 * open-market.ts once its rows are known.
 */

import { ArkError } from '#core/errors.ts'
import { type Action, splitDays, toActions } from './actions.ts'
import type { Opening } from './market-files.ts'
import { tradingDay } from './sessions.ts'

/**
 * In order of time, and a sentence on what was left out. Throws DATA_INVALID when a split or dividend is told
 * twice.
 */
export function selectActions(opening: Opening): {
  readonly actions: readonly Action[]
  readonly remarks: readonly string[]
} {
  const { terms, reference, factors, sessions } = opening
  const firsts = new Map<string, number>()
  let last = Number.NEGATIVE_INFINITY
  for (const track of opening.tracks.values()) {
    if (track.rows === 0) continue
    firsts.set(track.symbol, Math.min(firsts.get(track.symbol) ?? Number.POSITIVE_INFINITY, track.first))
    last = Math.max(last, track.last)
  }
  const first = Math.min(...firsts.values())
  const told = reference.actions.filter(({ symbol }) => firsts.has(symbol))
  const doubled = told.find(({ symbol, corporate }) => corporate && factors.has(symbol))
  if (doubled !== undefined) {
    const why = `$: splits and dividends of ${doubled.symbol} are in its factor file already, wanted them once.`
    throw new ArkError('DATA_INVALID', terms.reference ?? '', why)
  }
  const derived =
    terms.prices === 'raw' ? [...factors].flatMap(([symbol, list]) => toActions(symbol, list, sessions)) : []
  const actions = [...derived, ...told].filter(({ symbol, time, corporate, draft }) => {
    if (time > last) return false
    // Whoever holds nothing yet is neither split nor paid; a halt may well have begun before.
    if (corporate) return time > (firsts.get(symbol) ?? 0)
    return draft.type === 'symbol/halted' || time >= first
  })
  actions.sort((a, b) => a.time - b.time)
  const isSetup = ({ draft }: Action) => draft.type === 'signal/received'
  const lost = reference.actions.filter(isSetup).length - actions.filter(isSetup).length
  const remarks =
    lost === 0
      ? []
      : [`${lost} of the setups lie outside the rows, or name a symbol without any, and are left out.`]
  return { actions, remarks }
}

/** Day numbers on which a symbol is known to split, adjusted or not. */
export function knownSplits(
  { factors, reference, isSessionless, sessions }: Opening,
  symbol: string,
): readonly number[] {
  const told = reference.actions
    .filter((action) => action.symbol === symbol && action.draft.type === 'split/applied')
    .map(({ time }) => tradingDay(time, isSessionless(symbol)))
  return [...told, ...splitDays(factors.get(symbol) ?? [], sessions)]
}
