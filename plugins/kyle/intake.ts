/**
 * Turns what somebody outside sent into a signal, or says which field it is refused for.
 *
 * Called by the reducer for each `signal/received`. Only symbol and direction have an effect; all else is
 * kept for the record under `metadata` and believed by nobody. It never throws: a payload that could would
 * have Kyle isolated.
 */

import type { Direction, Draft, Json } from '#core/contract.ts'

type Fields = { readonly [key: string]: unknown }

/** Bounds of what is kept. The depth also keeps the copy from overrunning the stack. */
const DEPTH_MAX = 8
const VALUES_MAX = 1_000
const CHARACTERS_MAX = 32_768

/**
 * Two forms: `{symbol, direction: long|short, …}` and TradingView's `{ticker, action: buy|sell, …}`;
 * `symbol` decides which. Codes of a refusal: SIGNAL_INVALID, SYMBOL_INVALID, DIRECTION_INVALID,
 * METADATA_INVALID.
 */
export function normaliseSignal(payload: unknown, confidence: number): Draft {
  if (!isFields(payload)) return refuse('SIGNAL_INVALID', 'The signal is not an object.')
  const form = Object.hasOwn(payload, 'symbol') || !Object.hasOwn(payload, 'ticker') ? OWN : TRADING_VIEW
  const symbol = parseSymbol(payload[form.symbol])
  if (symbol === undefined) {
    return refuse(
      'SYMBOL_INVALID',
      `${form.symbol} must be 1 to 20 letters, digits, dots, dashes or underscores.`,
    )
  }
  const direction = form.directions.get(payload[form.direction])
  if (direction === undefined) return refuse('DIRECTION_INVALID', `${form.direction} must be ${form.choice}.`)

  const { metadata: nested = {}, [form.symbol]: _symbol, [form.direction]: _direction, ...others } = payload
  if (!isFields(nested)) return refuse('METADATA_INVALID', 'metadata must be an object.')
  const copy: Copy = { values: 0, characters: 0, problem: '' }
  // A field beside `metadata` goes over its namesake inside: it is the one the documented form speaks of.
  const metadata = { ...copyFields(nested, 'metadata', 1, copy), ...copyFields(others, '', 1, copy) }
  if (copy.problem !== '') return refuse('METADATA_INVALID', copy.problem)
  return { type: 'signal/accepted', payload: { symbol, direction, kind: 'external', confidence, metadata } }
}

interface Form {
  readonly symbol: string
  readonly direction: string
  readonly directions: ReadonlyMap<unknown, Direction>
  readonly choice: string
}

const OWN: Form = {
  symbol: 'symbol',
  direction: 'direction',
  directions: new Map([
    ['long', 'long'],
    ['short', 'short'],
  ]),
  choice: 'long or short',
}

const TRADING_VIEW: Form = {
  symbol: 'ticker',
  direction: 'action',
  directions: new Map([
    ['buy', 'long'],
    ['sell', 'short'],
  ]),
  choice: 'buy or sell',
}

const SYMBOL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$/

/**
 * Checked before it is upper-cased: outside ASCII other letters turn into these ("ſpy" would become "SPY").
 */
function parseSymbol(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined
  const text = value.trim()
  return SYMBOL.test(text) ? text.toUpperCase() : undefined
}

/** What has been copied so far; `problem` is the first thing that stands against keeping it. */
interface Copy {
  values: number
  characters: number
  problem: string
}

/** A copy without the keys that reach for an object's prototype, at any depth. */
function copyFields(fields: Fields, path: string, depth: number, copy: Copy): { [key: string]: Json } {
  const result: { [key: string]: Json } = {}
  for (const key of Object.keys(fields)) {
    const value = fields[key]
    if (key === '__proto__' || key === 'constructor' || key === 'prototype' || value === undefined) continue
    copy.characters += key.length
    const place = path === '' ? key : `${path}.${key}`
    result[key] = copyValue(value, place, depth, copy)
    if (copy.problem !== '') return result
  }
  return result
}

function copyValue(value: unknown, path: string, depth: number, copy: Copy): Json {
  if (typeof value === 'string') copy.characters += value.length
  copy.values++
  const tooMuch = copy.values > VALUES_MAX || copy.characters > CHARACTERS_MAX
  if (tooMuch) return fail(copy, 'There is too much beside symbol and direction.')
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'number') return fail(copy, `${name(path)} is not a finite number.`)
  if (typeof value !== 'object') return fail(copy, `${name(path)} is not JSON.`)
  if (depth === DEPTH_MAX) return fail(copy, `${name(path)} is nested too deeply.`)
  if (Array.isArray(value)) return copyList(value, path, depth + 1, copy)
  return copyFields(value as Fields, path, depth + 1, copy)
}

function copyList(list: readonly unknown[], path: string, depth: number, copy: Copy): Json[] {
  const result: Json[] = []
  for (const value of list) {
    result.push(copyValue(value, path, depth, copy))
    if (copy.problem !== '') return result
  }
  return result
}

function fail(copy: Copy, problem: string): null {
  if (copy.problem === '') copy.problem = problem
  return null
}

/** A path is the sender's own text, so a message holds only its beginning. */
function name(path: string): string {
  return path.slice(0, 64)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(code: string, reason: string): Draft {
  return { type: 'signal/refused', payload: { code, reason } }
}
