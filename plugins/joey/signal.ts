/**
 * A signal that Kyle accepted becomes a setup of the table, or a pattern of its own, priced with what Joey
 * himself has seen of the symbol.
 *
 * Called by the reducer. What the sender says beside symbol and direction can make it a setup where the
 * market is silent, and never against the market.
 */

import type { Draft, Signal, World } from '#core/contract.ts'
import { readAtr } from '#core/indicators/atr.ts'
import { readRsi } from '#core/indicators/rsi.ts'
import { NOTHING } from '#core/math.ts'
import type { JoeyConfig } from './config.ts'
import { type Recognised, recogniseSetup, type Unrecognised } from './setups/recognise.ts'
import { SETUPS } from './setups/table.ts'
import { inCurrency, toDraft } from './sighting.ts'
import { findSymbol, type JoeyState, latestTrack, type SymbolTracks, takeTurn } from './track.ts'

const KINDS: readonly string[] = ['breakout', 'momentum', 'volume_anomaly', 'external']

/**
 * Kyle's own signals need a known ATR and a direction that has rested: what Joey saw on the same bar is not
 * said twice. One from outside is passed on without: with price 0 when the symbol was never seen, so that the
 * refusal for want of a market price is journaled in its trace rather than the signal vanishing here.
 */
export function toPattern(
  state: JoeyState,
  signal: Signal,
  config: JoeyConfig,
  world: World,
): readonly Draft[] {
  const { symbol, direction, kind, confidence } = signal
  if (!KINDS.includes(kind) || (direction !== 'long' && direction !== 'short')) return NOTHING
  const entry = findSymbol(state, symbol)
  const setup = kind === 'external' ? askSetups(entry, signal, config, world) : UNASKED
  if (setup.draft !== undefined) return [setup.draft]
  if (!(confidence >= config.minConfidence)) return NOTHING
  const track = latestTrack(entry)
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
    evidence: { signalConfidence: confidence, atr: inCurrency(atr), rsi, ...setup.doubts },
  }
  return [toDraft(sighting, 'enter')]
}

const UNASKED: Unrecognised = { draft: undefined, doubts: {} }

function askSetups(
  entry: SymbolTracks | undefined,
  { symbol, direction, metadata }: Signal,
  { minConfidence }: JoeyConfig,
  world: World,
): Recognised | Unrecognised {
  const instrument = world.instrument(symbol)
  const days = entry?.days
  return recogniseSetup({
    symbol,
    direction,
    days,
    instrument,
    said: metadata,
    setups: SETUPS,
    minConfidence,
  })
}
