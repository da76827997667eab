/** Lists in pages: `{items, next}`, where `next` is the cursor of the following page, or null at the end. */

import type { Context } from 'hono'
import { SYMBOL } from '../book/instruments.ts'
import type { Env } from './door.ts'
import { badQuery } from './problems.ts'

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

const LIMIT_DEFAULT = 50
const LIMIT_MAX = 500

export function limitOf(c: Context<Env>): number {
  return integerOf(c, 'limit', 1, LIMIT_MAX) ?? LIMIT_DEFAULT
}

/** A query parameter; undefined when it is absent. Throws BAD_QUERY. */
export function integerOf(c: Context<Env>, name: string, least: number, most: number): number | undefined {
  const text = c.req.query(name)
  if (text === undefined) return undefined
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw badQuery(name, `wants a whole number from ${least} to ${most}`)
}

export function choiceOf(c: Context<Env>, name: string, choices: readonly string[]): string | undefined {
  const text = c.req.query(name)
  if (text === undefined || choices.includes(text)) return text
  throw badQuery(name, `wants one of ${choices.join(', ')}`)
}

/** Undefined when it is absent. Throws BAD_QUERY. */
export function symbolOf(c: Context<Env>): string | undefined {
  const text = c.req.query('symbol')
  if (text === undefined || SYMBOL.test(text)) return text
  throw badQuery('symbol', 'wants 1 to 20 of A-Z 0-9 . _ -')
}

/** For lists that are in memory: the cursor is the index of the first item. */
export function pageOf<Item>(c: Context<Env>, all: readonly Item[]): Page<Item> {
  const limit = limitOf(c)
  const first = integerOf(c, 'cursor', 0, Number.MAX_SAFE_INTEGER) ?? 0
  const end = first + limit
  return { items: all.slice(first, end), next: end < all.length ? String(end) : null }
}
