/**
 * The door to the configuration: text → Config, checked whole before anything starts, all faults at once with
 * their paths.
 *
 * The runtimes read the file and the environment and hand both in; core/config/ holds the parts: schema,
 * variables, faults.
 */

import * as v from 'valibot'
import { type Fault, listFaults, schemaFaults, secretFaults, toConfigError } from './config/faults.ts'
import { type Config, ConfigSchema, type InstrumentSchema } from './config/schema.ts'
import type { Instrument } from './contract.ts'
import { ArkError, toMessage } from './errors.ts'
import { parseCash, parsePrice, parseQuantity, parseVolume, QUANTITY_SCALE, VOLUME_SCALE } from './math.ts'

export { type Fault, formatFault, listFaults, schemaFaults, toConfigError } from './config/faults.ts'
export { type Config, type ConfigInput, ConfigSchema, InstrumentSchema } from './config/schema.ts'

/** Sources that ARK itself brings. */
export const BUILT_IN_SOURCES = {
  sp500: 'public',
  'feed-synthetic': 'public',
  core: 'public',
  intake: 'public',
  person: 'public',
  validation: 'public',
  file: 'licensed',
} as const

/**
 * `ark validate` brings a market of its own through intake: this source, and instruments on this venue alone.
 */
export const VALIDATION = { source: 'validation', venue: 'VALIDATION' } as const

/** Throws CONFIG_INVALID with one line a fault: path, what was there, what was wanted. */
export function parseConfig(text: string, where: string): Config {
  return checkConfig(parseJson(text, where), where)
}

/** The same from what JSON.parse made. */
export function checkConfig(raw: unknown, where: string): Config {
  const { config, faults } = readConfig(raw)
  if (config !== undefined) return config
  throw toConfigError(faults, where)
}

/**
 * The configuration, or else every fault in it. Settings of plugins are checked by their own schemas later.
 */
export function readConfig(raw: unknown): { readonly config?: Config; readonly faults: readonly Fault[] } {
  const result = v.safeParse(ConfigSchema, raw)
  const found = [
    ...secretFaults(raw),
    ...listFaults(raw, ConfigSchema),
    ...(result.success ? [] : schemaFaults(result.issues, ConfigSchema)),
  ]
  const faults = firstOfEachPath(found)
  return result.success && faults.length === 0 ? { config: result.output, faults } : { faults }
}

/** What is wrong with a place is said once, and what is inside a misplaced list not at all. */
function firstOfEachPath(faults: readonly Fault[]): readonly Fault[] {
  return faults.filter(({ path }, index) =>
    faults.slice(0, index).every((earlier) => path !== earlier.path && !path.startsWith(`${earlier.path}.`)),
  )
}

/**
 * Throws CONFIG_INVALID. The host's own words are left out: some quote the text, and it may hold a secret.
 */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    const place = placeOf(text, /position (\d+)/.exec(toMessage(error))?.[1])
    throw new ArkError('CONFIG_INVALID', where, `${where} is not JSON${place}.`)
  }
}

function placeOf(text: string, position: string | undefined): string {
  if (position === undefined) return ''
  const before = text.slice(0, Number(position)).split('\n')
  return ` at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
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
