/** A coin that trades round the clock, its bars, and an operator's orders in it: enough for the gate to approve. */

import type { Ark } from '#core/ark.ts'
import type { Bar, Draft, Instrument, MarketRows, Resolution, Side } from '#core/contract.ts'
import { createControl } from '#core/cycle/control.ts'
import { formatPrice, PRICE_SCALE, QUANTITY_SCALE, VOLUME_SCALE } from '#core/math.ts'
import { resolutionMs } from '#core/time.ts'
import { nativeHash } from '#runtimes/shared/hash.ts'
import type { Box } from './box.ts'

export const FEED = 'feed-synthetic'

/** Lot and tick are such that every fill is worth a whole number of 1e-6. */
export const COIN: Instrument = {
  symbol: 'COIN',
  kind: 'crypto',
  venue: 'SIM',
  tick: PRICE_SCALE / 100,
  lot: QUANTITY_SCALE,
  multiplier: 1,
  adv20: 100_000_000 * VOLUME_SCALE,
  shortable: true,
}

/** Bars, the last of which ends now; `closes` in whole units. */
export function bars(
  box: Box,
  closes: readonly number[],
  symbol = COIN.symbol,
  resolution: Resolution = '1m',
): MarketRows {
  const now = box.time.clock.now()
  const everyMs = resolutionMs(resolution)
  const rows = closes.map((close, index): Bar => {
    const before = closes[index - 1] ?? close
    return {
      symbol,
      end: now - (closes.length - 1 - index) * everyMs,
      open: before * PRICE_SCALE,
      high: Math.max(before, close) * PRICE_SCALE,
      low: Math.min(before, close) * PRICE_SCALE,
      close: close * PRICE_SCALE,
      volume: 1_000 * VOLUME_SCALE,
      resolution,
    }
  })
  return { kind: 'bars', resolution, rows }
}

/** A market order of a person with a stop 5 % away and a target 10 % away. */
export function order(side: Side, quantity: number, price = 100, symbol = COIN.symbol): Draft {
  const sign = side === 'buy' ? 1 : -1
  const at = (share: number) =>
    formatPrice(Math.round(price * (1 + sign * share) * 100) * (PRICE_SCALE / 100))
  return {
    type: 'order/requested',
    payload: {
      order: {
        symbol,
        side,
        type: 'market',
        quantity: String(quantity),
        stopLoss: { price: at(-0.05) },
        targets: [{ price: at(0.1), portion: '1' }],
      },
      principal: 'person:test',
      reason: 'test',
    },
  }
}

/** Begins a paper run, renews the lease, and holds 10 of COIN at 100 with a working stop and target. */
export async function trade(box: Box, ark: Ark): Promise<void> {
  await ark.beginRun({ kind: 'paper', name: 'paper', seed: 'test' })
  await ark.control('watchdog', { type: 'lease/renewed', payload: {} })
  await ark.offerRows(FEED, bars(box, [100, 100, 100]))
  await ark.offer('person', order('buy', 10))
  await nextBar(box, ark, 100)
}

/** One bar a minute later, the lease renewed. */
export async function nextBar(box: Box, ark: Ark, close: number): Promise<void> {
  await box.time.advance(60_000)
  renewLease(ark)
  await ark.offerRows(FEED, bars(box, [close]))
}

/** In the place of the watchdog, which is no part of these boxes. */
export function renewLease(ark: Ark): void {
  createControl(() => ark.cycle, nativeHash).renewLease()
}
