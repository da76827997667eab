/**
 * A kernel in the state that a scenario describes: real book, registers, order flow and gate, brought there
 * by core's own functions, so that no rule is written down a second time.
 *
 * play.ts builds one for each scenario. It has no broker and no agents but the overlay's: steps speak for
 * both. Nothing in it touches a box that runs.
 */

import { type SymbolBook, symbolOf } from '../book/book.ts'
import { applyEvent } from '../book/fold.ts'
import { unregistered } from '../book/instruments.ts'
import { rollDay } from '../book/marks.ts'
import { movePosition } from '../book/position.ts'
import type { Instrument, OrderRole } from '../contract.ts'
import { createKernel, type Kernel } from '../cycle/kernel.ts'
import type { Installed } from '../cycle/slots.ts'
import type { Lists } from '../gate/lists.ts'
import type { ModeState } from '../gate/mode.ts'
import { consentKey, enter } from '../gate/registers.ts'
import { isStopType } from '../gate/working.ts'
import {
  formatPrice,
  formatQuantity,
  notional,
  parsePrice,
  parseQuantity,
  parseVolume,
  QUANTITY_SCALE,
  VOLUME_SCALE,
} from '../math.ts'
import type { HashPort } from '../ports.ts'
import { dayBefore, settleAccount } from './account.ts'
import { toEvent } from './event.ts'
import { recall } from './history.ts'
import { observeFirst } from './market.ts'
import { advance, send } from './others.ts'
import type { Scenario } from './schema.ts'

export interface ScenarioDeps {
  /** Plugins with their settings; the one with an overlay takes part. */
  readonly installed: readonly Installed[]
  readonly hash: HashPort
  readonly rulesetDigest: string
}

type Position = Scenario['positions'][number]
type Working = Scenario['working'][number]

const RUN_ID = 'scenario'

export function createStage(scenario: Scenario, deps: ScenarioDeps): Kernel {
  const { account, clock, lists } = scenario
  const kernel = createKernel({
    runId: RUN_ID,
    kind: account.kind,
    seed: RUN_ID,
    openingCash: 0,
    rulesetDigest: deps.rulesetDigest,
    instruments: scenario.instruments.map(toInstrument),
    lists: toLists(scenario),
    plugins: deps.installed.filter(({ plugin }) => plugin.overlay !== undefined),
    hash: deps.hash,
    runSeq: 1,
    market: 'digest',
  })
  const { book, context } = kernel
  context.now = clock
  context.sealHolds = lists.seal === 'whole'
  for (const observation of scenario.market) observeFirst(book, observation, clock)
  for (const position of scenario.positions) hold(kernel, withoutNamedStops(position, scenario))
  for (const order of scenario.working) work(kernel, order)
  for (const entry of book.state.symbols) rollDay(book, entry, clock)
  remember(kernel, scenario)
  for (const consent of lists.consents)
    enter(context.registers.consents, consentKey(consent), consent.expires)
  context.registers.drillPassed = lists.drill
  setMode(kernel, scenario)
  begin(kernel)
  return kernel
}

/** From here on the overlay counts, and a position without a stop is looked at. */
function begin(kernel: Kernel): void {
  const { kind, rulesetDigest } = kernel.options
  const payload = {
    runId: RUN_ID,
    kind,
    seed: RUN_ID,
    buildDigest: '',
    rulesetDigest,
    configDigest: '',
    publicKey: '',
    previousSeq: 0,
    openingCash: '0',
  }
  send(kernel, { type: 'run/started', payload })
  advance(kernel, kernel.context.now)
}

/** What nobody says is common stock, as of a symbol that is not registered. */
function toInstrument(given: Scenario['instruments'][number]): Instrument {
  const { floatShares, adv20, shortable } = given
  return {
    ...unregistered(given.symbol),
    kind: given.kind,
    venue: given.venue,
    tick: parsePrice(given.tick),
    lot: parseQuantity(given.lot),
    multiplier: given.multiplier,
    ...(floatShares === undefined ? {} : { floatShares: toFloatShares(floatShares) }),
    ...(adv20 === undefined ? {} : { adv20: parseVolume(adv20) }),
    ...(shortable === undefined ? {} : { shortable }),
  }
}

/** A float beyond 90 million shares has no integer of 1e-8; the rules ask only whether it is a small one. */
function toFloatShares(text: string): number {
  return Math.min(Number.MAX_SAFE_INTEGER, parseVolume(text) * (QUANTITY_SCALE / VOLUME_SCALE))
}

function toLists({ lists }: Scenario): Lists {
  const sources: { [source: string]: 'public' | 'licensed' | 'private' } = {}
  for (const [source, given] of Object.entries(lists.sources))
    sources[source] = given === 'public' || given === 'licensed' ? given : 'private'
  // A row that names no source came from those that are listed: where none is called feed, from the worst of
  // them.
  const classes = Object.values(sources)
  if (!Object.hasOwn(sources, 'feed') && classes.length > 0)
    sources.feed = classes.find((known) => known === 'private') ?? classes[0] ?? 'private'
  return {
    restricted: lists.restricted === null ? undefined : toSet(lists.restricted),
    sources,
    paused: toSet(lists.paused.flatMap(toPauseKeys)),
    issuers: lists.issuers,
    venues: lists.venues,
    sinks: lists.sinks,
  }
}

