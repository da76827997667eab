/**
 * feed-synthetic: a seeded market at one tick a second, for the first run, for demonstrations and for the
 * validation loop.
 *
 * Started by core like any service. Never has two offers out at once; a tick that comes meanwhile is left
 * out. After a restart the market is generated anew from its seed up to the rows that the journal of this run
 * holds, and goes on as if it had never stopped.
 */

import * as v from 'valibot'
import type { Bar, Host, Plugin, RunningService, TimeMs, TimerPort } from '#core/contract.ts'
import { ArkError, isArkError, toMessage } from '#core/errors.ts'
import { floorTo } from '#core/math.ts'
import { SECOND } from '#core/time.ts'
import { createMarket, type Market, nextTick } from './market.ts'

const ConfigSchema = v.strictObject({
  /** The same seed makes the same market. */
  seed: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 42),
  /** Ticks a second. Bars are of one second and stamped in whole seconds, so there is no more than one. */
  hz: v.optional(v.pipe(v.number(), v.minValue(0.001), v.maxValue(1)), 1),
})

export type SyntheticConfig = v.InferOutput<typeof ConfigSchema>

/** Name that the rows are journaled under. */
export const SYNTHETIC_SOURCE = 'feed-synthetic'

const plugin = {
  name: 'feed-synthetic',
  version: '1.0.0',
  contract: 1,
  consumes: [],
  emits: [],
  needs: ['timers', 'clock'],
  config: ConfigSchema,
  service: { start: (host, config) => Promise.resolve(startFeed(host, config)) },
} satisfies Plugin<unknown, SyntheticConfig>

export default plugin

/** Ticks that are generated in one go while catching up: some tens of milliseconds. */
const CATCH_UP_TICKS = 5_000

interface Feed {
  readonly host: Host
  readonly market: Market
  readonly timers: TimerPort
  lastTime: TimeMs
  /** Bars of a tick that was refused; offered again, because a lost tick would be missing after a restart. */
  unsent: readonly Bar[]
  /** Catching up, or an offer that is out. */
  pending: Promise<void> | undefined
  lastRefusal: string
  stopped: boolean
}

function startFeed(host: Host, config: SyntheticConfig): RunningService {
  const { clock, timers } = host.ports
  if (clock === undefined || timers === undefined) {
    throw new ArkError('PORT_NOT_GRANTED', host.plugin, 'it needs the ports clock and timers.')
  }
  const market = createMarket(config.seed)
  const feed: Feed = {
    host,
    market,
    timers,
    lastTime: 0,
    unsent: [],
    pending: undefined,
    lastRefusal: '',
    stopped: false,
  }
  const begin = (work: Promise<void>): void => {
    feed.pending = work.finally(() => {
      feed.pending = undefined
    })
  }
  begin(catchUp(feed))
  const cancel = timers.every(SECOND / config.hz, () => {
    const time = floorTo(clock.now(), SECOND)
    if (feed.pending === undefined && time > feed.lastTime) begin(offerTick(feed, time))
  })
  return {
    stop: async () => {
      feed.stopped = true
      cancel()
      await feed.pending
    },
  }
}

/**
 * Ticks leave rows out, so the journal's count of rows does not tell the tick: it is found by making them
 * again.
 */
async function catchUp(feed: Feed): Promise<void> {
  const accepted = feed.host.rowsAccepted(SYNTHETIC_SOURCE)
  let made = 0
  while (made < accepted && !feed.stopped) {
    for (let tick = 0; tick < CATCH_UP_TICKS && made < accepted; tick++)
      made += nextTick(feed.market, 0).length
    await new Promise<void>((resolve) => feed.timers.after(0, resolve))
  }
  if (made > accepted) feed.host.log('warn', 'the journal holds rows of another seed', { accepted })
}

/** A refused offer is told once and tried again at the next tick. */
async function offerTick(feed: Feed, time: TimeMs): Promise<void> {
  const bars =
    feed.unsent.length > 0 ? feed.unsent.map((bar) => ({ ...bar, end: time })) : nextTick(feed.market, time)
  if (bars.length === 0) return
  feed.unsent = bars
  try {
    await feed.host.offerRows(SYNTHETIC_SOURCE, { kind: 'bars', resolution: '1s', rows: bars })
    feed.unsent = []
    feed.lastTime = time
    feed.lastRefusal = ''
  } catch (error) {
    const refusal = isArkError(error) ? error.toLine() : toMessage(error)
    if (!feed.stopped && refusal !== feed.lastRefusal) feed.host.log('warn', refusal)
    feed.lastRefusal = refusal
  }
}
