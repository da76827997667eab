/**
 * A strategy from one function: what to do on a closed bar. The agent around it is made here.
 *
 * Strategies call `defineStrategy`, as does whoever writes one of his own (docs/WRITING-A-PLUGIN.md). It
 * promises a plugin whose state is plain JSON, one part for each symbol and bar length, and whose advice
 * reaches Kenny as a pattern with explicit sizing and legs.
 */

import { checkAdvice, checkNewTerms } from './advice.ts'
import type {
  ArkEvent,
  Bar,
  Direction,
  Draft,
  EventPayloads,
  Legs,
  OrderTerms,
  Pattern,
  Plugin,
  Price,
  Quantity,
  Resolution,
  Schema,
  Sizing,
  TimeMs,
  World,
} from './contract.ts'
import { formatDecimal, formatPrice, formatQuantity, NOTHING, roundTo } from './math.ts'

export interface StrategyDefinition<State, Params> {
  readonly name: string
  readonly version: string
  /** A Standard Schema of its parameters; each has a default. */
  readonly params: Schema<Params>
  /** How large its entries are; absent = by Kenny's settings. */
  readonly sizing?: (params: Params) => Sizing
  /** Of one symbol and bar length. Plain JSON: no Map, no class, no NaN. */
  initial(params: Params): State
  /** Called once a bar, in order of time. It may change `state`, and nothing else. */
  onBar(state: State, bar: Bar, view: StrategyView<Params>): Advice | NewTerms | undefined
}

/** Good for the one call: the next bar is shown in the same object. */
export interface StrategyView<Params> {
  readonly params: Params
  /** Signed units held of the bar's symbol; looked up when it is asked for. */
  readonly position: Quantity
  readonly world: World
}

/** Prices are integers of 1e-8, as in the bar; they may have a fraction and are rounded to the tick. */
export interface Advice {
  /** exit closes what is held in `direction`. */
  readonly action: 'enter' | 'exit'
  readonly direction: Direction
  /** Protective stop of an entry. */
  readonly stop?: Price
  /** Distance at which the stop follows the market; absent = it stays. */
  readonly trail?: Price
  /** `portion` is the share of the position, all together at most 1. */
  readonly targets?: readonly { readonly price: Price; readonly portion: number }[]
  /** 0..1; default 0.75. HRM refuses entries below 0.65. */
  readonly confidence?: number
  readonly terms?: OrderTerms
  readonly sizing?: Sizing
  /** Values that the advice stands on, by name: they are journaled with it. */
  readonly evidence?: { readonly [name: string]: number }
}

/**
 * Another stop, limit, trail or a smaller quantity for one of the strategy's own working orders, in the units
 * of the bar. What would raise the risk is refused: that is an entry whose `terms` name the order it replaces.
 * A quantity that is filled already, such as 0, ends the rest.
 */
export interface NewTerms {
  readonly action: 'amend'
  /** As `view.world.working(symbol)` lists it. */
  readonly orderId: string
  readonly stop?: Price
  readonly limit?: Price
  readonly trail?: Price
  readonly quantity?: Quantity
}

export interface StrategyState<State> {
  readonly symbols: { [symbol: string]: { [resolution in Resolution]?: Track<State> } }
}

interface Track<State> {
  /** Of the newest bar. */
  end: TimeMs
  readonly state: State
}

const CONFIDENCE = 0.75

export function defineStrategy<State, Params>(
  definition: StrategyDefinition<State, Params>,
): Plugin<StrategyState<State>, Params> {
  const { name, version, params } = definition
  return {
    name,
    version,
    contract: 1,
    consumes: ['market/bar'],
    emits: ['pattern/recognised', 'order/amend_requested'],
    needs: [],
    config: params,
    agent: { stateVersion: 1, initial: () => ({ symbols: {} }), reduce: createReducer(definition) },
  }
}

/**
 * A bar on which there is nothing to say allocates nothing: the view and the last track are kept between
 * bars. Neither decides anything, so neither belongs to the state.
 */
