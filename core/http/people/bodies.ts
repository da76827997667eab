/** The bodies of what people do. Each carries its reason where the event that it becomes has room for one. */

import * as v from 'valibot'
import { parseTime } from '../../time.ts'
import { decimal } from '../amounts.ts'
import { ReasonSchema, strategy, symbol } from '../bodies.ts'

const { reason } = ReasonSchema.entries
const side = v.picklist(['buy', 'sell'])
const name = (what: string) =>
  v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,63}$/, `wants ${what}`))
const word = name('1 to 64 letters, digits, . _ : / -')

/** RFC 3339 with Z, as integer milliseconds. */
export const time = v.pipe(
  v.string(),
  v.metadata({ format: 'date-time' }),
  v.rawTransform(({ dataset, addIssue, NEVER }): number => {
    const value = dataset.value.includes('T') ? parseTime(dataset.value) : Number.NaN
    if (Number.isSafeInteger(value)) return value
    addIssue({ message: 'wants a time such as "2026-03-01T12:00:00Z"' })
    return NEVER
  }),
)

export const HaltBody = v.strictObject({ reason, flatten: v.exactOptional(v.boolean()) })

/** Exactly one of the three. */
export const PauseBody = v.pipe(
  v.strictObject({
    agent: v.exactOptional(name('the name of an agent')),
    symbol: v.exactOptional(symbol),
    strategy: v.exactOptional(strategy),
    reason,
  }),
  v.check(
    (body) => [body.agent, body.symbol, body.strategy].filter((each) => each !== undefined).length === 1,
    'wants one of agent, symbol and strategy',
  ),
)

export const RestrictBody = v.strictObject({ symbol, reason })

export const RearmBody = v.union(
  [
    v.strictObject({ strategy, symbol, side, reason }),
    v.strictObject({ latch: v.picklist(['day_loss']), reason }),
  ],
  'wants strategy, symbol, side and reason, or latch "day_loss" and reason',
)

export const FlattenBody = v.strictObject({ symbol: v.exactOptional(symbol), reason })

const TERMS = {
  quantity: v.exactOptional(decimal(8, 'zero or more')),
  limitPrice: v.exactOptional(decimal(8, 'above zero')),
  stopPrice: v.exactOptional(decimal(8, 'above zero')),
  trail: v.exactOptional(decimal(8, 'above zero')),
}
/** One new term or more. */
export const AmendBody = v.pipe(
  v.strictObject({ ...TERMS, reason }),
  v.check(
    (body) => Object.keys(body).some((name) => name !== 'reason'),
    'wants one or more of quantity, limitPrice, stopPrice and trail',
  ),
)

export const DecideBody = v.strictObject({ approve: v.boolean(), reason })

const SECONDS_MAX = 24 * 60 * 60

/** Until when, or for how long; a day at most, so that no override is forgotten. */
export const OverrideBody = v.pipe(
  v.strictObject({
    limit: word,
    until: v.exactOptional(time),
    untilSeconds: v.exactOptional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1, 'wants 1 to 86400 seconds'),
        v.maxValue(SECONDS_MAX, 'wants 1 to 86400 seconds'),
      ),
    ),
    reason,
  }),
  v.check(
    ({ until, untilSeconds }) => (until === undefined) !== (untilSeconds === undefined),
    'wants one of until and untilSeconds',
  ),
)
export const OVERRIDE_MS_MAX = SECONDS_MAX * 1_000
export const RevokeBody = v.strictObject({ limit: word, reason })

export const PublicationBody = v.strictObject({ symbol, side: v.exactOptional(side), channel: word })
export const ClientOrderBody = v.strictObject({
  clientOrderId: word,
  symbol,
  side,
  quantity: decimal(8, 'above zero'),
  limitPrice: v.exactOptional(decimal(8, 'above zero')),
  expires: v.exactOptional(time),
})
export const ConsentBody = v.strictObject({ subject: word, scope: word, expires: time })
export const WithdrawBody = v.strictObject({ subject: word, scope: word })
export const CashBody = v.strictObject({ amount: decimal(6, 'not zero'), reason })

const RATIO = /^([1-9]\d{0,3}):([1-9]\d{0,3})$/
/** "2:1" = two shares for each one held. */
export const SplitBody = v.strictObject({
  symbol,
  ratio: v.pipe(
    v.string(),
    v.regex(RATIO, 'wants a ratio such as "2:1"'),
    v.transform((text) => {
      const [numerator = 1, denominator = 1] = text.split(':').map(Number)
      return { numerator, denominator }
    }),
    v.check(({ numerator, denominator }) => numerator !== denominator, 'changes nothing'),
  ),
  reason,
})

/** For each unit held; 8 decimals, as prices have. */
export const DividendBody = v.strictObject({ symbol, amount: decimal(8, 'above zero'), reason })
export const TradingHaltBody = v.strictObject({ symbol, halted: v.boolean(), reason })

const text = (max: number) =>
  v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(max, `wants at most ${max} characters`))

/** `second` is never taken from a body: nobody names his own witness. */
export const ActionBody = v.strictObject({
  action: text(64),
  subject: v.exactOptional(text(128)),
  scope: v.exactOptional(text(128)),
  sink: v.exactOptional(text(128)),
  fields: v.exactOptional(
    v.pipe(
      v.array(v.strictObject({ name: text(128), class: v.picklist(['public', 'personal', 'secret']) })),
      v.maxLength(256, 'wants at most 256 fields'),
    ),
  ),
  payload: v.exactOptional(v.unknown()),
  limit: v.exactOptional(text(128)),
  until: v.exactOptional(time),
  signature: v.exactOptional(text(512)),
  reason: v.exactOptional(text(500)),
})
