/**
 * Rewraps comments that run past the line limit, which the formatter leaves alone. Part of `npm run format`.
 *
 * Only paragraphs with a line that is too long are touched; lists, tables, examples and tags keep their
 * lines. A comment behind code on one line is left to its author.
 */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readSources } from './source.ts'
import { isGenerated, LINE_LENGTH_MAX } from './tidy.ts'

/** Where rewrapped lines end: the formatter's own width. */
const WIDTH = 110

export function reflow(text: string): string {
  return text
    .replace(/^([ \t]*)\/\*\* ?([^\n]*?) ?\*\/$/gm, (whole, indent: string, words: string) =>
      whole.length > LINE_LENGTH_MAX ? `${indent}/**\n${wrap(words, `${indent} * `)}\n${indent} */` : whole,
    )
    .replace(/(?:^[ \t]*(?:\*|\/\/) [^\n]*\n)+/gm, (block) => reflowBlock(block))
}

/** Lines with one kind of comment mark in front. */
function reflowBlock(block: string): string {
  const lines = block.trimEnd().split('\n')
  const paragraphs: string[][] = []
  for (const line of lines) {
    const last = paragraphs.at(-1)
    if (last !== undefined && markOf(line) === markOf(last[0] ?? '') && isProse(line)) last.push(line)
    else paragraphs.push([line])
  }
  return `${paragraphs.map(reflowParagraph).join('\n')}\n`
}

function reflowParagraph(lines: readonly string[]): string {
  const mark = markOf(lines[0] ?? '')
  if (lines.every((line) => line.length <= LINE_LENGTH_MAX)) return lines.join('\n')
  return wrap(lines.map((line) => line.slice(mark.length)).join(' '), mark)
}

function markOf(line: string): string {
  return /^[ \t]*(?:\*|\/\/) /.exec(line)?.[0] ?? ''
}

/** A line that may be joined to the one above: no list item, table row, tag or indented example. */
function isProse(line: string): boolean {
  return !/^(?:[-*|@`]|\d+\. | )/.test(line.slice(markOf(line).length))
}

function wrap(words: string, mark: string): string {
  const lines = ['']
  for (const word of words.split(/ +/)) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (mark.length + line.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines.map((line) => mark + line).join('\n')
}

export function main(root: string): void {
  for (const source of readSources(root)) {
    const text = isGenerated(source) ? source.text : reflow(source.text)
    if (text !== source.text) writeFileSync(`${root}/${source.path}`, text)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(fileURLToPath(new URL('..', import.meta.url)))
