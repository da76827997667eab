/**
 * Text → Config: one file plus environment variables, checked whole before anything starts, all findings at
 * once with their paths.
 */

import * as v from 'valibot'
import { SYMBOL } from './book/instruments.ts'
import type { Instrument } from './contract.ts'
import { ArkError } from './errors.ts'
import { parseCash, parsePrice, parseQuantity, parseVolume, QUANTITY_SCALE, VOLUME_SCALE } from './math.ts'

const decimal = v.pipe(
  v.string(),
  v.regex(/^\d{1,15}(\.\d{1,8})?$/, 'wants a plain decimal text such as "0.01"'),
)
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))
const symbol = v.pipe(v.string(), v.regex(SYMBOL, 'wants 1 to 20 of A-Z 0-9 . _ -'))
const sourceClass = v.picklist(['public', 'licensed', 'private'])

export const InstrumentSchema = v.strictObject({
  symbol,
  kind: v.picklist(['equity', 'fund', 'index', 'crypto']),
  venue: v.pipe(v.string(), v.regex(/^[A-Z0-9]{1,12}$/, 'wants a venue code')),
  tick: decimal,
  lot: decimal,
  multiplier: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
  floatShares: v.optional(decimal),
  adv20: v.optional(decimal),
  shortable: v.optional(v.boolean()),
})

const HttpSchema = v.strictObject({
  host: v.optional(v.string(), '127.0.0.1'),
  port: v.optional(port, 8_000),
  metricsPort: v.optional(port, 9_090),
  /** Requests a second and token. */
  ratePerToken: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 200),
  behindProxy: v.optional(v.boolean(), false),
})

export const ConfigSchema = v.strictObject({
  account: v.optional(v.strictObject({ openingCash: v.optional(decimal, '100000') }), {}),
  http: v.optional(HttpSchema, {}),
  /** Inputs that may wait; a full queue answers 503. */
  queueCapacity: v.optional(v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(65_536)), 1_024),
  instruments: v.optional(v.array(InstrumentSchema), []),
  /** Symbols that nothing may open: rule 1. */
  restricted: v.optional(v.array(symbol), []),
  /** Registered class of each market data source; others are refused for openings. */
  sources: v.optional(v.record(v.string(), sourceClass), {}),
  /** Settings by plugin name. */
  plugins: v.optional(v.record(v.string(), v.unknown()), {}),
})

export type ConfigInput = v.InferInput<typeof ConfigSchema>
export type Config = v.InferOutput<typeof ConfigSchema>

/** Sources that ARK itself brings. */
export const BUILT_IN_SOURCES = {
  sp500: 'public',
  'feed-synthetic': 'public',
  intake: 'public',
  person: 'public',
  file: 'licensed',
} as const

/** Throws CONFIG_INVALID with one line a finding: path, what was wanted, what was there. */
export function parseConfig(text: string, where: string): Config {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    throw new ArkError(
      'CONFIG_INVALID',
      where,
      `${where} is not JSON: ${error instanceof Error ? error.message : ''}`,
    )
  }
  return checkConfig(raw, where)
}

export function checkConfig(raw: unknown, where: string): Config {
  const result = v.safeParse(ConfigSchema, raw)
  if (result.success) return result.output
  const findings = result.issues.map((issue) => `${v.getDotPath(issue) ?? '(whole file)'}: ${issue.message}`)
  throw new ArkError('CONFIG_INVALID', where, findings.join('; '))
}

/** Throws CONFIG_INVALID when an amount leaves its range. */
export function toInstrument(input: v.InferOutput<typeof InstrumentSchema>): Instrument {
  const { floatShares, adv20, shortable } = input
  const instrument = {
    symbol: input.symbol,
    kind: input.kind,
    venue: input.venue,
    tick: parsePrice(input.tick),
    lot: parseQuantity(input.lot),
    multiplier: input.multiplier,
    ...(floatShares === undefined ? {} : { floatShares: toFloatShares(floatShares) }),
    ...(adv20 === undefined ? {} : { adv20: parseVolume(adv20) }),
    ...(shortable === undefined ? {} : { shortable }),
  }
  const amounts = [instrument.tick, instrument.lot, instrument.floatShares ?? 1, instrument.adv20 ?? 1]
  if (amounts.some((amount) => !(amount > 0))) {
    throw new ArkError(
      'CONFIG_INVALID',
      `instruments.${input.symbol}`,
      'tick, lot, floatShares and adv20 must be positive and in range.',
    )
  }
  return instrument
}

/**
 * More than 90 million shares leave the 1e-8 scale; the rules ask only whether it is under 20 million, so
 * larger floats are capped.
 */
function toFloatShares(text: string): number {
  const units = parseVolume(text)
  return Number.isNaN(units)
    ? units
    : Math.min(Number.MAX_SAFE_INTEGER, units * (QUANTITY_SCALE / VOLUME_SCALE))
}

/** Throws CONFIG_INVALID when it leaves the range of cash or is finer than a millionth. */
export function openingCashOf(config: Config): number {
  const cash = parseCash(config.account.openingCash ?? '100000')
  if (cash > 0) return cash
  throw new ArkError(
    'CONFIG_INVALID',
    'account.openingCash',
    'account.openingCash must be positive, with at most 6 decimals and below 9 billion.',
  )
}
