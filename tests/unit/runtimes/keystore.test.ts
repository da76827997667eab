import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DOMAINS } from '#core/config/variable.ts'
import { openKeystore, readCredentials } from '#runtimes/shared/keystore.ts'
import { inspectKeystore, keystorePath, tryKeystore } from '#runtimes/shared/keystore-file.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'

let dataDir = ''
beforeEach(() => {
  dataDir = createTempDir()
})
afterEach(() => removeDir(dataDir))

const TOKEN = { TELEGRAM_BOT_TOKEN: '1:geheim' }
const NOW = Date.UTC(2026, 0, 2)

function open(env: Record<string, string>, passphrase = '', now = NOW) {
  return openKeystore({ dataDir, env, passphrase, now })
}

function text(): string {
  return readFileSync(keystorePath(dataDir), 'utf8')
}

describe('a keystore refuses [REQ_SEC_01]', () => {
  it('a credential that is set twice, unreadable, too long, or malformed: all at once, unseen', () => {
    const big = join(dataDir, 'big')
    writeFileSync(big, 'x'.repeat(9_000))
    const { values, faults } = readCredentials({
      OPENAI_API_KEY: 'geheim',
      OPENAI_API_KEY_FILE: big,
      NEWS_API_KEY_FILE: join(dataDir, 'none'),
      ANTHROPIC_API_KEY_FILE: big,
      TELEGRAM_ALLOWED_USERS: '12,geheim',
      ALPACA_BASE_URL: 'https://u:geheim@x',
      COINBASE_API_KEY: 'geheim\nsecond line',
    })
    expect(values.size).toBe(0)
    expect(faults.map(({ path }) => path)).toEqual([
      'TELEGRAM_ALLOWED_USERS',
      'OPENAI_API_KEY_FILE',
      'ANTHROPIC_API_KEY_FILE',
      'ALPACA_BASE_URL',
      'COINBASE_API_KEY',
      'NEWS_API_KEY_FILE',
    ])
    expect(JSON.stringify(faults)).not.toContain('geheim')
    expect(() => open({ NEWS_API_KEY_FILE: big })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
    expect(existsSync(keystorePath(dataDir))).toBe(false)
  })

  it('a file that others may read', () => {
    open(TOKEN)
    chmodSync(keystorePath(dataDir), 0o640)
    expect(() => open({})).toThrow(expect.objectContaining({ code: 'FILE_MISSING' }))
    expect(inspectKeystore(dataDir)?.mode).toBe(0o640)
  })

  it.each([
    '',
    '{',
    '[]',
    '{"format":"ark-keystore-2"}',
    '{"format":"ark-keystore-1","since":{},"cipher":"rot13"}',
  ])('what is no keystore: %j', (content) => {
    mkdirSync(join(dataDir, 'keys'))
    writeFileSync(keystorePath(dataDir), content, { mode: 0o600 })
    expect(() => open(TOKEN)).toThrow(expect.objectContaining({ code: 'FILE_MISSING' }))
    expect(text()).toBe(content)
  })

  it('a wrong or missing passphrase, and a file that was changed', () => {
    open(TOKEN, 'right')
    for (const passphrase of ['', 'wrong']) {
      const refusal = expect.objectContaining({ code: 'CONFIG_INVALID', where: 'ARK_KEY_PASSPHRASE' })
      expect(() => open({}, passphrase)).toThrow(refusal)
      expect(() => tryKeystore(dataDir, passphrase)).toThrow(refusal)
    }
    const good = JSON.parse(text()) as Record<string, string>
    tryKeystore(dataDir, 'right')
    const flipped = Buffer.from(good.data ?? '', 'base64')
    flipped[0] = (flipped[0] ?? 0) ^ 1
    const changes = [
      { data: flipped.toString('base64') },
      { since: {} },
      { tag: (good.tag ?? '').slice(0, 4) },
    ]
    for (const change of changes) {
      writeFileSync(keystorePath(dataDir), JSON.stringify({ ...good, ...change }))
      expect(() => tryKeystore(dataDir, 'right')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    }
  })
})

describe('a keystore keeps', () => {
  it('nothing when there is nothing to keep', () => {
    const keystore = open({ PATH: '/bin', TELEGRAM_BOT_TOKEN: '' }, 'passphrase')
    expect(existsSync(join(dataDir, 'keys'))).toBe(false)
    expect(keystore.credentialsFor('telegram').get('TELEGRAM_BOT_TOKEN')).toBeUndefined()
  })

  it('what the environment said, in a file of the owner only, until it says otherwise', () => {
    open(TOKEN)
    expect(statSync(keystorePath(dataDir)).mode & 0o777).toBe(0o600)
    expect(statSync(join(dataDir, 'keys')).mode & 0o777).toBe(0o700)
    expect(open({}).credentialsFor('telegram').get('TELEGRAM_BOT_TOKEN')).toBe('1:geheim')
    const before = text()
    open(TOKEN, '', NOW + 1)
    expect(text()).toBe(before)
    expect(
      open({ TELEGRAM_BOT_TOKEN: '2' }, '', NOW + 1_000)
        .credentialsFor('telegram')
        .get('TELEGRAM_BOT_TOKEN'),
    ).toBe('2')
    expect(inspectKeystore(dataDir)).toMatchObject({
      encrypted: false,
      since: { TELEGRAM_BOT_TOKEN: '2026-01-02T00:00:01.000Z' },
    })
  })

  it('what a file said, without its last line feed', () => {
    const path = join(dataDir, 'token')
    writeFileSync(path, '1:geheim\r\n')
    expect(open({ TELEGRAM_BOT_TOKEN_FILE: path }).credentialsFor('telegram').get('TELEGRAM_BOT_TOKEN')).toBe(
      '1:geheim',
    )
  })

  it('only the domains it is asked for', () => {
    const env = { ...TOKEN, OPENAI_API_KEY: 'other' }
    openKeystore({ dataDir, env, passphrase: '', domains: ['telegram'] })
    expect(Object.keys(inspectKeystore(dataDir)?.since ?? {})).toEqual(['TELEGRAM_BOT_TOKEN'])
  })

  it('values unreadable under a passphrase, also one that came later; names stay readable', () => {
    open(TOKEN)
    expect(text()).toContain('geheim')
    open({}, 'later')
    expect(text()).not.toContain('geheim')
    expect(inspectKeystore(dataDir)).toMatchObject({
      encrypted: true,
      since: { TELEGRAM_BOT_TOKEN: '2026-01-02T00:00:00.000Z' },
    })
    const second = open({ NEWS_API_KEY: 'news' }, 'later')
    expect(second.credentialsFor('telegram').get('TELEGRAM_BOT_TOKEN')).toBe('1:geheim')
    expect(open({}, 'later').credentialsFor('external').get('NEWS_API_KEY')).toBe('news')
  })
})

describe('a domain [REQ_SEC_01]', () => {
  it('sees nothing of the others', () => {
    const keystore = open({ ...TOKEN, ALPACA_API_KEY: 'PK', NEWS_API_KEY: 'news' })
    expect(DOMAINS.map((domain) => keystore.credentialsFor(domain).names)).toEqual([
      ['TELEGRAM_BOT_TOKEN'],
      ['OLLAMA_HOST'],
      ['ALPACA_API_KEY', 'ALPACA_BASE_URL'],
      [],
      ['NEWS_API_KEY'],
    ])
    const telegram = keystore.credentialsFor('telegram')
    for (const name of ['ALPACA_API_KEY', 'NEWS_API_KEY', 'ARK_KEY_PASSPHRASE', '__proto__', 'constructor'])
      expect(() => telegram.get(name)).toThrow(expect.objectContaining({ code: 'PORT_NOT_GRANTED' }))
  })

  it('shows nothing when it is printed, and has the defaults of what is no secret', () => {
    const trading = open({ ALPACA_API_KEY: 'geheim' }).credentialsFor('trading')
    expect(JSON.stringify(trading) + inspect(trading, { depth: 9 })).not.toContain('geheim')
    expect(trading.get('ALPACA_BASE_URL')).toBe('https://paper-api.alpaca.markets')
    expect(trading.get('ALPACA_API_SECRET')).toBeUndefined()
  })
})
