/**
 * Reads a command's words: options by name, the rest in order. Every command calls it with what it takes;
 * whatever else is typed is refused as BAD_USAGE, with the nearest name that exists.
 */

import { parseArgs } from 'node:util'
import { ArkError } from '#core/errors.ts'
import { didYouMean } from './nearest.ts'

/** `text` takes a value, `list` takes one each time it is given, `flag` takes none. */
export type OptionKind = 'text' | 'list' | 'flag'
export type OptionTable = { readonly [name: string]: OptionKind }

/** What every command takes. */
const SHARED: OptionTable = { 'data-dir': 'text', config: 'text', json: 'flag' }

export interface Options {
  text(name: string): string | undefined
  list(name: string): readonly string[]
  flag(name: string): boolean
  /** Words that belong to no option. */
  readonly words: readonly string[]
}

export interface Accepted {
  readonly options?: OptionTable
  /** How many words that belong to no option; default none. */
  readonly words?: readonly [least: number, most: number]
}

interface Token {
  readonly kind: string
  readonly name?: string
  readonly rawName?: string
  readonly value?: string | undefined
}

/** Throws BAD_USAGE naming the word that is wrong. */
export function parseOptions(argv: readonly string[], accepted: Accepted): Options {
  const table: OptionTable = { ...SHARED, ...accepted.options }
  const texts = new Map<string, string[]>()
  const flags = new Set<string>()
  const words: string[] = []
  for (const token of tokensOf(argv, table)) {
    if (token.kind === 'positional') words.push(token.value ?? '')
    if (token.kind !== 'option') continue
    const name = token.name ?? ''
    const kind = Object.hasOwn(table, name) ? table[name] : undefined
    if (kind === undefined) throw unknownOption(token.rawName ?? name, table)
    if (kind === 'flag') {
      if (token.value !== undefined) throw usage(`--${name}`, `--${name} takes no value.`)
      flags.add(name)
      continue
    }
    if (token.value === undefined || token.value.startsWith('--'))
      throw usage(`--${name}`, `--${name} wants a value.`)
    const known = texts.get(name)
    if (known === undefined) texts.set(name, [token.value])
    else if (kind === 'list') known.push(token.value)
    else throw usage(`--${name}`, `--${name} is given twice.`)
  }
  const [least, most] = accepted.words ?? [0, 0]
  const extra = words[most]
  if (extra !== undefined) throw usage(extra, `"${extra}" is one word too many.`)
  if (words.length < least)
    throw usage('', `${least} word${least === 1 ? ' is' : 's are'} wanted, ${words.length} given.`)
  return {
    text: (name) => texts.get(name)?.[0],
    list: (name) => texts.get(name) ?? [],
    flag: (name) => flags.has(name),
    words,
  }
}

function tokensOf(argv: readonly string[], table: OptionTable): readonly Token[] {
  const options: { [name: string]: { type: 'string' | 'boolean'; multiple: boolean } } = {}
  for (const [name, kind] of Object.entries(table))
    options[name] = { type: kind === 'flag' ? 'boolean' : 'string', multiple: true }
  // Not strict: its messages name the library's concepts, and no two runtimes word them alike.
  const parsed = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true })
  return parsed.tokens as readonly Token[]
}

function unknownOption(raw: string, table: OptionTable): ArkError {
  const names = Object.keys(table).map((name) => `--${name}`)
  return usage(raw, `There is no option ${raw}.${didYouMean(raw, names)}`)
}

export function usage(where: string, why: string): ArkError {
  return new ArkError('BAD_USAGE', where, why)
}

/** An integer from `least` to `most`; `fallback` when the option is absent. */
export function integerOption(
  options: Options,
  name: string,
  fallback: number,
  [least, most]: readonly [number, number],
): number {
  const text = options.text(name)
  if (text === undefined) return fallback
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw usage(`--${name}`, `--${name} is "${text}", wanted a whole number from ${least} to ${most}.`)
}

/** One of a closed set; `fallback` when the option is absent. */
export function choiceOption<T extends string>(
  options: Options,
  name: string,
  choices: readonly T[],
  fallback: T,
): T {
  const text = options.text(name) ?? fallback
  const chosen = choices.find((choice) => choice === text)
  if (chosen !== undefined) return chosen
  throw usage(`--${name}`, `--${name} is "${text}", wanted one of ${choices.join(', ')}.`)
}
