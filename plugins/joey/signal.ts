/**
 * A signal that Kyle accepted becomes a pattern of its own, priced with what Joey himself has seen of the
 * symbol.
 *
 * Called by the reducer. Nothing from the signal's metadata is read.
 */

import type { Draft, Signal } from '#core/contract.ts'
import { NOTHING } from '#core/math.ts'
import type { JoeyConfig } from './config.ts'
import { readAtr } from './indicators/atr.ts'
import { readRsi } from './indicators/rsi.ts'
import { inCurrency, toDraft } from './sighting.ts'
import { type JoeyState, latestTrack, takeTurn } from './track.ts'

const KINDS: readonly string[] = ['breakout', 'momentum', 'volume_anomaly', 'external']

/**
 * Kyle's own signals need a known ATR and a direction that has rested: what Joey saw on the same bar is not
 * said twice. One from outside is passed on without: with price 0 when the symbol was never seen, so that the
 * refusal for want of a market price is journaled in its trace rather than the signal vanishing here.
 */
export function toPattern(state: JoeyState, signal: Signal, config: JoeyConfig): readonly Draft[] {
  const { symbol, direction, kind, confidence } = signal
  if (!KINDS.includes(kind) || (direction !== 'long' && direction !== 'short')) return NOTHING
  if (!(confidence >= config.minConfidence)) return NOTHING
  const track = latestTrack(state, symbol)
  const atr = track === undefined ? Number.NaN : readAtr(track.atr)
  const rsi = track === undefined ? Number.NaN : readRsi(track.rsi)
  if (kind !== 'external' && !(atr > 0 && track !== undefined && takeTurn(track, direction, config.restBars)))
    return NOTHING
  const sighting = {
    symbol,
    direction,
    pattern: `signal-${kind}`,
    confidence,
    price: track?.close ?? 0,
    atr,
    stopLevel: Number.NaN,
    targetLevel: Number.NaN,
    evidence: { signalConfidence: confidence, atr: inCurrency(atr), rsi },
  }
  return [toDraft(sighting, 'enter')]
}
