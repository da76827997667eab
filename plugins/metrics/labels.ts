/**
 * Values of labels from closed sets: whatever is not in its set, or comes after the set is full, becomes
 * `other`.
 */

const OTHER = 'other'
const SET_MAX = 64

/** The words that reasons of the watchdog and of the kernel start with. */
const SICKNESSES: readonly string[] = ['silent', 'failing', 'slow', 'threw']

/** Remembers up to 64 values; names of rules, limits and plugins stay far below. */
export function toBounded(known: Set<string>, value: string): string {
  if (known.has(value)) return value
  if (known.size >= SET_MAX) return OTHER
  known.add(value)
  return value
}

/** `agent:kenny` → kenny. People are many and have names: together they are `person`. */
export function toProposer(known: Set<string>, principal: string): string {
  return principal.startsWith('agent:') ? toBounded(known, principal.slice('agent:'.length)) : 'person'
}

/** The word before the colon when it is one of ours; of any other reason, `other`. */
export function toSickness(reason: string): string {
  const word = reason.slice(0, Math.max(0, reason.indexOf(':')))
  return SICKNESSES.includes(word) ? word : OTHER
}
