/**
 * What the sender of a signal says of a fact, under each name it may have.
 *
 * Called by the matcher and the scorer. A name in snake_case is also read in camelCase. All readings of a
 * fact are returned, so that a sender who contradicts himself gains nothing; one that cannot be read is NaN,
 * which holds for no condition.
 */

import type { Json, Signal } from '#core/contract.ts'
import type { NumberFact, OwnFacts, WordFact } from './facts.ts'

export type Metadata = NonNullable<Signal['metadata']>
type Path = readonly string[]

/** Names beside the fact's own, which comes first. */
const NUMBER_NAMES: { readonly [fact in NumberFact]?: readonly Path[] } = {
  closing_volume_ratio: [['volume_ratio'], ['relative_volume']],
  float: [['float_'], ['float_shares']],
  rsi: [
    ['indicators', 'rsi'],
    ['indicators', 'RSI'],
  ],
  volume_ratio: [['relative_volume']],
}

const VOLUME: readonly Path[] = [['volume']]
const VOLUME_SPIKE: readonly Path[] = [['volume_spike']]
const AVERAGE_VOLUME: readonly Path[] = [['avg_volume'], ['average_volume']]
const LEADER_PRICE: readonly Path[] = [['leader_price']]

/** From here on a float is one of shares and a market value one of currency: as millions neither exists. */
const FLOAT_IN_SHARES_FROM = 100_000
const MARKET_CAP_IN_CURRENCY_FROM = 10_000_000
const MILLION = 1_000_000

export function readNumbers(
  metadata: Metadata | undefined,
  fact: NumberFact,
  own: OwnFacts,
): readonly number[] {
  if (metadata === undefined) return NONE
  const plain = numbersAt(metadata, [[fact], ...(NUMBER_NAMES[fact] ?? [])])
  if (fact === 'volume_ratio' || fact === 'closing_volume_ratio')
    return [...plain, ...ratiosOf(metadata, VOLUME, own)]
  if (fact === 'volume_spike_ratio') return [...plain, ...ratiosOf(metadata, VOLUME_SPIKE, own)]
  if (fact === 'float') return plain.map((value) => inMillions(value, FLOAT_IN_SHARES_FROM))
  if (fact === 'market_cap') return plain.map((value) => inMillions(value, MARKET_CAP_IN_CURRENCY_FROM))
  if (fact !== 'price_to_leader') return plain
  const prices = own.numbers.price === undefined ? NONE : [own.numbers.price]
  return quotients([...prices, ...numbersAt(metadata, [['price']])], numbersAt(metadata, LEADER_PRICE))
}

export function readWords(metadata: Metadata | undefined, fact: WordFact | 'pattern'): readonly string[] {
  return metadata === undefined ? NONE : valuesAt(metadata, [[fact]]).map(toWord)
}

/** As it was written, for a search in prose; empty when nothing was. */
export function readText(metadata: Metadata | undefined, name: string): string {
  const value = metadata === undefined ? undefined : valuesAt(metadata, [[name]])[0]
  return typeof value === 'string' ? value : ''
}

/** A number of any name; undefined when it was not said, NaN when it cannot be read. */
export function readNumber(metadata: Metadata | undefined, ...path: readonly string[]): number | undefined {
  return metadata === undefined ? undefined : numbersAt(metadata, [path])[0]
}

const NONE: readonly never[] = Object.freeze([])

/** The sender's average where he gives one, else ARK's own. */
function ratiosOf(metadata: Metadata, volumes: readonly Path[], own: OwnFacts): readonly number[] {
  const averages = numbersAt(metadata, AVERAGE_VOLUME)
  if (averages.length > 0 || own.averageVolume === undefined)
    return quotients(numbersAt(metadata, volumes), averages)
  return quotients(numbersAt(metadata, volumes), [own.averageVolume])
}

/** Each over each: the worst pair counts. */
function quotients(tops: readonly number[], bottoms: readonly number[]): readonly number[] {
  return tops.flatMap((top) => bottoms.map((bottom) => (bottom > 0 ? top / bottom : Number.NaN)))
}

function inMillions(value: number, from: number): number {
  return value >= from ? value / MILLION : value
}

function numbersAt(metadata: Metadata, paths: readonly Path[]): readonly number[] {
  return valuesAt(metadata, paths).map(toNumber)
}

function valuesAt(metadata: Metadata, paths: readonly Path[]): readonly Json[] {
  const values: Json[] = []
  for (const path of paths) {
    const plain = lookUp(metadata, path)
    if (plain !== undefined) values.push(plain)
    const camel = path.map(toCamelCase)
    const other = camel.some((step, index) => step !== path[index]) ? lookUp(metadata, camel) : undefined
    if (other !== undefined) values.push(other)
  }
  return values
}

/** Own keys only: a fact may be asked for under any name, and `constructor` is found on every object. */
function lookUp(metadata: Metadata, path: Path): Json | undefined {
  let value: Json | undefined = metadata
  for (const step of path) {
    if (!isTable(value) || !Object.hasOwn(value, step)) return undefined
    value = value[step]
  }
  return value === null ? undefined : value
}

function isTable(value: Json | undefined): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function toCamelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

const PLAIN = /^-?\d{1,15}(\.\d{1,12})?$/

function toNumber(value: Json): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && PLAIN.test(value) ? Number(value) : Number.NaN
}

/** `Breaking-Resistance` is `breaking_resistance`; true and false are words like others. */
function toWord(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
}
