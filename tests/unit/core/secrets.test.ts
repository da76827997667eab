import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '#core/contract.ts'
import {
  findPersonal,
  findSecrets,
  isSecretName,
  MASK,
  redact,
  redactPersonal,
  redactText,
} from '#core/secrets.ts'

/** Put together here, so that no scanner of repositories takes this file for a leak. */
const SECRETS: readonly [kind: string, text: string][] = [
  ['private_key', `-----BEGIN ${'PRIVATE KEY'}-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----`],
  ['private_key', `-----BEGIN ${'RSA PRIVATE KEY'}-----`],
  ['private_key', `-----BEGIN ${'PGP PRIVATE KEY BLOCK'}-----`],
  ['aws_key', `AK${'IAIOSFODNN7EXAMPLE'}`],
  ['github_token', `gh${'p_'}${'a1B2'.repeat(9)}`],
  ['github_token', `github_${'pat_'}${'11ABCDEFG0'.repeat(3)}`],
  ['slack_token', `xo${'xb-'}123456789012-abcdefABCDEF`],
  ['openai_key', `s${'k-proj-'}AbCdEf0123456789AbCdEf`],
  ['anthropic_key', `s${'k-ant-'}api03-AbCdEf0123456789-xyz`],
  ['telegram_token', `${'123456789'}:AAE${'x1Y2'.repeat(8)}`],
  ['telegram_token', `https://api.telegram.org/bot${'123456789'}:AAE${'x1Y2'.repeat(8)}/sendMessage`],
  ['alpaca_key', `PK${'ABCDEFGHIJ01234567'}`],
  ['jwt', `ey${'JhbGciOiJIUzI1NiJ9'}.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl`],
  ['ark_token', `ark_${'0a'.repeat(24)}`],
  ['password', 'login with password=hunter2 please'],
  ['password', 'PASSWORD: "correct-horse"'],
  ['password', '?token=abcd1234&x=1'],
  ['password', 'DB_API_KEY=abcd1234'],
  ['bearer', 'Authorization: Bearer abcdefghijklmnop0123'],
  ['bearer', 'authorization: Basic dXNlcjpwYXNzd29yZA=='],
  ['url_password', 'postgres://ark:geheim@db:5432/ark'],
]

describe('a secret is found [REQ_SEC_01] [REQ_SEC_02]', () => {
  it.each(SECRETS)('%s in a text', (kind, text) => {
    for (const around of [text, `see ${text}`, `"${text}"`])
      expect(findSecrets({ note: [around] })).toContainEqual({ path: 'note.0', kind })
    expect(JSON.stringify(redact({ note: [`see ${text}`] }))).not.toContain(text.slice(-22, -12))
  })

  it.each([
    'password',
    'Passwd',
    'client_secret',
    'token',
    'botToken',
    'apiKey',
    'api_key',
    'API-KEY',
    'private_key',
  ])('under the name %s, whatever it looks like', (name) => {
    expect(findSecrets({ a: { [name]: 'x' } })).toEqual([{ path: `a.${name}`, kind: 'named' }])
    expect(redact({ a: { [name]: 'x' } })).toEqual({ a: { [name]: MASK } })
    expect(isSecretName(name)).toBe(true)
  })

  it('anywhere below such a name', () => {
    expect(findSecrets({ secrets: [{ a: 'x' }, 'y', 3, ''] })).toEqual([
      { path: 'secrets.0.a', kind: 'named' },
      { path: 'secrets.1', kind: 'named' },
    ])
  })

  it('in the name of a field, which it is not repeated by', () => {
    const name = `ark_${'0a'.repeat(24)}`
    const found = findSecrets({ a: { [name]: 1 } })
    expect(found).toEqual([{ path: `a.${MASK}`, kind: 'ark_token' }])
    expect(redact({ a: { [name]: 1 } })).toEqual({ a: { [MASK]: 1 } })
  })

  it('where nesting would hide it', () => {
    let value: Json = `ark_${'0a'.repeat(24)}`
    for (let depth = 0; depth < 100_000; depth++) value = [value]
    expect(findSecrets(value)).toMatchObject([{ kind: 'too_deep' }])
    expect(findSecrets(redact(value))).toEqual([])
  })
})

