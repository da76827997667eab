/**
 * A backtest's market, wired: the calendar and registries of core, the hash of the host, the reader of
 * plugins/feed-replay. Called by `ark backtest` and by research.
 */

import { createHash } from 'node:crypto'
import { hasSessions, unregistered } from '#core/book/instruments.ts'
import { sessionOf } from '#core/book/sessions.ts'
import { US_SESSIONS, US_SESSIONS_FIRST_DAY } from '#core/book/us-sessions.data.ts'
import { toInstrument } from '#core/config.ts'
import type { FilePort } from '#core/contract.ts'
import { assertSignal, InstrumentBody } from '#core/http/bodies.ts'
import { checkBody } from '#core/http/json.ts'
import { DAY, parseTime } from '#core/time.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { createMarketOpener, type MarketTools } from '#plugins/feed-replay/open-market.ts'
import { INSTRUMENTS } from '../plugins.ts'
import type { BacktestSpec } from './spec.ts'

/** Checks every file whole. Throws the ArkError of the first one that is bad, with file and line. */
export function openBacktestMarket(spec: BacktestSpec, files: FilePort): Promise<Market> {
  const instruments = [...INSTRUMENTS, ...spec.config.instruments.map(toInstrument)]
  const known = new Map(instruments.map((instrument) => [instrument.symbol, instrument]))
  const find = (symbol: string) => known.get(symbol) ?? unregistered(symbol)
  const open = createMarketOpener({
    ...TOOLS,
    isSessionless: (symbol) => !hasSessions(find(symbol).kind),
    tickOf: (symbol) => find(symbol).tick,
  })
  return open(spec, files)
}

const firstDay = parseTime(US_SESSIONS_FIRST_DAY) / DAY

const TOOLS: Omit<MarketTools, 'isSessionless' | 'tickOf'> = {
  calendar: { firstDay, lastDay: firstDay + US_SESSIONS.join('').length - 1, sessionOf },
  createHasher: () => {
    const hash = createHash('sha256')
    return { update: (bytes) => hash.update(bytes), digest: () => hash.digest('hex') }
  },
  toInstrument: (fields) => toInstrument(checkBody(InstrumentBody, fields)),
  assertSignal,
}
