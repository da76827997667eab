/** What the agents hand on: signals, patterns, plans, identities, and the verdict on them. */

import type { Order } from './orders.ts'
import type { Decimal, Json } from './units.ts'

export type Direction = 'long' | 'short'
export type Mode = 'active' | 'reducing' | 'halted'

/**
 * A setup as somebody outside (HTTP) or Kyle himself sees it. Only symbol and direction have an effect on an
 * order.
 */
export interface Signal {
  readonly symbol: string
  readonly direction: Direction
  /** breakout, momentum, volume_anomaly, or `external` for a signal from intake. */
  readonly kind: string
  /** 0..1 */
  readonly confidence: number
  /** All that the sender said beside it, kept for the record and believed by nobody. */
  readonly metadata?: { readonly [key: string]: Json | undefined }
}

export interface Pattern {
  readonly symbol: string
  readonly direction: Direction
  readonly pattern: string
  /** 0..1 */
  readonly confidence: number
  /** Close of the bar (or last price) the pattern was seen on. */
  readonly price: Decimal
  readonly atr?: Decimal
  /** A price level that invalidates the pattern: a better stop than an ATR multiple. */
  readonly stopLevel?: Decimal
  /** A price level the pattern points to: a better target than a multiple of the risk. */
  readonly targetLevel?: Decimal
  /** `exit` closes what is held in the opposite direction's favour; default is an entry. */
  readonly action?: 'enter' | 'exit'
  /** How large; absent = Kenny sizes it by his own settings. */
  readonly sizing?: Sizing
  /** How it is sent; absent = by Kenny's settings. */
  readonly terms?: OrderTerms
  /**
   * Explicit legs. Kenny takes them as they are: what is wrong with them the gate says. Absent = he makes his
   * own.
   */
  readonly legs?: Legs
  /** Indicator values that were seen, by name. Evidence: floats are fine here. */
  readonly evidence: { readonly [name: string]: number }
}

/**
 * risk: lose at most this share of equity at the stop. fraction: be worth this share of equity. Both within
 * Kenny's caps. quantity: exactly so much. all-in: the largest number of lots whose cost and fee stay within
 * 0.9975 × equity, or that share of it, and within what other symbols leave. The last two are taken as they
 * are, and judged.
 */
export type Sizing =
  | { readonly kind: 'risk'; readonly fraction: number }
  | { readonly kind: 'fraction'; readonly fraction: number }
  | { readonly kind: 'quantity'; readonly quantity: Decimal }
  | { readonly kind: 'all-in'; readonly share?: number }

export type OrderTerms = Pick<
  Order,
  'type' | 'limitPrice' | 'stopPrice' | 'trail' | 'timeInForce' | 'group' | 'replaces'
>

export type Legs = Pick<Order, 'stopLoss' | 'targets'>

/** One plan = one order (with its attached children). */
export interface Plan {
  readonly planId: string
  readonly strategy: string
  readonly order: Order
  readonly intent: 'enter' | 'exit'
  readonly riskCash: Decimal
  readonly notes: readonly string[]
  /** Whom core proposes for; a plugin's own word here counts for nothing. */
  readonly principal?: string
}

/**
 * Who stands behind a proposal. The order is that of the event which caused it, so nobody can exchange it on
 * the way to the gate.
 */
export interface Identity {
  readonly planId: string
  readonly principal: string
  readonly kind: 'agent' | 'person'
  readonly strategy: string
}

export type RuleVerdict = 'allow' | 'deny' | 'held' | 'n/a' | 'unknown'

export interface RuleResult {
  readonly rule: string
  readonly verdict: RuleVerdict
  readonly severity: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW'
  readonly effect: string
  /** In the rule's own unit, as the rule's documentation states it; null when unknown or not applicable. */
  readonly observed: string | null
  readonly limit: string | null
  readonly margin: string | null
  readonly reason: string
}

export interface LimitResult {
  readonly limit: string
  readonly verdict: 'allow' | 'deny' | 'unknown'
  readonly observed: string | null
  readonly limitValue: string | null
  readonly reason: string
}

/**
 * The journaled verdict. `facts` is the whole input of the rules, in FACT_NAMES order and separated by
 * commas: a number, nothing when it is missing, `*` when it does not apply. `explain` re-computes the rest
 * from it.
 */
export interface Decision {
  readonly decisionId: string
  readonly ordinal: number
  readonly planId: string
  readonly principal: string
  readonly order: Order
  readonly orderHash: string
  readonly intent: 'open' | 'exit'
  readonly allowed: boolean
  /** A backtest that only observes: recorded as it is, and sent all the same. */
  readonly ungoverned?: true
  readonly deniedBy: readonly string[]
  readonly unknown: readonly string[]
  readonly held: readonly string[]
  readonly limitsDenied: readonly string[]
  /** Denying, unknown, held and near-limit rules whole; the others follow from `facts`. */
  readonly rules: readonly RuleResult[]
  /** Those that deny, those that only warn, and those that would deny and were lifted. */
  readonly limits: readonly LimitResult[]
  readonly facts: string
  readonly factsDigest: string
  readonly rulesetDigest: string
  readonly mode: Mode
}

/**
 * What is asked for beside orders, told by the words in its name: `share_data`, `store_data`, `export` and
 * the like are data actions, `write_log` writes a log, `change_rules`, `modify_graveyard` and `update_ethics`
 * ask to change the rules, `override` to lift a limit. Any other name is unknown, and denied as such.
 */
export interface ActionRequest {
  readonly action: string
  /** Whose data; a consent is looked up by subject and scope. */
  readonly subject?: string
  readonly scope?: string
  /** Where the payload would go; the configuration grants field classes by sink. */
  readonly sink?: string
  /** Field classes that the sender declares; what a scan of the payload finds is added to them. */
  readonly fields?: readonly { readonly name: string; readonly class: 'public' | 'personal' | 'secret' }[]
  readonly payload?: Json
  /** Of an override. */
  readonly limit?: string
  readonly until?: number
  readonly second?: string
  readonly signature?: string
  readonly reason?: string
}

export interface ActionVerdict {
  readonly action: string
  readonly principal: string
  readonly allowed: boolean
  readonly deniedBy: readonly string[]
  readonly unknown: readonly string[]
  /** Denying and unknown rules whole. */
  readonly rules: readonly RuleResult[]
  readonly facts: string
  readonly rulesetDigest: string
  /** Why not, where it does not even come to the rules. */
  readonly reason?: string
}