function toSet(names: readonly string[]): { [name: string]: true } {
  const set: { [name: string]: true } = {}
  for (const name of names) set[name] = true
  return set
}

const PAUSABLE = ['agent', 'symbol', 'strategy'] as const

/** A name without a kind pauses whatever is called so. */
function toPauseKeys(pause: Scenario['lists']['paused'][number]): readonly string[] {
  if (typeof pause === 'string')
    return /^(agent|symbol|strategy):/.test(pause) ? [pause] : PAUSABLE.map((kind) => `${kind}:${pause}`)
  return PAUSABLE.filter((kind) => pause[kind] !== undefined).map((kind) => `${kind}:${pause[kind]}`)
}

/** Held since before the account's day: nothing of it was bought today. */
function hold({ book }: Kernel, { symbol, quantity, averagePrice, stops }: Position): void {
  const entry = symbolOf(book, symbol)
  const signed = parseQuantity(quantity)
  const price = averagePrice === undefined ? entry.mark : parsePrice(averagePrice)
  movePosition(book, entry, signed, notional(price, signed, entry.instrument.multiplier))
  const covering = stops ?? coverOf(entry, signed)
  for (const [index, stop] of covering.entries())
    applyEvent(
      book,
      toEvent({
        type: 'order/accepted',
        payload: {
          orderId: stop.id ?? `${symbol}.stop${index + 1}`,
          symbol,
          side: signed > 0 ? 'sell' : 'buy',
          type: 'stop',
          quantity: stop.quantity,
          stopPrice: stop.price,
          role: 'stop',
          strategy: 'manual',
        },
      }),
    )
}

function withoutNamedStops(position: Position, { working }: Scenario): Position {
  const closing = Number(position.quantity) > 0 ? 'sell' : 'buy'
  const named = working.some(
    ({ symbol, side, type, role }) =>
      symbol === position.symbol && (role ?? (side === closing && isStopType(type) ? 'stop' : '')) === 'stop',
  )
  return named && position.stops === undefined ? { ...position, stops: [] } : position
}

/**
 * Where nothing is said of its stops a position is covered, 5 % from the mark, unless working stops are
 * named.
 */
function coverOf({ mark, instrument }: SymbolBook, signed: number) {
  const price = Math.floor((mark * (signed > 0 ? 95 : 105)) / 100)
  const onGrid = Math.max(instrument.tick, Math.floor(price / instrument.tick) * instrument.tick)
  return mark > 0
    ? [{ quantity: formatQuantity(Math.abs(signed)), price: formatPrice(onGrid), id: undefined }]
    : []
}

function work({ book }: Kernel, { id, ...order }: Working): void {
  const role = order.role ?? roleOf(symbolOf(book, order.symbol), order)
  applyEvent(book, toEvent({ type: 'order/accepted', payload: { ...order, orderId: id, role } }))
}

function roleOf({ position }: SymbolBook, { side, type }: Omit<Working, 'id'>): OrderRole {
  const closes = side === 'sell' ? position > 0 : position < 0
  // A stop beside no position protects one that the scenario does not spell out.
  if (isStopType(type) && (closes || position === 0)) return 'stop'
  return closes ? 'exit' : 'entry'
}

function remember(kernel: Kernel, scenario: Scenario): void {
  const { book, context } = kernel
  const past = scenario.history.filter(({ at }) => at <= scenario.clock).sort((a, b) => a.at - b.at)
  const began = dayBefore(book, scenario.clock)
  for (const [index, happening] of past.entries()) recall(kernel, happening, index, happening.at > began)
  settleAccount(book, scenario, past)
  // What is held or works was once the first order, on a venue that was once new.
  for (const { symbol } of [...scenario.positions, ...scenario.working]) {
    context.registers.openedVenues[`=${symbolOf(book, symbol).instrument.venue}`] = true
    context.registers.openedSinceHalt = true
  }
}

const SAID = 'as the scenario says'

/**
 * The mode is what the scenario says that it is: a lost lease or an audit that lags is known to its own rule
 * and has not moved the mode yet.
 */
function setMode({ context }: Kernel, { mode, lists }: Scenario): void {
  if (mode === 'halted') context.mode.halted = SAID
  if (mode === 'reducing') context.mode.reduced = SAID
  if (lists.lease === 'lost') nameCause(context.mode, 'lease', mode !== 'active')
  if (lists.audit === 'lagged') nameCause(context.mode, 'audit', mode !== 'active')
}

/** The mode counts causes by enumerating them; the facts look one up by its name. */
function nameCause({ causes }: ModeState, cause: string, counts: boolean): void {
  Object.defineProperty(causes, cause, {
    value: SAID,
    configurable: true,
    enumerable: counts,
    writable: true,
  })
}

/** What follows once a rule has denied for such a cause: the mode falls. */
export function letCausesCount({ causes }: ModeState): void {
  for (const cause of ['lease', 'audit']) {
    if (Object.hasOwn(causes, cause)) Object.defineProperty(causes, cause, { enumerable: true })
  }
}
