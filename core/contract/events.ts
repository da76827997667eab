/** The catalogue of events: every type, its payload, and the frame that carries it. */

import type { Bar, MarketChunk, Quote, Trade } from './market.ts'
import type { Amendment, Fill, Order, Side, WorkingOrder } from './orders.ts'
import type {
  ActionRequest,
  ActionVerdict,
  Decision,
  Identity,
  Mode,
  Pattern,
  Plan,
  Signal,
} from './proposals.ts'
import type { Decimal, Json, TimeMs } from './units.ts'

export interface EventPayloads {
  // Rows of a chunk: dispatched one by one, journaled together as market/chunk.
  'market/bar': Bar
  'market/trade': Trade
  'market/quote': Quote
  'market/chunk': MarketChunk
  // Inputs: what enters from outside, journaled before anything follows from it.
  'signal/received': { readonly [key: string]: Json | undefined }
  'order/requested': { readonly order: Order; readonly principal: string; readonly reason: string }
  'order/cancel_requested': { readonly orderId: string; readonly principal: string; readonly reason: string }
  /** New terms for a working order; judged before a broker hears of it. A strategy may ask for its own. */
  'order/amend_requested': Amendment & { readonly principal: string; readonly reason: string }
  /**
   * A data action, a request to change rules, or anything else that is no order: judged and answered, never
   * obeyed.
   */
  'action/requested': ActionRequest & { readonly principal: string }
  'clock/ticked': Record<string, never>
  'lease/lost': { readonly reason: string }
  'lease/renewed': Record<string, never>
  'mode/requested': { readonly mode: Mode; readonly principal: string; readonly reason: string }
  /** Begins every boot of a paper or live run: what holds "since boot" starts anew. */
  'box/booted': { readonly reason: string }
  /** `key` is `agent:NAME`, `symbol:X` or `strategy:S`. */
  'pause/requested': {
    readonly key: string
    readonly paused: boolean
    readonly principal: string
    readonly reason: string
  }
  /** Taking a symbol off the list loosens, so it names a second person. */
  'restriction/requested': {
    readonly symbol: string
    readonly restricted: boolean
    readonly principal: string
    readonly second?: string
    readonly reason: string
  }
  /** `key` is a triple `strategy|symbol|side`, or `day_loss`. */
  'latch/rearmed': { readonly key: string; readonly principal: string; readonly reason: string }
  'approval/decided': {
    readonly decisionId: string
    readonly orderHash: string
    readonly approved: boolean
    readonly principal: string
    readonly reason: string
  }
  /** Lifts one operational limit (`order_notional`, `overlay:ETH-001`) until a time; never one of the 26. */
  'override/granted': {
    readonly limit: string
    readonly until: TimeMs
    readonly principal: string
    readonly second: string
    readonly reason: string
  }
  'override/revoked': { readonly limit: string; readonly principal: string; readonly reason: string }
  'drill/passed': { readonly principal: string; readonly reason: string }
  /** ARK told the world about a symbol: nothing trades it for a while. */
  'publication/made': {
    readonly symbol: string
    readonly side?: Side
    readonly channel: string
    readonly principal: string
  }
  /** A client's order, which no proprietary order may overtake. */
  'client_order/registered': {
    readonly clientOrderId: string
    readonly symbol: string
    readonly side: Side
    readonly quantity: Decimal
    readonly limitPrice?: Decimal
    readonly expires?: TimeMs
    readonly principal: string
  }
  'client_order/ended': {
    readonly clientOrderId: string
    readonly principal: string
    readonly reason: string
  }
  'consent/recorded': {
    readonly subject: string
    readonly scope: string
    readonly expires: TimeMs
    readonly principal: string
  }
  'consent/withdrawn': { readonly subject: string; readonly scope: string; readonly principal: string }
  /** A deposit (above zero) or a withdrawal. */
  'cash/moved': { readonly amount: Decimal; readonly principal: string; readonly reason: string }
  /** One share becomes `numerator` ÷ `denominator`. */
  'split/applied': {
    readonly symbol: string
    readonly numerator: number
    readonly denominator: number
    readonly principal: string
    readonly reason: string
  }
  /** Cash for each unit held, paid by whoever is short. */
  'dividend/paid': {
    readonly symbol: string
    readonly amount: Decimal
    readonly principal: string
    readonly reason: string
  }
  /** A venue stops or resumes trading in a symbol: orders wait meanwhile. */
  'symbol/halted': { readonly symbol: string; readonly halted: boolean; readonly reason: string }
  'audit/lagged': { readonly reason: string }
  'audit/recovered': Record<string, never>
  'plugin/isolated': { readonly plugin: string; readonly reason: string }
  'plugin/restored': { readonly plugin: string; readonly principal: string; readonly reason: string }
  'instrument/registered': {
    readonly instrument: { readonly [key: string]: Json | undefined }
    readonly principal: string
  }
  'identity/created': {
    readonly id: string
    readonly roles: readonly string[]
    readonly tokenHash: string
    readonly by: string
  }
  'identity/revoked': { readonly id: string; readonly by: string }
  'identity/attested': {
    readonly runId: string
    readonly digest: string
    readonly publicKey: string
    readonly signature: string
  }
  'verdict/verified': { readonly decisionId: string; readonly agreed: boolean; readonly why: string }
  'fill/reconciled': { readonly orderId: string; readonly agreed: boolean; readonly why: string }
  'run/started': RunStarted
  'run/ended': { readonly runId: string; readonly reason: string; readonly decisionDigest: string }
  // Derived: what follows.
  'signal/accepted': Signal
  'signal/refused': { readonly code: string; readonly reason: string }
  'pattern/recognised': Pattern
  'plan/proposed': Plan
  'plan/dropped': { readonly reason: string }
  'identity/confirmed': Identity
  'decision/approved': Decision
  'decision/denied': Decision
  'decision/held': Decision
  /**
   * A next-open order judged once more at that open, under its first id; denied, it is taken back unfilled.
   */
  'decision/reviewed': Decision
  'order/submitted': { readonly orderId: string; readonly order: Order; readonly intent: 'open' | 'exit' }
  'order/throttled': { readonly orderId: string; readonly reason: string }
  'order/accepted': WorkingOrder
  'order/filled': Fill
  'order/rejected': { readonly orderId: string; readonly code: string; readonly reason: string }
  'order/cancelled': { readonly orderId: string; readonly remaining: Decimal; readonly reason: string }
  /** The gate allowed an amendment; a broker acts on this and on nothing earlier. */
  'order/amended': Amendment
  'action/judged': ActionVerdict
  /** A position has had no covering stop for too long: the box reduces and an emergency stop is proposed. */
  'position/uncovered': { readonly symbol: string; readonly quantity: Decimal }
  'position/covered': { readonly symbol: string }
  /** An account-wide bound was crossed, or is kept again: `day_loss` or `leverage`. */
  'account/strained': { readonly cause: 'day_loss' | 'leverage'; readonly reason: string }
  'account/eased': { readonly cause: 'day_loss' | 'leverage' }
  /** HRM's circuit breakers; `until` is absent where only an event ends it. */
  'breaker/tripped': {
    readonly breaker: string
    readonly action: string
    readonly reason: string
    readonly until?: TimeMs
    /** Of a cut in sizes. */
    readonly factor?: number
  }
  'breaker/reset': { readonly breaker: string; readonly reason: string }
  'permit/lapsed': { readonly orderId: string; readonly reason: string }
  'mode/changed': {
    readonly mode: Mode
    readonly was: Mode
    readonly reason: string
    readonly principal: string
  }
}

