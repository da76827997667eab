import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nativeHash } from '#runtimes/shared/hash.ts'
import { openKeys } from '#runtimes/shared/keys.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'

/**
 * Made for this test by Node, Deno and Bun: the passphrase is `horse`; base64 of the PEM's body, and the public
 * key.
 */
const FOREIGN = [
  [
    'MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhhH99w+sMKagICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEJc6' +
      'dlPHCIly8whIdQTUGIwEQN9w7P6XD0/K7B2Ob5ZFZ9yAE8MOgjiwMCrdsruRi+WBxI8D7bmuahRgR3pwi69hlfEnxkJ4yOREvpwRpieL' +
      'Q1M=',
    'trC2AL58A8q8rLUMYHO5fjMTEESdWxsRP6Lt6xCv1CA=',
  ],
  [
    'MIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBA4CzbHgEonotsAO6tIU+s6AgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFl' +
      'AwQBKgQQL8ApS8CKm2K4rqEHXXVPdgRArxBb+ixRO/RbHKL0VHTsw+Mxyq05hMPD5NBv7quNiW8MFYwOzD6X350iaDNjJtjNnExloynw' +
      'srbweqbLL9pq9Q==',
    '8RAouf/FhDZUzEPNm/90F3dPUeGUSaPy740QDOlwlmk=',
  ],
  [
    'MIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBABrGKbSqHlDBL3C+98AvsjAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFl' +
      'AwQBKgQQjpCd9+voHnznj068+QHNAQRAD4E1J7K+Bzw2xQv0NQRU5glLzISjOxsS2sf2+4gGR2iXbjzS7EexgSRgG/J7SDxMqdFLa8o0' +
      'H7Y1mSLZglw0+Q==',
    '7R57hDG62R80kzaU8uwaAQkbnp0Zu3Rphduu14AX5mA=',
  ],
] as const

let folder: string
let path: string

beforeEach(() => {
  folder = createTempDir()
  path = join(folder, 'keys', 'box.key')
})
afterEach(() => removeDir(folder))

function toPem(label: string, base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

function ellipticPem(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ format: 'pem', type: 'pkcs8' })
    .toString()
}

function open(passphrase = '') {
  return openKeys(folder, passphrase, nativeHash.sha256Hex)
}

describe('openKeys refuses', () => {
  it('a key that others may read, naming the command that mends it [REQ_SEC_01]', () => {
    open()
    for (const mode of [0o640, 0o604, 0o620, 0o666]) {
      chmodSync(path, mode)
      expect(() => open()).toThrow(expect.objectContaining({ code: 'FILE_MISSING', where: path }))
      expect(() => open()).toThrow(`chmod 600 '${path}'`)
    }
    chmodSync(path, 0o400)
    expect(open().publicKey).not.toBe('')
  })

  it('a wrong passphrase, and none for an encrypted key, showing neither', () => {
    open('right horse')
    const wanted = expect.objectContaining({ code: 'CONFIG_INVALID', where: 'ARK_KEY_PASSPHRASE' })
    expect(() => open()).toThrow(wanted)
    expect(() => open('wrong horse')).toThrow(wanted)
    expect(() => open('wrong horse')).not.toThrow('horse')
  })

  it.each([
    ['nothing', ''],
    ['text', 'not a key'],
    ['a key of another kind', ellipticPem()],
  ])('a key file that holds %s', (_name, text) => {
    mkdirSync(join(folder, 'keys'))
    writeFileSync(path, text, { mode: 0o600 })
    expect(() => open()).toThrow(expect.objectContaining({ code: 'FILE_MISSING', where: path }))
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})

describe('openKeys', () => {
  it('makes the key once, private to its owner, and leaves nothing beside it [SAFE_SECRETS]', () => {
    const first = open()
    expect(Buffer.from(first.publicKey, 'base64').length).toBe(32)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700)
    expect(open().publicKey).toBe(first.publicKey)
    expect(readdirSync(join(folder, 'keys'))).toEqual(['box.key'])
  })

  it('writes an encrypted key when there is a passphrase, and opens it again [REQ_SEC_01]', () => {
    const first = open('horse')
    expect(readFileSync(path, 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY')
    expect(open('horse').publicKey).toBe(first.publicKey)
  })

  it('encrypts a plain key once there is a passphrase', () => {
    const first = open()
    expect(readFileSync(path, 'utf8')).toContain('BEGIN PRIVATE KEY')
    expect(open('horse').publicKey).toBe(first.publicKey)
    expect(readFileSync(path, 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('opens the key that another runtime encrypted', () => {
    mkdirSync(join(folder, 'keys'))
    for (const [base64, publicKey] of FOREIGN) {
      writeFileSync(path, toPem('ENCRYPTED PRIVATE KEY', base64), { mode: 0o600 })
      expect(open('horse').publicKey).toBe(publicKey)
    }
  })

  it('verifies what it signed, and nothing else', async () => {
    const keys = open()
    const signature = await keys.sign('text é')
    expect(await keys.verify('text é', signature, keys.publicKey)).toBe(true)
    expect(await keys.verify('text e', signature, keys.publicKey)).toBe(false)
    // The top bits of a signature's last byte are zero often enough to make a fixed ending a lottery: turn one bit.
    const turned = Buffer.from(signature, 'base64')
    turned[63] = (turned[63] ?? 0) ^ 1
    expect(await keys.verify('text é', turned.toString('base64'), keys.publicKey)).toBe(false)
    expect(await keys.verify('text é', '', keys.publicKey)).toBe(false)
    expect(await keys.verify('text é', signature, '')).toBe(false)
    expect(await keys.verify('text é', signature, Buffer.alloc(32).toString('base64'))).toBe(false)
    expect(await keys.verify('text é', signature, `${keys.publicKey} `)).toBe(false)
  })

  it('signs as RFC 8032 says (test 2)', async () => {
    mkdirSync(join(folder, 'keys'))
    const seed = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'
    const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex').toString('base64')
    writeFileSync(path, toPem('PRIVATE KEY', der), { mode: 0o600 })
    const keys = open()
    expect(Buffer.from(keys.publicKey, 'base64').toString('hex')).toBe(
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    )
    expect(Buffer.from(await keys.sign('r'), 'base64').toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
  })
})
