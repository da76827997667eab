/** What one environment variable is: its type, its default, and what becomes of it. */

import type { Json } from '../contract.ts'

export const DOMAINS = ['telegram', 'llm', 'trading', 'infrastructure', 'external'] as const
/** Whoever is granted one domain sees nothing of the others. */
export type Domain = (typeof DOMAINS)[number]

/** How the text of a variable is read. */
export type VariableType =
  | { readonly kind: 'flag' }
  | { readonly kind: 'integer'; readonly least: number; readonly most: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'text' }
  | { readonly kind: 'address' }
  | { readonly kind: 'numbers' }
  | { readonly kind: 'url' }
  | { readonly kind: 'secret' }

export type Fate =
  /** Sets a key of the configuration; `to` makes its value from the number or text that was read. */
  | { readonly kind: 'key'; readonly path: string; readonly to?: (value: number) => Json }
  /** Read by the process itself; there is no key for it. */
  | { readonly kind: 'process' }
  /** Kept in the keystore; whoever is granted its domain may read it. */
  | { readonly kind: 'credential' }
  | { readonly kind: 'retired'; readonly because: string; readonly instead: string }

export interface Variable {
  readonly name: string
  readonly type: VariableType
  /** As the first system documented it; for ARK's own variables what holds without them. */
  readonly default: string
  readonly about: string
  readonly fate: Fate
  /** Of a credential, also of one that is retired. */
  readonly domain?: Domain
  /** One of the 63 of the first system's schema. */
  readonly legacy: boolean
  /** Not to be true in production. */
  readonly debug?: true
}

export const FLAG: VariableType = { kind: 'flag' }
export const TEXT: VariableType = { kind: 'text' }
export const SECRET: VariableType = { kind: 'secret' }
export const COUNT: VariableType = { kind: 'integer', least: 0, most: 1_000_000 }
/** 0 = any free one. */
export const ANY_PORT: VariableType = { kind: 'integer', least: 0, most: 65_535 }

export function key(path: string, to?: (value: number) => Json): Fate {
  return to === undefined ? { kind: 'key', path } : { kind: 'key', path, to }
}