function createReducer<State, Params>(definition: StrategyDefinition<State, Params>) {
  const findTrack = createTracks(definition)
  let view: LiveView<Params> | undefined
  return (state: StrategyState<State>, event: ArkEvent, params: Params, world: World): readonly Draft[] => {
    if (event.type !== 'market/bar') return NOTHING
    const bar = event.payload
    const track = findTrack(state, bar, params)
    if (!(bar.end > track.end)) return NOTHING
    track.end = bar.end
    view ??= createView(params, world)
    view.params = params
    view.world = world
    view.symbol = bar.symbol
    const advice = definition.onBar(track.state, bar, view)
    if (advice === undefined) return NOTHING
    if (advice.action === 'amend') {
      checkNewTerms(advice)
      return [toRequest(advice, world.instrument(bar.symbol).tick)]
    }
    const sizing = advice.action === 'enter' ? (advice.sizing ?? definition.sizing?.(params)) : undefined
    checkAdvice(advice, sizing)
    return [{ type: 'pattern/recognised', payload: toPattern(definition.name, advice, bar, sizing, world) }]
  }
}

interface LiveView<Params> {
  params: Params
  world: World
  symbol: string
  readonly position: Quantity
}

function createView<Params>(params: Params, world: World): LiveView<Params> {
  return {
    params,
    world,
    symbol: '',
    get position() {
      return this.world.position(this.symbol)
    },
  }
}

/**
 * Finds a bar's track, and makes it when it is the first. Bars of one symbol come together, so the last is
 * kept.
 */
function createTracks<State, Params>(definition: StrategyDefinition<State, Params>) {
  let of: StrategyState<State> | undefined
  let symbol = ''
  let resolution: Resolution | undefined
  let track: Track<State> | undefined
  return (state: StrategyState<State>, bar: Bar, params: Params): Track<State> => {
    if (track !== undefined && of === state && symbol === bar.symbol && resolution === bar.resolution)
      return track
    of = state
    symbol = bar.symbol
    resolution = bar.resolution
    // Own keys only: a symbol may be called `constructor`.
    let tracks = Object.hasOwn(state.symbols, symbol) ? state.symbols[symbol] : undefined
    if (tracks === undefined) {
      tracks = {}
      state.symbols[symbol] = tracks
    }
    track = tracks[resolution]
    if (track === undefined) {
      track = { end: Number.MIN_SAFE_INTEGER, state: definition.initial(params) }
      tracks[resolution] = track
    }
    return track
  }
}

/** Core says in whose name. */
function toRequest({ limit, orderId, quantity, stop, trail }: NewTerms, tick: Price): Draft {
  const payload: Mutable<EventPayloads['order/amend_requested']> = {
    orderId,
    principal: '',
    reason: 'as its strategy says',
  }
  if (limit !== undefined) payload.limitPrice = toText(limit, tick)
  if (stop !== undefined) payload.stopPrice = toText(stop, tick)
  if (trail !== undefined) payload.trail = toText(trail, tick)
  if (quantity !== undefined) payload.quantity = formatQuantity(quantity)
  return { type: 'order/amend_requested', payload }
}

function toText(price: Price, tick: Price): string {
  return formatPrice(roundTo(Math.round(price), tick))
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Members are added one by one: spreading optional ones took longer than all the rest of a strategy. */
function toPattern(
  name: string,
  advice: Advice,
  bar: Bar,
  sizing: Sizing | undefined,
  world: World,
): Pattern {
  const { action, direction, confidence = CONFIDENCE, terms, evidence = {} } = advice
  const { symbol, close } = bar
  const price = formatPrice(close)
  const pattern: Mutable<Pattern> = { symbol, direction, pattern: name, confidence, price, action, evidence }
  if (sizing !== undefined) pattern.sizing = sizing
  if (terms !== undefined) pattern.terms = terms
  const legs = action === 'enter' ? toLegs(advice, world.instrument(symbol).tick) : undefined
  if (legs !== undefined) pattern.legs = legs
  return pattern
}

function toLegs({ stop, targets, trail }: Advice, tick: Price): Legs | undefined {
  if (stop === undefined && targets === undefined) return undefined
  const text = (price: Price) => toText(price, tick)
  const legs: Mutable<Legs> = {}
  if (stop !== undefined)
    legs.stopLoss = trail === undefined ? { price: text(stop) } : { price: text(stop), trail: text(trail) }
  if (targets !== undefined)
    legs.targets = targets.map(({ price, portion }) => ({
      price: text(price),
      portion: formatDecimal(Math.round(portion * 1e8), 8),
    }))
  return legs
}
