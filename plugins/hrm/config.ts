/**
 * HRM's settings. They may only tighten: a value looser than the default is refused, and so is a ruleset that
 * loosens the built-in one. Shares are fractions: 0.03 is 3 %.
 */

import * as v from 'valibot'
import { type CompiledRuleset, compile } from './compile.ts'
import { readRuleset } from './format.ts'
import { BUILT_IN, BUILT_IN_FILE } from './ruleset.ts'
import { createRuleset, tighten } from './tighten.ts'

/** Optional, above 0, and at most its own default. */
function upTo(loosest: number) {
  return v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(loosest)), loosest)
}

const symbol = v.pipe(v.string(), v.regex(/^[A-Z0-9][A-Z0-9._-]{0,19}$/, 'wants 1 to 20 of A-Z 0-9 . _ -'))

const fields = v.strictObject({
  /** Units in one opening order; crypto is bounded by its notional alone. */
  orderSizeMax: upTo(10_000),
  /** Account currency of one opening order. */
  orderNotionalMax: upTo(10_000),
  /** Through the market: equities, funds and indices. */
  collarAggressive: upTo(0.03),
  /** Through the market: crypto. */
  collarCrypto: upTo(0.02),
  /** Through the market, when the reference is a closed bar. */
  collarOnBars: upTo(0.05),
  /** Resting away from the market. */
  collarPassive: upTo(0.25),
  /** Either way, when the order closes a position. */
  collarExit: upTo(0.1),
  /** Share of equity that an opening may lose at its stop. */
  tradeRiskMax: upTo(0.02),
  /** Exits of one symbol in a minute: a strategy that flutters is stopped, a ladder is not. */
  exitsPerMinute: upTo(10),
  /** Released in the account's day, in multiples of equity. */
  turnoverMax: upTo(10),
  ordersPerDay: upTo(500),
  /** Sent to the broker; exits and cancels count. */
  messagesPerMinute: upTo(120),
  /** Sent at once; the bucket refills by 5 a second. */
  messageBurst: upTo(20),
  /** Time within which the same order on the same signal is a duplicate: longer is tighter. */
  duplicateMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(5_000), v.maxValue(86_400_000)), 5_000),
  /** Loss of the last 24 hours and of the last week, as shares of the equity before them. */
  lossDayMax: upTo(0.05),
  lossWeekMax: upTo(0.05),
  /** Symbols whose fall closes all longs, as far as the market tells them. */
  benchmark: v.optional(v.pipe(v.array(symbol), v.maxLength(16)), ['SPY', 'SPX', 'SP500']),
  /** Files that tighten the overlay, in order, as the runtime has read them. */
  rulesets: v.optional(v.array(v.strictObject({ file: v.string(), text: v.string() })), []),
})

export type HrmSettings = v.InferOutput<typeof fields>
export interface HrmConfig extends Omit<HrmSettings, 'rulesets'> {
  readonly overlay: CompiledRuleset
}

/** Read when it is first asked for, and then kept: it is never written to. */
let builtIn: ReturnType<typeof readRuleset> | undefined

export const hrmConfig = v.pipe(
  fields,
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }): HrmConfig => {
    const { rulesets, ...settings } = value
    const ruleset = createRuleset()
    builtIn ??= readRuleset(BUILT_IN_FILE, BUILT_IN)
    const files = [builtIn, ...rulesets.map(({ file, text }) => readRuleset(file, text))]
    const findings = files.flatMap((read, index) =>
      'input' in read ? tighten(ruleset, read, index === 0) : read,
    )
    for (const message of findings) addIssue({ message })
    return findings.length > 0 ? NEVER : { ...settings, overlay: compile(ruleset) }
  }),
)
