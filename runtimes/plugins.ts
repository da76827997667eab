/**
 * The one list of plugins and of the instruments that they bring. Order matters: agents are shown an event in
 * the order of this list, and a replay repeats it. main.ts and its commands read it; nothing else names a
 * plugin.
 */

import { sessionCloseOf } from '#core/book/sessions.ts'
import type { Instrument, Plugin } from '#core/contract.ts'
import { PRICE_SCALE, QUANTITY_SCALE } from '#core/math.ts'
import { DAY, parseTime } from '#core/time.ts'
import aletheia from '#plugins/aletheia/index.ts'
import brokerPaper from '#plugins/broker-paper/index.ts'
import { createReplayFeed, SP500_SYMBOL } from '#plugins/feed-replay/index.ts'
import feedSynthetic from '#plugins/feed-synthetic/index.ts'
import { SYNTHETIC_INSTRUMENTS } from '#plugins/feed-synthetic/instruments.ts'
import hrm from '#plugins/hrm/index.ts'
import id from '#plugins/id/index.ts'
import joey from '#plugins/joey/index.ts'
import kenny from '#plugins/kenny/index.ts'
import kyle from '#plugins/kyle/index.ts'
import metrics from '#plugins/metrics/index.ts'
import watchdog from '#plugins/watchdog/index.ts'
import { VALIDATION_INSTRUMENTS } from './validate/instruments.ts'

/** A daily bar ends with its session; the calendar is core's, so the feed is handed it. */
const feedReplay = createReplayFeed({ sessionClose: (day) => sessionCloseOf(parseTime(day) / DAY) })

/** Each plugin is typed by its own state and configuration; the loader checks what it hands to which. */
export const PLUGINS = [
  kyle,
  joey,
  kenny,
  id,
  hrm,
  brokerPaper,
  aletheia,
  watchdog,
  metrics,
  feedReplay,
  feedSynthetic,
] as unknown as readonly Plugin[]

/** Index points count as dollars, one point a unit: what a fund on the index does, without its fees. */
const SPX: Instrument = {
  symbol: SP500_SYMBOL,
  kind: 'index',
  venue: 'INDEX',
  tick: PRICE_SCALE / 100,
  lot: QUANTITY_SCALE,
  multiplier: 1,
}

export const INSTRUMENTS: readonly Instrument[] = Object.freeze([
  SPX,
  ...SYNTHETIC_INSTRUMENTS,
  ...VALIDATION_INSTRUMENTS,
])
