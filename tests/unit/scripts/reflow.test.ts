import { describe, expect, it } from 'vitest'
import { reflow } from '#scripts/reflow.ts'

const SENTENCE = 'The quick brown fox jumps over the lazy dog. '.repeat(4).trim()

describe('reflow', () => {
  it('rewraps a paragraph that is too long and keeps its words', () => {
    const before = `/**\n * Short.\n *\n * ${SENTENCE}\n */\n`
    const after = reflow(before)
    expect(Math.max(...after.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110)
    expect(after.replace(/[\s*]+/g, ' ')).toBe(before.replace(/[\s*]+/g, ' '))
    expect(reflow(after)).toBe(after)
  })

  it('opens a one-line comment that is too long, at its indentation', () => {
    expect(reflow(`  /** ${SENTENCE} */\n`)).toMatch(
      /^ {2}\/\*\*\n {3}\* The quick[^\n]+\n {3}\* [^\n]+\n {3}\*\/\n$/,
    )
  })

  it('joins no list item or example to the paragraph above it', () => {
    const after = reflow(`// ${SENTENCE}\n// - item\n//   more\nf()\n`)
    expect(after).toContain('\n// - item\n//   more\nf()\n')
  })

  it('leaves alone what fits, and all code', () => {
    const text = `/** Short. */\nconst a = '${SENTENCE}${SENTENCE}'\n// one\n// two\n`
    expect(reflow(text)).toBe(text)
  })
})
