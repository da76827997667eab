/**
 * The format of a scenario: an account at an instant, and what is asked of the gate from there on.
 *
 * parse.ts reads files with it, core/http a body; docs/scenario.schema.json is made of it, so its
 * descriptions are what an editor shows. An order is taken as it stands, right or wrong: judging it is the
 * gate's task.
 */

import * as v from 'valibot'
import { parseRatio } from './amount.ts'
import {
  anyAmount,
  cash,
  fields,
  many,
  modeName,
  orderType,
  positive,
  ratio,
  sayable,
  seconds,
  shares,
  side,
  signed,
  symbol,
  text,
  time,
  timeInForce,
  told,
  unsigned,
  volume,
} from './fields.ts'

export const STEPS_MAX = 1_000
/** For people; they have no effect. */
const remarks = {
  name: v.exactOptional(text),
  description: v.exactOptional(v.string()),
  comment: v.exactOptional(v.string()),
}

const AccountSchema = v.strictObject({
  kind: told(v.exactOptional(v.picklist(['backtest', 'paper', 'live']), 'paper'), 'Default paper.'),
  equity: told(cash, 'At `clock`, positions at their marks included.'),
  dayStartEquity: told(
    v.exactOptional(cash),
    'When the account’s day began; default `equity` less deposits.',
  ),
  netDeposits: told(v.exactOptional(cash, '0'), 'Paid in since the day began.'),
})

const InstrumentSchema = v.strictObject({
  symbol,
  kind: v.exactOptional(v.picklist(['equity', 'fund', 'index', 'crypto']), 'equity'),
  venue: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Z0-9]{1,12}$/, 'wants a venue code')), 'XNYS'),
  tick: v.exactOptional(positive, '0.01'),
  lot: v.exactOptional(positive, '1'),
  multiplier: v.exactOptional(v.pipe(anyAmount, v.transform(Number), v.integer(), v.minValue(1)), 1),
  floatShares: v.exactOptional(shares),
  adv20: v.exactOptional(shares),
  shortable: v.exactOptional(v.boolean()),
})

export const MarketSchema = v.strictObject({
  symbol,
  bid: v.exactOptional(positive),
  ask: v.exactOptional(positive),
  last: told(v.exactOptional(positive), 'A trade; beside bid and ask it happened a millisecond earlier.'),
  ageSeconds: told(v.exactOptional(seconds, 0), 'Of the observation; below zero it lies in the future.'),
  volume60s: v.exactOptional(volume),
  volume300s: v.exactOptional(volume),
  volume600s: v.exactOptional(volume),
  move300s: told(v.exactOptional(ratio), 'Signed ratio: 0.01 = 1 % up in 300 s.'),
  medianMove300s: told(v.exactOptional(ratio), 'Ratio: the usual size of a 5-minute move.'),
  source: told(v.exactOptional(text, 'feed'), 'Registered in `lists.sources`, or not.'),
  isBar: told(v.exactOptional(v.boolean(), false), '`last` is the close of a one-minute bar.'),
})

const StopSchema = v.strictObject({ id: v.exactOptional(text), quantity: positive, price: positive })
const PositionSchema = v.strictObject({
  symbol,
  quantity: told(signed, 'Signed: below zero it is short.'),
  averagePrice: told(v.exactOptional(positive), 'Default the mark.'),
  stops: told(v.exactOptional(many(StopSchema)), 'Absent = covered; [] = none.'),
})

const WorkingSchema = v.strictObject({
  id: text,
  symbol,
  side,
  type: v.exactOptional(orderType, 'limit'),
  quantity: positive,
  limitPrice: v.exactOptional(positive),
  stopPrice: v.exactOptional(positive),
  trail: told(v.exactOptional(positive), 'Of a trailing_stop: its distance from the market.'),
  timeInForce: v.exactOptional(timeInForce),
  strategy: v.exactOptional(text, 'manual'),
  role: told(
    v.exactOptional(v.picklist(['entry', 'exit', 'stop', 'target'])),
    'Default: what the position makes of it; a stop order on the closing side protects.',
  ),
  group: told(v.exactOptional(text), 'Of one strategy, symbol and side: only one of them fills (OCO).'),
})

