/**
 * The fields that a rule may ask about, and how each is read from an order.
 *
 * A field has up to two kinds of readings: ARK's own, derived by the gate or by an agent, and what a signal
 * from outside says of itself. compile.ts holds a rule against every reading there is, so a signal's word can
 * make a verdict worse and never better.
 */

import type { Json, OrderFacts } from '#core/contract.ts'
import { mulDiv, mulDivUp, PRICE_SCALE, parsePrice, VOLUME_SCALE } from '#core/math.ts'
import { MINUTE, parseTime, SECOND } from '#core/time.ts'

const ONE = PRICE_SCALE
/** A clock that is this far ahead of ours still counts as right. */
const AHEAD_MS = 5 * SECOND
/** Below it a number of a time is seconds, from it on milliseconds. */
const MILLISECONDS_FROM = 100_000_000_000

export type Path = readonly string[]
/** In units of the field’s scale; NaN = it should be known and is not, undefined = there is none. */
type OwnNumber = (order: OrderFacts) => number | undefined
type OwnText = (order: OrderFacts) => string | undefined

/** `any` has no type of its own: the operator decides how it is read. */
export interface Field {
  readonly kind: 'number' | 'text' | 'time' | 'setup' | 'any'
  readonly unit: 'ratio' | 'count'
  readonly number?: OwnNumber
  readonly text?: OwnText
  /** Where telling that there is a number of its own costs less than reading it. */
  readonly has?: (order: OrderFacts) => boolean
  /** Places in a signal's metadata. */
  readonly said: readonly Path[]
}

const said = (...names: string[]): readonly Path[] => names.map((name) => [name])
const number = (own: OwnNumber, ...names: string[]): Field => ({
  kind: 'number',
  unit: 'ratio',
  number: own,
  said: said(...names),
})
const text = (own: OwnText | undefined, ...names: string[]): Field => ({
  kind: 'text',
  unit: 'ratio',
  ...(own === undefined ? {} : { text: own }),
  said: said(...names),
})
const usualVolume: OwnNumber = ({ averageVolume }) => averageVolume / VOLUME_SCALE

const FIELDS: Readonly<Record<string, Field>> = {
  symbol: text(({ symbol }) => symbol),
  kind: text(({ kind }) => kind),
  strategy: text(({ strategy }) => strategy),
  proposer: text(({ agent }) => (agent === '' ? 'person' : 'agent')),
  market_type: text(({ kind }) => (kind === 'crypto' ? 'crypto' : 'equity'), 'market_type', 'marketType'),
  direction: text(({ side }) => (side === 'buy' ? 'long' : 'short'), 'direction'),
  pattern: text(({ setup }) => setup?.pattern?.pattern, 'pattern'),
  catalyst: text(undefined, 'catalyst'),
  sentiment: text(undefined, 'sentiment'),
  price: number(({ referencePrice }) => (referencePrice > 0 ? referencePrice : Number.NaN), 'price'),
  avg_volume: { kind: 'number', unit: 'count', number: usualVolume, said: said('avg_volume', 'avgVolume') },
  volume: { kind: 'number', unit: 'count', number: usualVolume, said: said('volume') },
  confidence: number(confidenceOf, 'confidence'),
  position_size: number(({ exposureAfter, equity }) => shareOf(exposureAfter, equity)),
  stop_loss: number(({ stopPrice }) => stopPrice),
  stop_distance: number(stopDistanceOf),
  max_loss_percent: number((order) => shareOf(lossAtStop(order), order.equity)),
  risk_reward_ratio: number(({ rewardToRisk }) => rewardToRisk),
  'indicators.atr': {
    kind: 'number',
    unit: 'ratio',
    number: atrOf,
    has: ({ setup }) => setup?.pattern?.atr !== undefined,
    said: [['indicators', 'atr']],
  },
  'metadata.trading_hours': text(
    ({ inRegularHours }) => (inRegularHours ? 'regular' : 'extended'),
    'trading_hours',
  ),
  'metadata.expected_holding_hours': number(indicatorOf('expected_holding_hours'), 'expected_holding_hours'),
  timestamp: { kind: 'time', unit: 'ratio', said: said('timestamp', 'time') },
  setup: { kind: 'setup', unit: 'ratio', said: [] },
}

const FREE = /^(metadata|scores|indicators)((?:\.[A-Za-z0-9_]{1,64}){1,4})$/