describe('what is no secret', () => {
  it.each<[string, Json]>([
    ['symbols', ['BRK.B', 'PKBK', 'AKAM', 'AKIA', 'SKX', 'BTC-USD', 'ARK_B', 'EYJ.A']],
    [
      'hex ids',
      { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', digest: 'ab'.repeat(32), tokenHash: 'cd'.repeat(32) },
    ],
    [
      'a signature',
      'g0pXn9oJk1x5v2N8Q3m7L6yR4tBzWcEaHsUdFiKjPqA+/ZbVnMxYtGhOlSeIrCuDfTwJvQkXpLmNoBaRsEtUgA==',
    ],
    ['a public key', { publicKey: 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=' }],
    [
      'amounts and times',
      { price: '1455.22', quantity: '100000.00000001', time: 1_718_204_400_000, clock: '12:34:56' },
    ],
    [
      'numbers and flags under a telling name',
      { ratePerToken: 200, token: null, secret: true, password: '' },
    ],
    ['a mask', { password: MASK, note: `password=${MASK} bearer ${MASK}` }],
    [
      'words',
      'no token was sent; the secret: patience. Bearer of bad news, basic materials, risk-adjusted-returns-2024',
    ],
    ['addresses', ['https://example.com:8080/a@b', '/v1/signals/…', 'http://127.0.0.1:8000/']],
  ])('%s', (_, value) => {
    expect(findSecrets(value)).toEqual([])
    expect(redact(value)).toBe(value)
  })
})

describe('redaction', () => {
  it('keeps what stands around a secret', () => {
    expect(redactText(`GET /bot${'123456789'}:AAE${'x1Y2'.repeat(8)}/getMe failed`)).toBe(
      'GET /bot***/getMe failed',
    )
    expect(redactText('postgres://ark:geheim@db:5432/ark')).toBe('postgres***db:5432/ark')
  })

  it('leaves nothing to find, whatever it was given', () => {
    const piece = fc.oneof(
      fc.constantFrom(...SECRETS.map(([, text]) => text), 'password', 'token=', '***', '.', '-', '@'),
      fc.string(),
    )
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(text, tie('value')),
      ),
    }))
    fc.assert(
      fc.property(value, (raw) => {
        const given = raw as Json
        expect(findSecrets(redact(given))).toEqual([])
        expect(findPersonal(redactPersonal(given))).toEqual([])
        expect(findSecrets(given)).toEqual(findSecrets(given))
      }),
    )
  })
})

describe('personal data is found [REQ_SEC_02]', () => {
  it.each<[string, string]>([
    ['email', 'write to jane.doe+ark@example.co.uk today'],
    ['phone', 'call +41 44 668 18 00'],
    ['phone', '+14155552671'],
    ['phone', '(415) 555-2671'],
    ['phone', '415-555-2671'],
    ['iban', 'CH93 0076 2011 6238 5295 7'],
    ['iban', 'DE89370400440532013000'],
    ['ssn', 'his is 078-05-1120.'],
  ])('%s in a text', (kind, text) => {
    expect(findPersonal([text])).toEqual([{ path: '0', kind }])
    expect(JSON.stringify(redactPersonal([text]))).not.toMatch(/\d{4}|jane/)
  })

  it.each(['email', 'phone', 'ssn', 'address', 'birthdate', 'fullName', 'full_name', 'date-of-birth'])(
    'under the name %s',
    (name) => {
      expect(findPersonal({ [name]: 'x', [`${name}Count`]: 'y', n: { [name]: 3 } })).toMatchObject([
        { path: name },
      ])
    },
  )

  it('and nothing else is taken for it', () => {
    const plain = [
      '2024-06-12T15:00:00.000+02:00',
      '078-05-11200',
      '000-12-3456',
      '12345678.12345678',
      '+100000.5',
      '-1455.22',
      'DE89370400440532013001',
      'operator@box',
      'kyle@1.0.0',
      'BRK.B',
      '4bf92f3577b34da6a3ce929d0e0e4736',
    ]
    expect(findPersonal(plain)).toEqual([])
    expect(findPersonal({ constructor: 'x', toString: 'y', addressBook: 'z' } as unknown as Json)).toEqual([])
  })
})

describe('the search', () => {
  /** Work doubles with the text; a pattern that backtracks would square it and never come back. */
  it.each([
    'eyJ',
    'eyJaaaaaaaa.',
    'sk-',
    'sk-a',
    'password=',
    'a@',
    'a.',
    '1-',
    '+1 ',
    'AK',
    '://',
    '://a:',
    '-----BEGIN A ',
    'bearer ',
    'DE89',
    '12345678:',
  ])('ends on a megabyte of %j', (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length))
    for (const value of [text, `${text}!`, `x${text}`]) {
      findSecrets(value)
      findPersonal(value)
    }
    expect(redactText(text).length).toBeLessThanOrEqual(text.length)
  })
})