const PauseSchema = v.union(
  [text, v.record(v.string(), v.string())],
  'wants "agent:NAME", "symbol:X", "strategy:S", or an object such as {"symbol": "X"}',
)
const VenueSchema = v.strictObject({
  cancel: v.exactOptional(v.boolean(), true),
  closing: v.exactOptional(v.picklist(['both', 'buy', 'sell']), 'both'),
})
const ListsSchema = v.strictObject({
  restricted: told(v.exactOptional(v.nullable(many(text)), []), 'null = never loaded.'),
  sources: told(v.exactOptional(v.record(v.string(), text), { feed: 'licensed' }), 'Class by source.'),
  paused: v.exactOptional(many(PauseSchema), []),
  lease: v.exactOptional(v.picklist(['held', 'lost']), 'held'),
  audit: v.exactOptional(v.picklist(['current', 'lagged']), 'current'),
  seal: v.exactOptional(v.picklist(['whole', 'broken']), 'whole'),
  drill: told(v.exactOptional(v.boolean(), true), 'A halt drill passed since boot.'),
  venues: told(v.exactOptional(v.record(v.string(), VenueSchema), {}), 'By code; as in the configuration.'),
  issuers: told(v.exactOptional(v.record(v.string(), text), {}), 'Group of a symbol’s issuer.'),
  consents: v.exactOptional(many(v.strictObject({ subject: text, scope: text, expires: time })), []),
  sinks: told(v.exactOptional(v.record(v.string(), many(text)), {}), 'Field classes that each may be given.'),
})

const happened = { at: time, ...remarks }
/** Loose: what a history says beside these has no effect. */
const HistorySchema = v.variant('type', [
  v.looseObject({
    ...happened,
    type: v.literal('publication'),
    symbol,
    side: v.exactOptional(side),
    channel: v.exactOptional(text, 'telegram'),
  }),
  v.looseObject({
    ...happened,
    type: v.literal('order_ended'),
    symbol,
    side,
    price: v.exactOptional(positive),
    quantity: positive,
    filled: v.exactOptional(v.union([v.boolean(), unsigned]), '0'),
    strategy: v.exactOptional(text, 'manual'),
  }),
  v.looseObject({
    ...happened,
    type: v.literal('fill'),
    symbol,
    side,
    price: positive,
    quantity: positive,
    aggressive: v.exactOptional(v.boolean(), false),
    strategy: v.exactOptional(text, 'manual'),
  }),
  v.looseObject({ ...happened, type: v.literal('deposit'), amount: cash }),
  v.looseObject({ ...happened, type: v.literal('realised'), amount: cash }),
  v.looseObject({ ...happened, type: v.literal('fee'), amount: cash }),
  v.looseObject({
    ...happened,
    type: v.literal('client_order'),
    symbol,
    side,
    quantity: v.exactOptional(positive, '1'),
    limitPrice: v.exactOptional(positive),
    price: v.exactOptional(positive),
    filled: v.exactOptional(v.union([v.boolean(), unsigned]), false),
    id: v.exactOptional(text),
    expires: v.exactOptional(time),
  }),
  v.looseObject({
    ...happened,
    type: v.literal('split'),
    symbol,
    ratio: v.pipe(
      v.union([v.number(), v.string()]),
      v.check((value) => parseRatio(value) !== undefined, 'wants a ratio such as "4", "4:1" or 0.25'),
    ),
  }),
])

const NearestSchema = v.union([anyAmount, v.record(v.string(), v.unknown())])
const ExpectSchema = v.strictObject({
  ...remarks,
  allowed: v.exactOptional(v.boolean()),
  deniedBy: told(v.exactOptional(many(text)), 'The exact set of denying rules.'),
  unknown: v.exactOptional(many(text)),
  held: v.exactOptional(many(text)),
  limits: told(v.exactOptional(many(text)), 'The exact set of limits beside the rules that refuse.'),
  cancelFirst: v.exactOptional(many(text)),
  nearest: told(v.exactOptional(v.nullable(NearestSchema)), 'A quantity, or members of the nearest order.'),
  mode: told(v.exactOptional(modeName), 'After the step.'),
})

