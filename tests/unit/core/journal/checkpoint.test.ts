import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { KeyPort } from '#core/contract.ts'
import {
  base64ToHex,
  formatCheckpoint,
  hexToBase64,
  keyIdOf,
  parseCheckpoint,
  signCheckpoint,
  verifyCheckpoint,
} from '#core/journal/checkpoint.ts'
import type { HashPort } from '#core/ports.ts'

const hash: HashPort = {
  sha256Hex: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
  sha256OfHex: (hex) => createHash('sha256').update(hex, 'hex').digest('hex'),
  randomHex: () => '',
}

function createKeys(): KeyPort {
  const pair = generateKeyPairSync('ed25519')
  const { x = '' } = pair.publicKey.export({ format: 'jwk' })
  return {
    publicKey: Buffer.from(x, 'base64url').toString('base64'),
    sign: (text) => Promise.resolve(sign(null, Buffer.from(text), pair.privateKey).toString('base64')),
    verify: (text, signature, publicKey) => {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey, 'base64').toString('base64url') }
      const key = createPublicKey({ key: jwk, format: 'jwk' })
      return Promise.resolve(verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64')))
    },
    sha256Hex: hash.sha256Hex,
  }
}

const KEYS = createKeys()
const NAME = 'ark.example/box-1'
const ROOT = '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'
const HEAD = { origin: NAME, size: 8, rootHex: ROOT }
const BODY = formatCheckpoint(HEAD)
const NOTE = await signCheckpoint(BODY, NAME, KEYS, hash)
const SIGNATURE = NOTE.slice(BODY.length + 1)

const check = (note: string, name = NAME, publicKey = KEYS.publicKey) =>
  verifyCheckpoint(note, name, publicKey, KEYS, hash)

/** A tree head of the Go checksum database, as its server signed it, and its key (sum.golang.org/latest). */
const GO_KEY = Buffer.from('Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8', 'base64')
  .subarray(1)
  .toString('base64')
const GO_SIGNATURE =
  'Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw='
const GO_NOTE = [
  'go.sum database tree',
  '6476701',
  'mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=',
  '',
  `\u2014 sum.golang.org ${GO_SIGNATURE}`,
  '',
].join('\n')

describe('a checkpoint is refused', () => {
  it.each([
    ['another size', NOTE.replace('\n8\n', '\n9\n')],
    ['another root', NOTE.replace(hexToBase64(ROOT), hexToBase64(ROOT.replace('5d', '5e')))],
    ['another origin', NOTE.replace(NAME, `${NAME}0`)],
    ['an extension slipped in', NOTE.replace('\n\n', '\nextra\n\n')],
  ])('when its text was changed: %s', async (_, note) => {
    expect(note).not.toBe(NOTE)
    expect(await check(note)).toMatchObject({ ok: false, code: 'JOURNAL_CORRUPT' })
  })

  it('when one signature of the key holds and another does not', async () => {
    const [first = ''] =
      (await signCheckpoint(formatCheckpoint({ ...HEAD, size: 9 }), NAME, KEYS, hash)).match(/\u2014.*\n/u) ??
      []
    expect(await check(NOTE + first)).toMatchObject({ ok: false, code: 'JOURNAL_CORRUPT' })
    expect(await check(`${BODY}\n${first}${SIGNATURE}`)).toMatchObject({ ok: false, code: 'JOURNAL_CORRUPT' })
  })

  it('when only others signed it', async () => {
    expect(await check(NOTE, 'ark.example/box-2')).toMatchObject({ ok: false, code: 'JOURNAL_CORRUPT' })
    expect(await check(NOTE, NAME, createKeys().publicKey)).toMatchObject({
      ok: false,
      code: 'JOURNAL_CORRUPT',
    })
  })

  it('when the public key is none', async () => {
    expect(await check(NOTE, NAME, 'AAAA')).toMatchObject({ ok: false, code: 'DATA_INVALID' })
  })

  it.each([
    ['nothing at all', ''],
    ['no signature', `${BODY}\n`],
    ['no empty line', BODY + SIGNATURE],
    ['no final newline', NOTE.slice(0, -1)],
    ['a hyphen for the dash', NOTE.replace('\u2014', '-')],
    ['two spaces', NOTE.replace('\u2014 ', '\u2014  ')],
    ['a carriage return', NOTE.replaceAll('\n', '\r\n')],
    ['a tab', NOTE.replace(NAME, `${NAME}\t`)],
    ['a lone surrogate', NOTE.replace(NAME, '\ud800')],
    ['no origin', NOTE.replace(NAME, '')],
    ['leading zeros', NOTE.replace('\n8\n', '\n08\n')],
    ['a signed size', NOTE.replace('\n8\n', '\n+8\n')],
    ['a size beyond 2^53', NOTE.replace('\n8\n', '\n9007199254740993\n')],
    ['no size', NOTE.replace('\n8\n', '\n')],
    ['a short root', NOTE.replace(hexToBase64(ROOT), hexToBase64(ROOT.slice(2)))],
    ['a root without padding', NOTE.replace(hexToBase64(ROOT), hexToBase64(ROOT).slice(0, -1))],
    ['a signature without bytes', `${BODY}\n\u2014 ${NAME} AAAAAA==\n`],
    ['a plus in the key name', `${BODY}\n\u2014 a+b ${SIGNATURE.split(' ')[2]}`],
    ['too many signatures', `${BODY}\n${SIGNATURE.repeat(65)}`],
    ['an empty extension line', NOTE.replace('\n\n', '\n\nextra\n\n')],
    ['too long a text', NOTE.replace('\n\n', `\n${'x'.repeat(70_000)}\n\n`)],
  ])('when it is not in form: %s', async (_, note) => {
    expect(() => parseCheckpoint(note)).toThrow(expect.objectContaining({ code: 'DATA_INVALID' }))
    expect(await check(note)).toMatchObject({ ok: false, code: 'DATA_INVALID' })
  })

  it('before it is written, when a part would break its line', async () => {
    for (const origin of ['', 'two\nlines', 'tab\t', '\udc00'])
      expect(() => formatCheckpoint({ ...HEAD, origin })).toThrow(/origin/)
    for (const size of [-1, 1.5, Number.NaN, 2 ** 53])
      expect(() => formatCheckpoint({ ...HEAD, size })).toThrow(/leaves/)
    for (const rootHex of ['', ROOT.toUpperCase(), `${ROOT}00`]) {
      expect(() => formatCheckpoint({ ...HEAD, rootHex })).toThrow(/root/)
    }
    for (const name of ['', 'two words', 'a+b', 'thin\u2009space']) {
      await expect(signCheckpoint(BODY, name, KEYS, hash)).rejects.toThrow(/key name/)
    }
    await expect(signCheckpoint(`${BODY}\n`, NAME, KEYS, hash)).rejects.toThrow(/extension/)
    await expect(signCheckpoint('no head\n', NAME, KEYS, hash)).rejects.toThrow(/size/)
    await expect(
      signCheckpoint(BODY, NAME, { ...KEYS, sign: () => Promise.resolve('AAAA') }, hash),
    ).rejects.toThrow(/64 bytes/)
  })
})

