/**
 * From the words of a command line to a BacktestSpec with the plugins that it names.
 *
 * `ark backtest` and the research commands call it. Everything that can be said without opening a file is
 * said here, before anything is made.
 */

import { type Config, checkConfig } from '#core/config.ts'
import type { Plugin, Resolution } from '#core/contract.ts'
import { installPlugins } from '#core/cycle/loader.ts'
import { parseCash } from '#core/math.ts'
import { parseTime, resolutionMs } from '#core/time.ts'
import { SYMBOL_FORM, SYMBOL_PATTERN } from '#plugins/feed-replay/csv-symbols.ts'
import { choiceOption, type Options, type OptionTable, usage } from '../cli/options.ts'
import { pluginsFor } from '../strategies.ts'
import { checkParams } from './params.ts'
import type { BacktestSpec } from './spec.ts'

export const SPEC_OPTIONS = {
  data: 'list',
  symbols: 'text',
  from: 'text',
  to: 'text',
  resolution: 'text',
  session: 'text',
  adjust: 'text',
  prices: 'text',
  reference: 'text',
  strategy: 'text',
  param: 'list',
  set: 'list',
  fees: 'text',
  fill: 'text',
  cash: 'text',
  gate: 'text',
} as const satisfies OptionTable

export const SPEC_HELP = `  --data FILE…        the files; their header says what they hold
  --symbols A,B       only these; of a file without a column symbol, its one symbol
  --from DATE         first session, inclusive
  --to DATE           last session, inclusive
  --resolution R      length of the bars, such as 1m, 15m or 4h; finer rows are gathered into them
  --session S         regular, or extended = all rows (default extended)
  --adjust DIR        folder of SYMBOL.factor.csv: splits and dividends
  --prices P          adjusted = times those factors; raw = as they are, splits and dividends happen to the
                      account (default adjusted)
  --reference FILE    JSON of instruments, splits, dividends, halts, setups
  --strategy S        a strategy by its name, or a plugin file (default patterns)
  --param K=V         one of the strategy's parameters; as often as needed
  --set P.K=V         a setting of any plugin that takes part, such as broker-paper.volumeShare=0.1
  --fees MODEL        lean, alpaca or none (default lean)
  --fill MODEL        next-open, quote = the last known quote's far side, or intrabar (default next-open)
  --cash N            opening cash (default 100000)
  --gate G            enforce, or observe = judge and record, and block nothing (default enforce)`

const SESSIONS = ['regular', 'extended'] as const
const PRICES = ['adjusted', 'raw'] as const
const FEES = ['lean', 'alpaca', 'none'] as const
const FILLS = ['next-open', 'quote', 'intrabar'] as const
const GATES = ['enforce', 'observe'] as const
const BROKER = 'broker-paper'

export interface Planned {
  readonly spec: BacktestSpec
  readonly plugins: readonly Plugin[]
}

/**
 * Throws BAD_USAGE naming the option, PLUGIN_INVALID for a strategy there is not, CONFIG_INVALID for its
 * settings.
 */
export async function planBacktest(options: Options, config: Config): Promise<Planned> {
  const range = readRange(options)
  const resolution = readResolution(options)
  const symbols = readSymbols(options)
  const strategy = options.text('strategy') ?? 'patterns'
  const terms = {
    data: readFiles(options),
    ...(symbols === undefined ? {} : { symbols }),
    ...range,
    ...(resolution === undefined ? {} : { resolution }),
    session: choiceOption(options, 'session', SESSIONS, 'extended'),
    ...textOf(options, 'adjust'),
    prices: readPrices(options),
    ...textOf(options, 'reference'),
    strategy,
    gate: choiceOption(options, 'gate', GATES, 'enforce'),
  }
  const asked = readParams(options)
  const account = { openingCash: readCash(options, config) }
  const settings = readSettings(options)
  const plugins = await pluginsFor(strategy)
  const named = nameOfStrategy(plugins)
  const plugin = plugins.find(({ name }) => name === named)
  const params = await readBySchema(plugin, asked)
  const wanted = Object.entries(params).map(([key, value]) => ({ plugin: named, path: [key], value }))
  const merged = mergeSettings(config, plugins, [...settings, ...wanted])
  if (plugin !== undefined && wanted.length > 0)
    await checkParams(plugin, merged[named], Object.keys(params), '--param')
  const checked = checkConfig({ ...config, account, plugins: merged }, 'options')
  await installPlugins(plugins, checked.plugins)
  return { spec: { ...terms, params, config: checked }, plugins }
}

/** The plugin that recognises setups: the strategy itself, or Joey for `patterns`. */
export function nameOfStrategy(plugins: readonly Plugin[]): string {
  const recognises = plugins.find(({ emits }) => emits.includes('pattern/recognised'))
  return (recognises ?? plugins[0])?.name ?? ''
}

interface Setting {
  readonly plugin: string
  readonly path: readonly string[]
  readonly value: unknown
}

/** The configuration's settings of the plugins that take part, with what the command line says on top. */
function mergeSettings(
  config: Config,
  plugins: readonly Plugin[],
  settings: readonly Setting[],
): { readonly [name: string]: unknown } {
  const names = plugins.map(({ name }) => name)
  const merged = structuredClone(
    Object.fromEntries(Object.entries(config.plugins).filter(([name]) => names.includes(name))),
  ) as Table
  for (const { plugin, path, value } of settings) {
    if (!names.includes(plugin))
      throw usage('--set', `No plugin ${plugin} takes part; there are ${names.join(', ')}.`)
    setAt(merged, [plugin, ...path], value)
  }
  return merged
}

type Table = { [key: string]: unknown }

