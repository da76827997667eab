/**
 * Source text as the checks see it: which files there are, and what in them is code, comment or string.
 *
 * A small scanner instead of a parser: the checks look for names and imports, and must not trip over a name
 * in a comment. Every view has the same length as the text, so that a position means the same place in all of
 * them.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Source {
  /** From the root, with slashes. */
  readonly path: string
  readonly text: string
  /** The text with comments and the contents of strings and regular expressions blanked. */
  readonly code: string
  /** The text with everything but comments blanked. */
  readonly comments: string
}

const SOURCE_FOLDERS = ['core', 'graveyard', 'plugins', 'runtimes', 'scripts', 'tests']

/** All .ts and .mjs files under the source folders that exist, sorted by path. */
export function readSources(root: string): Source[] {
  const folders = readdirSync(root).filter((name) => SOURCE_FOLDERS.includes(name))
  const paths = folders
    .flatMap((folder) => listFiles(root, folder))
    .filter((path) => /\.(ts|mjs)$/.test(path))
  return paths
    .sort((a, b) => (a < b ? -1 : 1))
    .map((path) => toSource(path, readFileSync(join(root, path), 'utf8')))
}

function listFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? listFiles(root, path) : [path]
  })
}

export function toSource(path: string, text: string): Source {
  const code = text.split('')
  const comments = code.map((unit): string => (unit === '\n' ? unit : ' '))
  for (const span of scan(text)) {
    for (let at = span.start; at < span.end; at++) {
      if (text[at] === '\n') continue
      code[at] = ' '
      if (span.kind === 'comment') comments[at] = text[at] ?? ' '
    }
  }
  return { path, text, code: code.join(''), comments: comments.join('') }
}

/** 1 for the first line. */
export function lineAt(text: string, position: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1)) line++
  return line
}

interface Span {
  readonly kind: 'comment' | 'string'
  readonly start: number
  readonly end: number
}

/**
 * What is not code. Quotes stay code, so that an import can be seen; `${…}` inside a template is code again.
 */
function scan(text: string): Span[] {
  const spans: Span[] = []
  // For each template that is open: how many braces are open inside its current `${`.
  const templates: number[] = []
  let at = 0
  const take = (kind: Span['kind'], start: number, end: number): void => {
    spans.push({ kind, start, end })
    at = end
  }
  const takeTemplate = (start: number): void => {
    const end = endOfTemplate(text, start)
    take('string', start, end)
    if (text.startsWith('${', end)) {
      templates.push(0)
      at = end + 2
    } else at = end + 1
  }
  while (at < text.length) {
    const character = text[at]
    const depth = templates.at(-1)
    if (text.startsWith('//', at)) take('comment', at, endOr(text, text.indexOf('\n', at)))
    else if (text.startsWith('/*', at)) take('comment', at, endOr(text, text.indexOf('*/', at + 2) + 2))
    else if (character === "'" || character === '"') {
      take('string', at + 1, endOfString(text, at + 1, character))
      at++
    } else if (character === '`') takeTemplate(at + 1)
    else if (character === '/' && startsRegex(text, at)) take('string', at + 1, endOfRegex(text, at + 1))
    else if (depth !== undefined && character === '}' && depth === 0) {
      templates.pop()
      takeTemplate(at + 1)
    } else {
      if (depth !== undefined && character === '{') templates[templates.length - 1] = depth + 1
      if (depth !== undefined && character === '}') templates[templates.length - 1] = depth - 1
      at++
    }
  }
  return spans
}

function endOr(text: string, found: number): number {
  return found < 2 ? text.length : found
}

function endOfString(text: string, start: number, quote: string): number {
  let at = start
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1
  return Math.min(at, text.length)
}

function endOfTemplate(text: string, start: number): number {
  let at = start
  while (at < text.length && text[at] !== '`' && !text.startsWith('${', at)) at += text[at] === '\\' ? 2 : 1
  return Math.min(at, text.length)
}

/** A slash divides after a value and opens a regular expression elsewhere. */
function startsRegex(text: string, slash: number): boolean {
  const before = text.slice(Math.max(0, slash - 200), slash).trimEnd()
  return before === '' || /[=(,:[!&|?{};+>~^%*-]$|\b(return|typeof|case|in|of|await)$/.test(before)
}

/** The position after the closing slash. */
function endOfRegex(text: string, start: number): number {
  let inClass = false
  for (let at = start; at < text.length && text[at] !== '\n'; at++) {
    const character = text[at]
    if (character === '\\') at++
    else if (character === '[') inClass = true
    else if (character === ']') inClass = false
    else if (character === '/' && !inClass) return at + 1
  }
  return start
}
