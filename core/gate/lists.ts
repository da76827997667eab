/**
 * What was registered, restricted and paused: tables that the gate reads and people and configuration fill.
 */

import { MISSING } from '#graveyard/facts.ts'

export interface Lists {
  /** undefined = never loaded, which denies. */
  restricted: { [symbol: string]: true } | undefined
  /** Registered class of each source. */
  readonly sources: { readonly [source: string]: 'public' | 'licensed' | 'private' }
  /** Keys `symbol:X`, `strategy:X`, `agent:X`. */
  paused: { [key: string]: true }
  /** Group that a symbol's issuer belongs to: a restricted group restricts them all. */
  readonly issuers: { readonly [symbol: string]: string }
  /** What a venue does not let one do; a venue that is not listed takes everything. */
  readonly venues: { readonly [venue: string]: Venue }
  /** Field classes that a sink may be given. */
  readonly sinks: { readonly [sink: string]: readonly string[] }
}

export interface Venue {
  /** False = an order cannot be cancelled. */
  readonly cancel: boolean
  /** The side that may close a position. */
  readonly closing: 'both' | 'buy' | 'sell'
}

export function createLists(lists: Partial<Lists> = {}): Lists {
  return { restricted: {}, sources: {}, paused: {}, issuers: {}, venues: {}, sinks: {}, ...lists }
}

export const SOURCE_CODE = { public: 0, licensed: 1, private: 2 } as const

/** Missing for a source that nobody registered. */
export function classOf(lists: Lists, source: string): number {
  const known = Object.hasOwn(lists.sources, source) ? lists.sources[source] : undefined
  return known === undefined ? MISSING : SOURCE_CODE[known]
}

export function isRestricted({ restricted, issuers }: Lists, symbol: string): boolean {
  if (restricted === undefined) return false
  if (Object.hasOwn(restricted, symbol)) return true
  const group = Object.hasOwn(issuers, symbol) ? issuers[symbol] : undefined
  if (group === undefined) return false
  // By the group's own name, or by another symbol of it.
  for (const listed in restricted)
    if (listed === group || (Object.hasOwn(issuers, listed) && issuers[listed] === group)) return true
  return false
}