/** Undefined when there is no such field. */
export function findField(name: string): Field | undefined {
  if (Object.hasOwn(FIELDS, name)) return FIELDS[name]
  const [, family, rest] = FREE.exec(name) ?? []
  if (family === undefined || rest === undefined) return undefined
  const steps = rest.slice(1).split('.')
  if (family === 'metadata') return { kind: 'any', unit: 'ratio', said: [steps] }
  const path = [family, ...steps]
  if (family === 'scores')
    return { kind: 'number', unit: 'ratio', number: indicatorOf(path.join('.')), said: [path] }
  return { kind: 'number', unit: 'ratio', number: indicatorOf(steps.join('.')), said: [path] }
}

/** Fields with a name of their own; besides them metadata.X, scores.X and indicators.X. */
export function fieldNames(): readonly string[] {
  return Object.keys(FIELDS)
}

function confidenceOf({ setup }: OrderFacts): number {
  return setup?.pattern === undefined ? Number.NaN : Math.round(setup.pattern.confidence * ONE)
}

/** ATR as a share of the price that the pattern was seen on. */
function atrOf({ setup }: OrderFacts): number | undefined {
  const pattern = setup?.pattern
  if (pattern?.atr === undefined) return undefined
  const price = parsePrice(pattern.price)
  return price > 0 ? Math.round((parsePrice(pattern.atr) / price) * ONE) : Number.NaN
}

function indicatorOf(name: string): OwnNumber {
  return ({ setup }) => {
    const evidence = setup?.pattern?.evidence
    if (evidence === undefined || !Object.hasOwn(evidence, name)) return undefined
    return scaled(evidence[name] ?? Number.NaN, ONE)
  }
}

/** Rounded up, so that what is a hair above a limit does not pass for the limit. */
function shareOf(amount: number, equity: number): number {
  if (!(equity > 0 && amount >= 0 && Number.isFinite(equity))) return Number.NaN
  // A double is off by less than a millionth here: what is that near to a whole number is divided exactly.
  const estimate = (amount / equity) * ONE
  if (estimate < ONE && Math.abs(estimate - Math.round(estimate)) > 1e-6) return Math.ceil(estimate)
  return mulDivUp(Math.ceil(amount), ONE, Math.floor(equity))
}

/** Whole cents: most prices are, and then no product leaves 2^53. */
const CENT = PRICE_SCALE / 100

/** Cash that is lost when the stop is reached; NaN for a stop on the winning side, which bounds nothing. */
export function lossAtStop({ side, entryPrice, stopPrice, notional }: OrderFacts): number {
  const distance = side === 'buy' ? entryPrice - stopPrice : stopPrice - entryPrice
  if (!(distance > 0 && entryPrice > 0 && notional >= 0)) return Number.NaN
  const inCents = distance % CENT === 0 && entryPrice % CENT === 0
  const unit = inCents ? CENT : 1
  return mulDivUp(Math.ceil(notional), distance / unit, entryPrice / unit)
}

function stopDistanceOf({ entryPrice, stopPrice }: OrderFacts): number {
  return entryPrice > 0 && Number.isFinite(entryPrice)
    ? mulDiv(Math.abs(entryPrice - stopPrice), ONE, entryPrice)
    : Number.NaN
}

/** What a signal says at a path; undefined when it says nothing there. */
export function lookUp(order: OrderFacts, path: Path): Json | undefined {
  let value: Json | undefined = order.setup?.signal?.metadata
  for (const step of path) {
    if (!isTable(value) || !Object.hasOwn(value, step)) return undefined
    value = value[step]
  }
  return value === null ? undefined : value
}

function isTable(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const PLAIN = /^-?\d{1,15}(\.\d{1,12})?$/

/** A number, or a plain decimal text; anything else is NaN, which no limit lets pass. */
export function toNumber(value: Json, scale: number): number {
  if (typeof value === 'number') return scaled(value, scale)
  return typeof value === 'string' && PLAIN.test(value) ? scaled(Number(value), scale) : Number.NaN
}

/** An observation has to fit into an integer: what does not is as large as one can be. */
function scaled(value: number, scale: number): number {
  const most = Number.MAX_SAFE_INTEGER
  return Math.min(most, Math.max(-most, Math.round(value * scale)))
}

/** A list or an object as its JSON, so that nothing in it escapes a search. */
export function toText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Age in minutes, as an integer of 1e-8; NaN for what is no time or lies ahead. */
export function toAge(value: Json, now: number): number {
  const stated = typeof value === 'string' ? parseTime(value) : typeof value === 'number' ? value : Number.NaN
  const time = stated < MILLISECONDS_FROM && typeof value === 'number' ? stated * SECOND : stated
  const age = now - time
  return age < -AHEAD_MS ? Number.NaN : scaled(Math.max(0, age) / MINUTE, ONE)
}
