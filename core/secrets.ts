/**
 * The scanner for secrets and personal data that intake, gate, configuration and logs share.
 *
 * Pure and deterministic, linear in the size of what it reads, and it never says what it found: only where,
 * and of which kind. A path is the keys joined by dots. It knows what it was taught (secret-patterns.ts); a
 * secret that looks like nothing and stands under a plain name passes.
 */

import type { Json } from './contract.ts'
import {
  PERSONAL_HINT,
  PERSONAL_NAMES,
  PERSONAL_TEXTS,
  SECRET_HINT,
  SECRET_NAME,
  SECRET_TEXTS,
  type TextPattern,
} from './secret-patterns.ts'

export interface Finding {
  /** Keys and indices joined by dots; empty = the value itself. A key that is a secret reads as the mask. */
  readonly path: string
  /** `private_key`, `jwt`, `named` …; or `email`, `phone`, `address` … */
  readonly kind: string
}

export const MASK = '***'

/** Nothing of ours is half as deep; what is deeper counts as found, so that nothing hides there. */
const DEPTH_MAX = 64
/** No pattern is shorter. */
const TEXT_MIN = 8
/** A replacement can bring two halves together; after so many rounds the whole text goes. */
const ROUNDS_MAX = 4

interface Detector {
  readonly texts: readonly TextPattern[]
  /** A text without it matches none of them. */
  readonly hint: RegExp
  /** The kind of whatever text stands under this name. */
  readonly kindOfName: (name: string) => string | undefined
  /** What was found out about names: there are few, and they come again. */
  readonly known: Map<string, Name>
}

interface Name {
  readonly kind: string | undefined
  /** The name, or what is left of it when it holds a secret itself. */
  readonly shown: string
}

const NAMES_MAX = 1_000
const NAME_CHARS = 64

const SECRETS: Detector = {
  texts: SECRET_TEXTS,
  hint: SECRET_HINT,
  kindOfName: (name) => (SECRET_NAME.test(name) ? 'named' : undefined),
  known: new Map(),
}

const PERSONAL: Detector = {
  texts: PERSONAL_TEXTS,
  hint: PERSONAL_HINT,
  kindOfName: (name) => PERSONAL_NAMES.get(name.replace(/[ _-]/g, '').toLowerCase()),
  known: new Map(),
}

/** Tokens, keys and passwords, in the order of the value. */
export function findSecrets(value: Json): readonly Finding[] {
  const findings: Finding[] = []
  search(SECRETS, value, '', undefined, 0, findings)
  return findings
}

/** Whatever names a person or leads to one, in the order of the value. */
export function findPersonal(value: Json): readonly Finding[] {
  const findings: Finding[] = []
  search(PERSONAL, value, '', undefined, 0, findings)
  return findings
}

/** The same value with a mask for each secret; the very same object when it holds none. */
export function redact(value: Json): Json {
  return findSecrets(value).length === 0 ? value : mask(SECRETS, value, undefined, 0)
}

/** The same with a mask for all personal data. */
export function redactPersonal(value: Json): Json {
  return findPersonal(value).length === 0 ? value : mask(PERSONAL, value, undefined, 0)
}

/** For one line of text, such as a log message. */
export function redactText(text: string): string {
  return maskText(SECRETS, text)
}

/** True for a name whose text value is a secret, whatever it looks like. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name)
}

/** `inherited`: the kind of the name above, which holds for everything below it. */
function search(
  detector: Detector,
  value: Json | undefined,
  path: string,
  inherited: string | undefined,
  depth: number,
  findings: Finding[],
): void {
  if (typeof value === 'string') {
    if (inherited === undefined) searchText(detector, value, path, findings)
    else if (value !== '' && value !== MASK) findings.push({ path, kind: inherited })
    return
  }
  if (typeof value !== 'object' || value === null) return
  if (depth === DEPTH_MAX) {
    findings.push({ path, kind: 'too_deep' })
    return
  }
  const prefix = path === '' ? '' : `${path}.`
  if (isList(value)) {
    for (let index = 0; index < value.length; index++)
      search(detector, value[index], `${prefix}${index}`, inherited, depth + 1, findings)
    return
  }
  for (const name of Object.keys(value)) {
    const { shown, kind } = learn(detector, name)
    if (shown !== name) searchText(detector, name, `${prefix}${shown}`, findings)
    search(detector, value[name], `${prefix}${shown}`, inherited ?? kind, depth + 1, findings)
  }
}

function learn(detector: Detector, name: string): Name {
  const { known } = detector
  const before = known.get(name)
  if (before !== undefined) return before
  const learned = { kind: detector.kindOfName(name), shown: maskText(detector, name) }
  // No secret stays in memory, and whoever sends names without end fills none with them.
  const isKept = learned.shown === name && known.size < NAMES_MAX && name.length <= NAME_CHARS
  if (isKept) known.set(name, learned)
  return learned
}

function searchText({ texts, hint }: Detector, text: string, path: string, findings: Finding[]): void {
  if (text.length < TEXT_MIN || !hint.test(text)) return
  for (const { kind, pattern, confirm } of texts) {
    if (confirm === undefined ? text.search(pattern) >= 0 : text.match(pattern)?.some(confirm))
      findings.push({ path, kind })
  }
}

function mask(
  detector: Detector,
  value: Json | undefined,
  inherited: string | undefined,
  depth: number,
): Json {
  if (typeof value === 'string') {
    if (inherited === undefined) return maskText(detector, value)
    return value === '' ? value : MASK
  }
  if (typeof value !== 'object' || value === null) return value ?? null
  if (depth === DEPTH_MAX) return MASK
  if (isList(value)) return value.map((item) => mask(detector, item, inherited, depth + 1))
  const entries = Object.entries(value).map(([name, member]) => {
    const { shown, kind } = learn(detector, name)
    return [shown, mask(detector, member, inherited ?? kind, depth + 1)]
  })
  return Object.fromEntries(entries)
}

function maskText({ texts, hint }: Detector, text: string): string {
  if (text.length < TEXT_MIN || !hint.test(text)) return text
  let masked = text
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = masked
    for (const { pattern, confirm, whole } of texts) {
      if (whole === true && masked.search(pattern) >= 0) return MASK
      masked = masked.replace(pattern, (match) => (confirm === undefined || confirm(match) ? MASK : match))
    }
    if (masked === before) return masked
  }
  return MASK
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value)
}