function setAt(table: Table, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    table[key] = value
    return
  }
  const known = Object.hasOwn(table, key) ? table[key] : undefined
  const inner = typeof known === 'object' && known !== null && !Array.isArray(known) ? (known as Table) : {}
  table[key] = inner
  setAt(inner, rest, value)
}

/** The files named after --data, and those that follow it: a shell expands a pattern into words. */
function readFiles(options: Options): readonly string[] {
  const files = [...options.list('data'), ...options.words]
  if (files.length === 0) throw usage('--data', 'At least one file is wanted: --data FILE.')
  const twice = files.find((file, index) => files.indexOf(file) !== index)
  if (twice !== undefined) throw usage('--data', `${twice} is given twice.`)
  return files
}

function readSymbols(options: Options): readonly string[] | undefined {
  const text = options.text('symbols')
  const symbols = text?.split(',').map((symbol) => symbol.trim())
  if (symbols?.includes('') === true)
    throw usage('--symbols', `--symbols is "${text}", wanted symbols such as SPY,IBM.`)
  const wrong = symbols?.find((symbol) => !SYMBOL_PATTERN.test(symbol))
  if (wrong !== undefined) throw usage('--symbols', `"${wrong}" is no symbol, wanted ${SYMBOL_FORM}.`)
  return symbols
}

/** Inclusive on both sides. */
function readRange(options: Options): { readonly from?: string; readonly to?: string } {
  for (const name of ['from', 'to'] as const) {
    const text = options.text(name)
    if (text !== undefined && Number.isNaN(parseTime(text)))
      throw usage(`--${name}`, `--${name} is "${text}", wanted a date such as 2020-03-16.`)
  }
  const range: { readonly from?: string; readonly to?: string } = {
    ...textOf(options, 'from'),
    ...textOf(options, 'to'),
  }
  const { from = '', to = from } = range
  if (from !== '' && parseTime(to) < parseTime(from))
    throw usage('--to', `--to ${to} lies before --from ${from}.`)
  return range
}

function readResolution(options: Options): Resolution | undefined {
  const text = options.text('resolution') as Resolution | undefined
  if (text === undefined || resolutionMs(text) > 0) return text
  throw usage('--resolution', `--resolution is "${text}", wanted a bar length such as 1m, 15m, 4h or 1d.`)
}

function readPrices(options: Options): BacktestSpec['prices'] {
  const prices = choiceOption(options, 'prices', PRICES, 'adjusted')
  if (options.text('prices') === undefined || options.text('adjust') !== undefined) return prices
  throw usage('--prices', '--prices says what becomes of factors, which --adjust DIR names: wanted both.')
}

function readCash(options: Options, config: Config): string {
  const cash = options.text('cash') ?? config.account.openingCash ?? '100000'
  if (parseCash(cash) > 0) return cash
  throw usage('--cash', `--cash is "${cash}", wanted an amount such as 100000.`)
}

type Texts = readonly (readonly [key: string, text: string])[]

function readParams(options: Options): Texts {
  return readPairs(options, 'param', /^[a-zA-Z][\w-]*$/)
}

/** JSON where the schema takes that; where it takes only a text, a text that looks like JSON is one. */
async function readBySchema(plugin: Plugin | undefined, asked: Texts): Promise<Table> {
  const params: Table = {}
  for (const [key, text] of asked) {
    const value = readValue(text)
    const isText = (await refuses(plugin, key, value)) && !(await refuses(plugin, key, text))
    params[key] = isText ? text : value
  }
  return params
}

async function refuses(plugin: Plugin | undefined, key: string, value: unknown): Promise<boolean> {
  const result = await plugin?.config['~standard'].validate({ [key]: value })
  return result?.issues?.some(({ path }) => keyOf(path?.[0]) === key) === true
}

function keyOf(part: unknown): unknown {
  return typeof part === 'object' && part !== null && 'key' in part ? part.key : part
}

/** Fees and fill model are settings of the broker under names of their own. */
function readSettings(options: Options): readonly Setting[] {
  const broker = (key: string, value: string): Setting => ({ plugin: BROKER, path: [key], value })
  return [
    ...(options.text('fees') === undefined
      ? []
      : [broker('feeModel', choiceOption(options, 'fees', FEES, 'lean'))]),
    ...(options.text('fill') === undefined
      ? []
      : [broker('fill', choiceOption(options, 'fill', FILLS, 'next-open'))]),
    ...readPairs(options, 'set', /^[a-z][a-z0-9-]*(\.[a-zA-Z][\w-]*)+$/).map(([key, value]) => {
      const [plugin = '', ...path] = key.split('.')
      return { plugin, path, value: readValue(value) }
    }),
  ]
}

const EXAMPLES = { param: 'fast=12', set: 'broker-paper.volumeShare=0.1' } as const

function readPairs(options: Options, name: 'param' | 'set', keys: RegExp): Texts {
  const pairs = options.list(name).map((text) => readPair(text, name, keys))
  const known = pairs.map(([key]) => key)
  const twice = known.find((key, index) => known.indexOf(key) !== index)
  if (twice !== undefined) throw usage(`--${name}`, `--${name} ${twice} is given twice.`)
  return pairs
}

function readPair(text: string, name: 'param' | 'set', keys: RegExp): readonly [string, string] {
  const at = text.indexOf('=')
  const key = text.slice(0, Math.max(0, at))
  if (!keys.test(key)) throw usage(`--${name}`, `--${name} is "${text}", wanted ${EXAMPLES[name]}.`)
  return [key, text.slice(at + 1)]
}

/** What reads as JSON is taken as JSON: a number, true, a list, a text in quotes. Anything else is text. */
export function readValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function textOf<Name extends string>(options: Options, name: Name): { readonly [key in Name]?: string } {
  const text = options.text(name)
  return (text === undefined ? {} : { [name]: text }) as { readonly [key in Name]?: string }
}
