import { describe, expect, it } from 'vitest'
import type { LogLine } from '#core/ports.ts'
import { createLog, type LogLevel, parseLogLevel } from '#runtimes/shared/log.ts'

function print(line: Partial<LogLine>, options: { level?: LogLevel; terminal?: boolean } = {}): string {
  let output = ''
  const write = (text: string) => {
    output += text
  }
  const log = createLog({ level: options.level ?? 'debug', terminal: options.terminal ?? true, write })
  log.write({ level: 'info', source: 'kyle', message: 'hello', ...line })
  return output
}

describe('a log line never shows [SAFE_LOG_AGGREGATION]', () => {
  it('what lies below the level', () => {
    expect(print({ level: 'info' }, { level: 'warn' })).toBe('')
    expect(print({ level: 'warn' }, { level: 'warn' })).not.toBe('')
    expect(print({ level: 'debug' }, { level: 'info' })).toBe('')
  })

  it('a value whose name says that it is a secret, at any depth [REQ_SEC_01]', () => {
    const inner = { apiKey: 'S3CRET', list: [{ password: 'S3CRET' }], open: 'seen' }
    const fields = { token: 'S3CRET', operatorToken: 'S3CRET', Authorization: 'S3CRET', key: 'S3CRET', inner }
    const text = print({ fields: { ...fields, clientSecret: 'S3CRET', ALPACA_API_KEY: 'S3CRET' } })
    expect(text).not.toContain('S3CRET')
    expect(text).toContain('token=***')
    expect(text).toContain('seen')
  })

  it('a bearer token, wherever it stands', () => {
    const text = 'got Authorization: Bearer abc.DEF-123~+/= and more'
    const output = print({ message: text, fields: { header: text, nested: { header: text } } })
    expect(output).not.toContain('abc.DEF')
    expect(output).toContain('and more')
  })

  it('a person or a credential, by its looks', () => {
    const leak = `ann@example.org signed with ghp_${'A1b2'.repeat(9)}`
    const output = print({ message: leak, fields: { note: leak, nested: [leak] } })
    expect(output).not.toContain('ann@')
    expect(output).not.toContain('ghp_A1b2')
    expect(output).toContain('signed with')
  })

  it('a line break or a control character', () => {
    const output = print({
      message: 'a\nb\u001b[31m',
      source: 'x\ry',
      fields: { text: 'c\u2028d', 'na\nme': 1 },
    })
    expect(output.split('\n').length).toBe(2)
    expect(output).toContain('a\\u000ab\\u001b[31m')
    expect(output).not.toMatch(/[\u001b\r\u2028]/)
  })

  it('more than 4 KiB', () => {
    const output = print({ message: 'é'.repeat(10_000), fields: { rest: 'y'.repeat(10_000) } })
    expect(Buffer.byteLength(output)).toBeLessThanOrEqual(4096)
    expect(output.endsWith(' …\n')).toBe(true)
  })
})

describe('a log line', () => {
  it('has time, level, source, message and fields', () => {
    const output = print({
      fields: { rows: 3, symbol: 'AAPL', why: 'two words', absent: undefined, publicKey: 'abc' },
    })
    expect(output).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3}Z info {2}kyle {5}hello rows=3 symbol=AAPL why="two words" publicKey=abc\n$/,
    )
  })

  it('begins with the date off a terminal', () => {
    expect(print({}, { terminal: false })).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info /)
  })

  it('takes any value', () => {
    const loop: Record<string, unknown> = {}
    loop.self = loop
    const fields = { big: 10n, error: new Error('no way'), loop, none: null, list: [1, 2n], call: () => 1 }
    expect(print({ fields })).toContain(
      'big=10 error="no way" loop=(not printable) none=null list=[1,"2"] call=',
    )
  })
})

describe('parseLogLevel', () => {
  it('knows four words', () => {
    expect(['debug', 'info', 'warn', 'error'].map(parseLogLevel)).toEqual(['debug', 'info', 'warn', 'error'])
    expect([parseLogLevel('INFO'), parseLogLevel('')]).toEqual([undefined, undefined])
  })
})
