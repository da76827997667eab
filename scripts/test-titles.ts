/**
 * The titles of our tests as they stand in the sources, for scripts/requirements.ts: what a test proves is
 * said in its title, and must be known without running it.
 *
 * A title is the literal that describe, it or test is called with last, `it.each(…)('title', …)` included.
 * Titles that are computed are not seen, and what is skipped or to do for good proves nothing and is left
 * out.
 */

import { lineAt, type Source } from './source.ts'

export interface TestTitle {
  /** From the root, with slashes. */
  readonly path: string
  /** Of the title, 1 for the first. */
  readonly line: number
  /** As written: places for values (`%s`, `$name`, `${…}`) are still in it. */
  readonly title: string
}

const MODIFIERS = ['concurrent', 'each', 'fails', 'for', 'only', 'runIf', 'sequential', 'skipIf']
const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const CLOSERS = Object.values(PAIRS)

export function findTitles(source: Source): TestTitle[] {
  return [...source.code.matchAll(/(?<![.\w$])(?:describe|it|test)\b/g)].flatMap((match) => {
    const quote = findTitle(source.code, match.index + match[0].length)
    if (quote === undefined) return []
    const end = source.code.indexOf(source.code[quote] ?? '', quote + 1)
    const title = source.text.slice(quote + 1, end).replace(/\\(.)/g, '$1')
    return [{ path: source.path, line: lineAt(source.text, quote), title }]
  })
}

/** The position of the opening quote of the title, from the end of the word that calls the test. */
function findTitle(code: string, start: number): number | undefined {
  for (let at = skipSpace(code, start); ; at = skipSpace(code, at)) {
    const modifier = /^\.\s*(\w+)/.exec(code.slice(at, at + 40))
    if (modifier !== null) {
      if (!MODIFIERS.includes(modifier[1] ?? '')) return undefined
      at += modifier[0].length
    } else if (code[at] === '<') at = endOfTypes(code, at)
    else if (code[at] === '(') {
      const end = endOfGroup(code, at)
      // In `it.each(cases)('title')` and `it.runIf(is).each(cases)('title')` only the last pair calls the
      // test.
      if (code[end] !== '(' && code[end] !== '.') return quoteAt(code, skipSpace(code, at + 1))
      at = end
    } else return undefined
  }
}

function quoteAt(code: string, at: number): number | undefined {
  return /['"`]/.test(code[at] ?? '') ? at : undefined
}

function skipSpace(code: string, at: number): number {
  while (/\s/.test(code[at] ?? '')) at++
  return at
}

/** The position after the bracket that closes the one at `start`. */
function endOfGroup(code: string, start: number): number {
  let depth = 0
  for (let at = start; at < code.length; at++) {
    const character = code[at] ?? ''
    if (PAIRS[character] !== undefined) depth++
    if (CLOSERS.includes(character) && --depth === 0) return at + 1
  }
  return code.length
}

/** The position after a list of type arguments; the head of an arrow in it closes nothing. */
function endOfTypes(code: string, start: number): number {
  let depth = 0
  for (let at = start; at < code.length; at++) {
    if (code[at] === '<') depth++
    if (code[at] === '>' && code[at - 1] !== '=' && --depth === 0) return at + 1
  }
  return code.length
}
