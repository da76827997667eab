/**
 * The instrument registry: what is known about a symbol before anything trades.
 *
 * Entries come from the configuration and from journaled `instrument/registered` events. A symbol nobody
 * registered is common stock on the US calendar with an unknown float: the strictest reading of the rules.
 */

import type { Instrument, InstrumentKind } from '../contract.ts'
import { PRICE_SCALE, QUANTITY_SCALE } from '../math.ts'

export const SYMBOL = /^[A-Z0-9][A-Z0-9._-]{0,19}$/

/** Column value of FACT.kind. */
export const KIND_CODE: Readonly<Record<InstrumentKind, number>> = Object.freeze({
  equity: 0,
  fund: 1,
  index: 2,
  crypto: 3,
})

export function unregistered(symbol: string): Instrument {
  return {
    symbol,
    kind: 'equity',
    venue: 'XNYS',
    tick: PRICE_SCALE / 100,
    lot: QUANTITY_SCALE,
    multiplier: 1,
  }
}

/** Only crypto trades round the clock; everything else follows the US regular session. */
export function hasSessions(kind: InstrumentKind): boolean {
  return kind !== 'crypto'
}
