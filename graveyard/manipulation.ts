/**
 * Rule 2, on orders that would move or mislead the market: four clauses, each an indicator and no finding.
 * Called by graveyard/rules.ts for openings and exits.
 *
 * A clause that is sure denies, whatever another one could not tell.
 */

import {
  basisPoints,
  compareProducts,
  compareRatio,
  compareShare,
  isAmount,
  isCount,
  QUANTITY_PER_VOLUME,
  read,
} from './exact.ts'
import { FACT, type Facts, NOT_APPLICABLE } from './facts.ts'
import { LIMITS } from './limits.ts'
import { allow, deny, type Outcome, unknown } from './outcome.ts'
import { reasons } from './rule.ts'

export const MANIPULATION = reasons('count', {
  passed: 'no sign of self-trade, layering, marking the close or ignition',
  unknown: 'needs the quantity or the market’s volume, which are missing',
  selfTrade: 'self_trade: the worst price reaches own working orders on the other side',
  selfTradeMissing: 'self_trade: the number of own orders within reach is missing',
  layering:
    'layering: own levels stand on the other side, where nearly all that ended was cancelled unfilled',
  layeringAgain: 'layering: one more level on a side that was layered before',
  layeringMissing: 'layering: a count of own orders is missing',
  closing: ['ratio', 'closing_price: own share of the volume before the close would be too large'],
  closingOwnMissing: ['ratio', 'closing_price: own quantity before the close is missing'],
  closingVolumeMissing: ['ratio', 'closing_price: the market’s volume before the close is missing'],
  ignition: ['ratio', 'ignition: own aggressive fills moved the price, and the order goes on the same way'],
  ignitionOwnMissing: 'ignition: own fills are missing',
  ignitionMoveMissing: ['ratio', 'ignition: the move or what is usual for it is missing'],
})

/** What a clause answers that stands in no one's way; UNSURE when a fact that another rule owns is missing. */
const CLEAR = 0
const UNSURE = -1

export function noMarketManipulation(facts: Facts, out: Outcome): number {
  const selfTrades = read(facts, FACT.selfTrades)
  if (!isCount(selfTrades)) return deny(out, 2, MANIPULATION.selfTradeMissing, selfTrades, 0)
  if (selfTrades !== 0) return deny(out, 2, MANIPULATION.selfTrade, selfTrades, 0)
  const layered = judgeLayering(facts, out)
  if (layered > CLEAR) return layered
  const closing = judgeClosing(facts, out)
  if (closing > CLEAR) return closing
  const ignited = judgeIgnition(facts, out)
  if (ignited > CLEAR) return ignited
  return layered === UNSURE || ignited === UNSURE ? unknown(out, 2) : allow(out, 2, 0, 0)
}

const CANCELLED_SHARE = basisPoints(LIMITS.layerCancelledShare)

/** Naming the levels in `cancelFirst` takes them out of the counts. */
function judgeLayering(facts: Facts, out: Outcome): number {
  const levels = read(facts, FACT.layerLevels)
  const total = read(facts, FACT.layerQuantity)
  const ended = read(facts, FACT.endedOpposite300s)
  const unfilled = read(facts, FACT.endedUnfilled300s)
  const adds = read(facts, FACT.addsLevel)
  const episodes = read(facts, FACT.layerEpisodes600s)
  // Nearly every order finds nothing to count, and six zeros need no further proof.
  if (levels === 0 && total === 0 && ended === 0 && unfilled === 0 && adds === 0 && episodes === 0)
    return CLEAR
  const counted = isCount(levels) && isCount(total) && isCount(ended) && isCount(unfilled)
  if (!counted || (adds !== 0 && adds !== 1) || !isCount(episodes)) {
    return deny(out, 2, MANIPULATION.layeringMissing, Number.NaN, Number.NaN)
  }
  if (adds === 1 && episodes >= LIMITS.layerEpisodes) {
    return deny(out, 2, MANIPULATION.layeringAgain, episodes, LIMITS.layerEpisodes)
  }

  if (levels < LIMITS.layerLevels || ended < LIMITS.layerEnded) return CLEAR
  if (compareRatio(unfilled, ended, CANCELLED_SHARE) < 0) return CLEAR
  const quantity = read(facts, FACT.quantity)
  if (!isAmount(quantity)) return UNSURE
  const outweighed = compareProducts(total, 1, quantity, LIMITS.layerMultiple) >= 0
  return outweighed ? deny(out, 2, MANIPULATION.layering, levels, LIMITS.layerLevels) : CLEAR
}

const CLOSING_OPENING = basisPoints(LIMITS.closingShareOpening)
const CLOSING_EXIT = basisPoints(LIMITS.closingShareExit)

function judgeClosing(facts: Facts, out: Outcome): number {
  const own = read(facts, FACT.closingOwn)
  if (own === NOT_APPLICABLE) return CLEAR
  const exit = read(facts, FACT.opening) === 0
  const limit = exit ? LIMITS.closingShareExit : LIMITS.closingShareOpening
  // The order itself is part of it, so nothing at all is as wrong as no number.
  if (!isAmount(own)) return deny(out, 2, MANIPULATION.closingOwnMissing, Number.NaN, limit)
  const volume = read(facts, FACT.closingVolume)
  if (!isAmount(volume)) return deny(out, 2, MANIPULATION.closingVolumeMissing, Number.NaN, limit)
  if (compareShare(own, volume, exit ? CLOSING_EXIT : CLOSING_OPENING) <= 0) return CLEAR
  return deny(out, 2, MANIPULATION.closing, own / volume / QUANTITY_PER_VOLUME, limit)
}

const IGNITION_SHARE = basisPoints(LIMITS.ignitionShare)
/** Moves are integers of 1e-8. */
const MOVE_SCALE = 100_000_000
const IGNITION_MOVE = Math.round(LIMITS.ignitionMove * MOVE_SCALE)

/** Asks for the market's side of it only once there are own fills to blame. */
function judgeIgnition(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.opening) === 0) return CLEAR
  const fills = read(facts, FACT.aggressiveFills300s)
  const filled = read(facts, FACT.ownFilled300s)
  if (fills === 0 && filled === 0) return CLEAR
  if (!isCount(fills) || !isCount(filled)) {
    return deny(out, 2, MANIPULATION.ignitionOwnMissing, Number.NaN, Number.NaN)
  }
  if (fills < LIMITS.ignitionFills) return CLEAR
  const volume = read(facts, FACT.marketVolume300s)
  if (!isCount(volume)) return UNSURE
  if (compareShare(filled, volume, IGNITION_SHARE) <= 0) return CLEAR

  const move = read(facts, FACT.moveSigned300s)
  const median = read(facts, FACT.medianMove300s)
  if (!Number.isSafeInteger(move) || (median !== NOT_APPLICABLE && !isCount(median))) {
    return deny(out, 2, MANIPULATION.ignitionMoveMissing, Number.NaN, LIMITS.ignitionMove)
  }
  const usual = median === NOT_APPLICABLE ? 0 : LIMITS.ignitionMedianMultiple * median
  const threshold = Math.max(IGNITION_MOVE, usual)
  if (move < threshold) return CLEAR
  return deny(out, 2, MANIPULATION.ignition, move / MOVE_SCALE, threshold / MOVE_SCALE)
}
