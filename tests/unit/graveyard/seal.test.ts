import { createHash } from 'node:crypto'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limitsText } from '#graveyard/limits.ts'
import { SEAL } from '#graveyard/seal.ts'
import { assertSealed, checkSeal, computeSeal, readGraveyard, runSeal } from '#scripts/seal.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
let copy = ''

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'ark-seal-'))
  cpSync(join(ROOT, 'graveyard'), join(copy, 'graveyard'), { recursive: true })
})
afterEach(() => rmSync(copy, { recursive: true, force: true }))

const inCopy = (name: string) => join(copy, 'graveyard', name)

describe('the seal of a copy [COMP_GRAVEYARD] [SAFE_GRAVEYARD]', () => {
  it.each(Object.keys(SEAL.files))('breaks on one changed byte in %s and names it', (name) => {
    const bytes = readFileSync(inCopy(name))
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    writeFileSync(inCopy(name), bytes)
    const { code, lines } = runSeal(['--check'], copy)
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [`SEAL_BROKEN: graveyard/${name} differs from its seal.`],
    })
    expect(() => assertSealed(copy)).toThrow(name)
  })

  it('breaks on other line endings', () => {
    writeFileSync(inCopy('facts.ts'), readFileSync(inCopy('facts.ts'), 'utf8').replaceAll('\n', '\r\n'))
    expect(checkSeal(copy)).toEqual(['graveyard/facts.ts differs from its seal'])
  })

  it('breaks on a file that is missing, added, or the seal’s own', () => {
    rmSync(inCopy('privacy.ts'))
    writeFileSync(inCopy('extra.ts'), '')
    expect(checkSeal(copy)).toEqual(['graveyard/extra.ts is not sealed', 'graveyard/privacy.ts is missing'])
    rmSync(inCopy('seal.ts'))
    expect(checkSeal(copy)).toEqual(['graveyard/seal.ts is missing'])
  })

  it('breaks on an edited root, limits digest or text of seal.ts', () => {
    const text = readFileSync(inCopy('seal.ts'), 'utf8')
    const zeros = '0'.repeat(64)
    writeFileSync(inCopy('seal.ts'), text.replace(SEAL.root, zeros))
    expect(checkSeal(copy)).toEqual(['graveyard/seal.ts: the root is wrong'])
    writeFileSync(inCopy('seal.ts'), text.replace(SEAL.limits, zeros))
    expect(checkSeal(copy)).toEqual(['graveyard/limits.ts: the limits differ from their seal'])
    writeFileSync(inCopy('seal.ts'), `${text}export const more = 1\n`)
    expect(checkSeal(copy)).toEqual(['graveyard/seal.ts is not as it was generated'])
  })

  it('is made anew by sealing, and does not understand other words', () => {
    expect(runSeal(['--force'], copy).code).toBe(2)
    appendFileSync(inCopy('rules.ts'), '\n')
    expect(runSeal(['--check'], copy).code).toBe(1)
    expect(runSeal([], copy).code).toBe(0)
    expect(runSeal(['--check'], copy)).toEqual({ code: 0, lines: ['The seal holds.'] })
    expect(readFileSync(inCopy('seal.ts'), 'utf8')).not.toContain(SEAL.root)
  })
})

describe('the seal of this repository', () => {
  it('matches the files and the limits', () => {
    expect(checkSeal(ROOT)).toEqual([])
    expect(computeSeal(readGraveyard(ROOT), limitsText())).toEqual(SEAL)
  })

  it('has the digest of sorted lines "name digest" for its root', () => {
    const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
    const seal = computeSeal({ 'b.ts': 'two', 'a.ts': 'one' }, '{}')
    expect(seal.root).toBe(sha256(`a.ts ${sha256('one')}\nb.ts ${sha256('two')}\n`))
    expect(Object.keys(seal.files)).toEqual(['a.ts', 'b.ts'])
    expect(seal.limits).toBe(sha256('{}'))
  })
})
