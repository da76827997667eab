/**
 * The symbols of the validation, one for each of its scenes, so that none stands in another's way. Registered
 * in every box like the synthetic ones; nothing here exists anywhere, and nothing but `ark validate` trades
 * it.
 */

import { VALIDATION } from '#core/config.ts'
import type { Instrument } from '#core/contract.ts'
import { PRICE_SCALE, QUANTITY_SCALE, VOLUME_SCALE } from '#core/math.ts'

export const SYMBOLS = {
  trades: ['VAL01', 'VAL02', 'VAL03', 'VAL04'],
  insider: 'VAL05',
  selfTrade: 'VAL06',
  publication: 'VAL07',
  client: 'VAL08',
  size: 'VAL09',
  leverage: 'VAL10',
  nearStop: 'VAL11',
  farStop: 'VAL12',
  reward: 'VAL13',
  noTarget: 'VAL14',
  jump: 'VAL15',
  pause: 'VAL16',
} as const

export const ALL_SYMBOLS: readonly string[] = Object.values(SYMBOLS).flat()

/** What each of them costs when nothing is staged. */
export const PRICE = 100
/** So much that no share of it is ever reached. */
const ADV20 = 100_000_000

export const VALIDATION_INSTRUMENTS: readonly Instrument[] = Object.freeze(
  ALL_SYMBOLS.map((symbol) => ({
    symbol,
    kind: 'crypto' as const,
    venue: VALIDATION.venue,
    tick: PRICE_SCALE / 100,
    lot: QUANTITY_SCALE / 10_000,
    multiplier: 1,
    adv20: ADV20 * VOLUME_SCALE,
    shortable: true,
  })),
)
