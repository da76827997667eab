/** The catalogue of events: every type, its payload, and the frame that carries it. */

import type { Bar, MarketChunk, Quote, Trade } from './market.ts'
import type { Fill, Order, WorkingOrder } from './orders.ts'
import type { Decision, Identity, Mode, Pattern, Plan, Signal } from './proposals.ts'
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
  'clock/ticked': Record<string, never>
  'lease/lost': { readonly reason: string }
  'lease/renewed': Record<string, never>
  'mode/requested': { readonly mode: Mode; readonly principal: string; readonly reason: string }
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
  'order/submitted': { readonly orderId: string; readonly order: Order; readonly intent: 'open' | 'exit' }
  'order/throttled': { readonly orderId: string; readonly reason: string }
  'order/accepted': WorkingOrder
  'order/filled': Fill
  'order/rejected': { readonly orderId: string; readonly code: string; readonly reason: string }
  'order/cancelled': { readonly orderId: string; readonly remaining: Decimal; readonly reason: string }
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