/** Loose: what it says beside these is believed by nobody. */
const RequestSchema = v.looseObject({
  action: v.string(),
  subject: v.exactOptional(text),
  scope: v.exactOptional(text),
  sink: v.exactOptional(text),
  fields: v.exactOptional(fields),
  limit: v.exactOptional(text),
  until: v.exactOptional(time),
  second: v.exactOptional(text),
  signature: v.exactOptional(text),
  reason: v.exactOptional(text),
  principal: told(v.exactOptional(text), 'Who stands behind it; default nobody.'),
})

const PatternSchema = v.strictObject({
  pattern: v.exactOptional(text, 'scenario'),
  confidence: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 1),
  atr: v.exactOptional(positive),
})

const KINDS = ['order', 'cancel', 'modify', 'market', 'publish', 'request'] as const
const StepSchema = v.pipe(
  v.strictObject({
    ...remarks,
    at: told(v.exactOptional(time), 'Advances the clock.'),
    id: told(v.exactOptional(text), 'Of the order, when it is allowed; default step1, step2 …'),
    order: told(v.exactOptional(sayable), 'As in POST /v1/orders; nothing in it need be right.'),
    cancel: v.exactOptional(v.strictObject({ id: text })),
    modify: v.exactOptional(v.strictObject({ id: text, stopPrice: v.unknown() })),
    market: v.exactOptional(v.union([MarketSchema, many(MarketSchema)])),
    publish: v.exactOptional(
      v.looseObject({ symbol, side: v.exactOptional(side), channel: v.exactOptional(text, 'telegram') }),
    ),
    request: told(v.exactOptional(RequestSchema), 'A data or rule-change action.'),
    fill: told(v.exactOptional(v.boolean(), false), 'An allowed order fills at its limit.'),
    proposer: v.exactOptional(v.picklist(['agent', 'person']), 'agent'),
    agent: v.exactOptional(text, 'kenny'),
    hops: told(v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0)), 4), 'Since the last input.'),
    pattern: told(
      v.exactOptional(v.nullable(PatternSchema)),
      'That an agent’s order stands on; default a certain one, null = none.',
    ),
    signal: told(v.exactOptional(v.record(v.string(), v.unknown())), 'What a signal from outside said.'),
    cause: told(
      v.exactOptional(v.picklist(['market', 'none'])),
      'What an agent’s order follows from; absent = transparent_reasoning is not asked.',
    ),
    approved: told(v.exactOptional(v.boolean(), false), 'An operator approved this very order.'),
    expect: v.exactOptional(ExpectSchema),
  }),
  v.check(
    (step) => KINDS.filter((kind) => step[kind] !== undefined).length === 1,
    `wants one of ${KINDS.join(', ')}`,
  ),
)

export const ScenarioSchema = v.strictObject({
  ...remarks,
  $schema: v.exactOptional(v.string()),
  clock: told(time, 'RFC 3339 with Z: the instant that all that follows describes.'),
  mode: told(v.exactOptional(modeName, 'active'), 'When the first step begins.'),
  account: AccountSchema,
  instruments: v.exactOptional(many(InstrumentSchema), []),
  market: v.exactOptional(many(MarketSchema), []),
  positions: v.exactOptional(many(PositionSchema), []),
  working: v.exactOptional(many(WorkingSchema), []),
  lists: v.exactOptional(ListsSchema, {}),
  history: v.exactOptional(many(HistorySchema), []),
  steps: v.pipe(
    v.array(StepSchema),
    v.minLength(1, 'wants one step or more'),
    v.maxLength(STEPS_MAX, `wants at most ${STEPS_MAX} steps`),
  ),
})

export type Scenario = v.InferOutput<typeof ScenarioSchema>
export type Step = Scenario['steps'][number]
export type Expectation = NonNullable<Step['expect']>
export type Happening = Scenario['history'][number]
export type Observation = Scenario['market'][number]