export interface RunStarted {
  readonly runId: string
  readonly kind: RunKind
  readonly seed: string
  readonly buildDigest: string
  readonly rulesetDigest: string
  readonly configDigest: string
  readonly publicKey: string
  readonly previousSeq: number
  readonly openingCash: Decimal
  /** A backtest whose gate judges and records, and does not block. */
  readonly ungoverned?: true
}

/**
 * backtest: history, lease and audit freshness do not apply. paper: wall clock, simulated broker. live: a
 * real broker.
 */
export type RunKind = 'backtest' | 'paper' | 'live'

export type EventType = keyof EventPayloads
export type RowType = 'market/bar' | 'market/trade' | 'market/quote'

export interface EventOf<T extends EventType> {
  readonly type: T
  /** The only order there is: contiguous from 1. A market row carries the seq of its chunk. */
  readonly seq: number
  /** Plugin that emitted it, or `core`. */
  readonly source: string
  readonly time: TimeMs
  /** 32 hex. Empty on a market row until something follows from it. */
  readonly traceId: string
  /** 0 for an input without a cause. */
  readonly causeSeq: number
  /** Row inside the chunk `causeSeq`, or of a market row inside its own chunk. */
  readonly causeRow?: number
  /** Derivation steps since the last external input; 0 = it is an input. */
  readonly hop: number
  readonly payload: EventPayloads[T]
}

export type ArkEvent = { [T in EventType]: EventOf<T> }[EventType]

/** What an agent returns: core stamps seq, time, trace and cause. */
export type Draft = { [T in EventType]: { readonly type: T; readonly payload: EventPayloads[T] } }[EventType]