describe('a checkpoint is accepted', () => {
  it('when it was signed here', async () => {
    expect(NOTE).toMatch(
      /^ark\.example\/box-1\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz\+Nw7\/RgQyg=\n\n\u2014 ark\.example\/box-1 \S{92}\n$/,
    )
    expect(await check(NOTE)).toMatchObject({ ok: true, checkpoint: { ...HEAD, body: BODY, extensions: [] } })
  })

  it('with signatures of others beside ours, whatever they are worth', async () => {
    const stranger = await signCheckpoint(formatCheckpoint({ ...HEAD, size: 9 }), NAME, createKeys(), hash)
    const [line = ''] = stranger.match(/\u2014.*\n/u) ?? []
    const verdict = await check(`${BODY}\n${line}\u2014 witness.example ${'A'.repeat(200)}\n${SIGNATURE}`)
    expect(verdict).toMatchObject({ ok: true, checkpoint: { size: 8 } })
  })

  it('with a line of another name under our key id, which is not ours to judge', async () => {
    const alias = SIGNATURE.replace(NAME, 'alias.example').replace(/.{8}=\n$/, 'AAAAAAAA=\n')
    expect(parseCheckpoint(`${NOTE}${alias}`).signatures.map(({ keyId }) => keyId)).toEqual([
      keyIdOf(NAME, KEYS.publicKey, hash),
      keyIdOf(NAME, KEYS.publicKey, hash),
    ])
    expect(await check(`${NOTE}${alias}`)).toMatchObject({ ok: true })
  })

  it('with extension lines, which are signed too', async () => {
    const note = await signCheckpoint(`${BODY}one\ntwo\n`, NAME, KEYS, hash)
    expect(await check(note)).toMatchObject({ ok: true, checkpoint: { ...HEAD, extensions: ['one', 'two'] } })
  })

  it('of an empty log', async () => {
    const note = await signCheckpoint(formatCheckpoint({ ...HEAD, size: 0 }), NAME, KEYS, hash)
    expect(await check(note)).toMatchObject({ ok: true, checkpoint: { size: 0 } })
  })

  it('when another implementation signed it', async () => {
    expect(keyIdOf('sum.golang.org', GO_KEY, hash)).toBe('033de0ae')
    expect(await check(GO_NOTE, 'sum.golang.org', GO_KEY)).toMatchObject({
      ok: true,
      checkpoint: { origin: 'go.sum database tree', size: 6_476_701 },
    })
    expect(await check(GO_NOTE.replace('6476701', '6476702'), 'sum.golang.org', GO_KEY)).toMatchObject({
      ok: false,
    })
  })
})

describe('base64', () => {
  it.each(['A', 'AA', 'AA=', 'AAA', 'AB==', 'AA==\n', ' AA==', 'A-_A', 'AA==AA=='])('refuses %j', (text) => {
    expect(base64ToHex(text)).toBeUndefined()
  })

  it('agrees with Buffer both ways', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Buffer.from(Array.from({ length }, (_, index) => (index * 37 + length * 101) % 256))
      expect(hexToBase64(bytes.toString('hex'))).toBe(bytes.toString('base64'))
      expect(base64ToHex(bytes.toString('base64'))).toBe(bytes.toString('hex'))
    }
  })
})
