import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nativeHash } from '#runtimes/shared/hash.ts'

function reference(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

describe.each([['native', nativeHash]])('%s hash', (_name, hash) => {
  it('gives the published digests', () => {
    expect(hash.sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(hash.sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it('agrees with createHash at every length around the block limits', () => {
    for (let length = 0; length <= 300; length++) {
      const text = 'x'.repeat(length)
      expect(hash.sha256Hex(text)).toBe(reference(text))
      const bytes = Buffer.alloc(length, 0xa7)
      expect(hash.sha256OfHex(bytes.toString('hex'))).toBe(reference(bytes))
    }
  })

  it('agrees with createHash on any text, lone surrogates included', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: 'grapheme', maxLength: 400 }),
    )
    fc.assert(fc.property(text, (value) => void expect(hash.sha256Hex(value)).toBe(reference(value))))
    const lone = 'before \ud800 after é\udfff'
    expect(hash.sha256Hex(lone)).toBe(reference(lone))
  })

  it('agrees with createHash on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(hash.sha256OfHex(Buffer.from(bytes).toString('hex'))).toBe(reference(bytes))
      }),
    )
  })

  it('is not disturbed by a long text before a short one', () => {
    const long = '漢'.repeat(100_000)
    expect(hash.sha256Hex(long)).toBe(reference(long))
    expect(hash.sha256Hex('abc')).toBe(reference('abc'))
  })

  it('makes random hex of the asked length, never twice the same', () => {
    expect(hash.randomHex(16)).toMatch(/^[0-9a-f]{32}$/)
    expect(hash.randomHex(16)).not.toBe(hash.randomHex(16))
  })
})
