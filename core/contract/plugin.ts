/** What a plugin is: agent, overlay, service, broker, each an optional part. */

import type { ArkEvent, Draft, EventType } from './events.ts'
import type { Instrument, InstrumentKind } from './market.ts'
import type { OrderType, Side, WorkingOrder } from './orders.ts'
import type { CredentialDomain, Host, PortName } from './ports.ts'
import type { Pattern, Signal } from './proposals.ts'
import type { Cash, Price, Quantity, TimeMs, Volume } from './units.ts'
import type { World } from './world.ts'

/** Standard Schema v1 (standardschema.dev), as Valibot implements it. */
export interface Schema<Output> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[]
    }

export interface Plugin<State = unknown, Config = unknown> {
  /** Its folder. */
  readonly name: string
  /** semver; part of the build digest. */
  readonly version: string
  /** Refused at load when it is not ours. */
  readonly contract: 1
  /** It is shown nothing else. */
  readonly consumes: readonly EventType[]
  /** Checked on every emit. */
  readonly emits: readonly EventType[]
  /** Granted by name; anything else is absent at run time. */
  readonly needs: readonly PortName[]
  readonly config: Schema<Config>
  /** Whose credentials it may see; needed by a plugin that asks for the port `credentials`. */
  readonly credentials?: CredentialDomain
  readonly agent?: AgentPart<State, Config>
  readonly overlay?: OverlayPart<Config, State>
  readonly service?: ServicePart<Config>
  readonly broker?: BrokerPart<State, Config>
}

/** Decides: pure and synchronous, inline, trusted. No clock, no I/O, no randomness, no await. */
export interface AgentPart<State, Config> {
  readonly stateVersion: number
  /** Plain JSON: it is written to snapshots with JSON.stringify and handed back after JSON.parse. */
  initial(config: Config): State
  /**
   * May change its own state in place, nothing else. Return the shared NOTHING of core/math.ts when there is
   * nothing to say.
   */
  reduce(state: State, event: ArkEvent, config: Config, world: World): readonly Draft[]
}

/** Operational limits, judged beside the rules. Tighter only: it can deny, never allow what a rule denies. */
export interface OverlayPart<Config, State = unknown> {
  /** In the order of `report`'s index; a function where the configuration brings limits of its own. */
  readonly limits: readonly OperationalLimit[] | ((config: Config) => readonly OperationalLimit[])
  /** `state` is that of the plugin's agent part; read-only here. Undefined when it has none. */
  judge(order: OrderFacts, report: LimitReport, config: Config, state: Readonly<State> | undefined): void
}

export interface OperationalLimit {
  readonly name: string
  /**
   * Of observed and limit: integers of 1e-8 (quantity, ratio), of 1e-6 (cash), plain (count), 0 or 1 (flag).
   */
  readonly unit: 'quantity' | 'cash' | 'ratio' | 'count' | 'flag'
  /** What it says when it denies, in words. */
  readonly denies: string
}

/**
 * What the gate derived about an order; the same numbers the rules see. NaN = missing, Infinity = not
 * applicable.
 */
export interface OrderFacts {
  readonly symbol: string
  readonly kind: InstrumentKind
  readonly side: Side
  readonly type: OrderType
  readonly opening: boolean
  readonly quantity: Quantity
  readonly referencePrice: Price
  /** Limit or stop price of the order; NaN for a market order. */
  readonly orderPrice: Price
  readonly entryPrice: Price
  readonly stopPrice: Price
  readonly notional: Cash
  readonly equity: Cash
  readonly positionAfter: Quantity
  readonly shortable: boolean
  /** Exits of the symbol released in the last 60 s, without this one. */
  readonly exits60s: number
  /** True when the mark is a closed bar, not a quote or a trade. */
  readonly onBars: boolean
  readonly strategy: string
  /** Plugin that proposed it; empty for a person. */
  readonly agent: string
  readonly proposer: 'agent' | 'person'
  readonly now: TimeMs
  /** Worst case of the symbol with this order, at its dearest price. */
  readonly exposureAfter: Cash
  /** Σ w·s·(T − E) ÷ risk as an integer of 1e-8; NaN without stop or targets. */
  readonly rewardToRisk: number
  readonly averageVolume: Volume
  /** Released since the account's day began, without this one. */
  readonly turnoverToday: Cash
  readonly ordersToday: number
  /** What the broker may still be sent at once: a bucket of 20, refilled by 5 a second. */
  readonly messagesLeft: number
  readonly messages60s: number
  /**
   * Since the same strategy released the same symbol, side, type, quantity and price on the same signal;
   * Infinity when it did not.
   */
  readonly duplicateAgeMs: number
  /** True when the order would be executed in regular hours; always for crypto. */
  readonly inRegularHours: boolean
  /**
   * Of the equity at the beginning of the span, deposits set aside, as integers of 1e-8; a gain is negative.
   */
  readonly loss24h: number
  readonly lossWeek: number
  readonly lossToday: number
  /** What the proposal stands on; undefined for a person's order. */
  readonly setup: Setup | undefined
}

/** The pattern, and the outside signal if there was one, that an agent's order follows from: as journaled. */
export interface Setup {
  readonly pattern: Pattern | undefined
  readonly signal: Signal | undefined
}

/**
 * Called once per limit; `warns` = it lets pass and wants to be read. `observed` and `limit` are numbers in
 * the unit the limit documents; NaN observed = unknown = denied.
 */
export type LimitReport = (
  index: number,
  denies: boolean,
  observed: number,
  limit: number,
  warns?: boolean,
) => void

/** Touches the world; never decides. */
export interface ServicePart<Config> {
  readonly isolation?: 'inline' | 'process'
  start(host: Host, config: Config): Promise<RunningService>
}

export interface RunningService {
  /** A tap: called after the commit, in seq order, for the event types in `consumes`. */
  onEvent?(event: ArkEvent): void
  /** Called once after each commit, when all taps of that commit have run. */
  onCommit?(lastSeq: number): void
  readonly routes?: readonly Route[]
  stop(): Promise<void>
}

/** Mounted by core/http. `pattern` is a Hono path. `role` absent = open on loopback. */
export interface Route {
  readonly method: 'GET' | 'POST'
  readonly pattern: string
  readonly role?: Role
  /** Also served on the metrics port. */
  readonly metricsPort?: boolean
  handle(request: Request, params: Readonly<Record<string, string>>): Response | Promise<Response>
}

export type Role = 'viewer' | 'intake' | 'feed' | 'operator' | 'risk-officer' | 'admin'

/**
 * A broker that only simulates is a reducer inside the cycle; core hands it `order/submitted` after redeeming
 * the permit.
 */
export interface BrokerPart<State, Config> {
  /** What it cannot do; absent = it can. An order that cannot be cancelled needs an approval. */
  readonly cannot?: readonly 'cancel'[]
  readonly simulate: {
    readonly stateVersion: number
    initial(config: Config): State
    reduce(state: State, event: ArkEvent, config: Config, world: World): readonly Draft[]
    /** What a fill costs; pure. */
    fee?(config: Config, instrument: Instrument, price: Price, quantity: Quantity): Cash
    /** What it holds and works; pure. Held against the book when a build takes over another one's account. */
    view?(state: State): BrokerView
  }
}

export interface BrokerView {
  /** Signed, by symbol. */
  readonly positions: ReadonlyMap<string, Quantity>
  /** Each with the quantity that is left to fill. */
  readonly working: readonly WorkingOrder[]
}
