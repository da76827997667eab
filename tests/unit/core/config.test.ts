import { describe, expect, it } from 'vitest'
import {
  BUILT_IN_SOURCES,
  checkConfig,
  formatFault,
  openingCashOf,
  parseConfig,
  readConfig,
  toInstrument,
} from '#core/config.ts'
import { isArkError } from '#core/errors.ts'
import { PLUGINS } from '#runtimes/plugins.ts'

const INSTRUMENT = { symbol: 'XYZ', kind: 'equity', venue: 'XNYS', tick: '0.01', lot: '1' } as const

/** One line a fault. */
function findings(raw: unknown): readonly string[] {
  return readConfig(raw).faults.map(formatFault)
}

/** What an error says, for people. */
function refusal(check: () => unknown): string {
  try {
    check()
  } catch (error) {
    if (isArkError(error, 'CONFIG_INVALID')) return error.toLine()
    throw error
  }
  return ''
}

describe('a configuration is refused with the path of every fault [TASK_1]', () => {
  it.each<[string, unknown, string]>([
    ['is no object', 5, '(whole file)'],
    ['is nothing', null, '(whole file)'],
    ['has an unknown key', { acount: {} }, 'acount'],
    ['has an unknown key below', { http: { prot: 8000 } }, 'http.prot'],
    ['has a port that is none', { http: { port: 65_536 } }, 'http.port'],
    ['has half a port', { http: { metricsPort: 1.5 } }, 'http.metricsPort'],
    ['has an amount as a number', { account: { openingCash: 100_000 } }, 'account.openingCash'],
    ['has a negative amount', { account: { openingCash: '-1' } }, 'account.openingCash'],
    ['has an amount with an exponent', { account: { openingCash: '1e5' } }, 'account.openingCash'],
    ['has a tiny queue', { queueCapacity: 15 }, 'queueCapacity'],
    ['has a symbol in small letters', { restricted: ['XYZ', 'abc'] }, 'restricted.1'],
    ['has a class that is none', { sources: { mine: 'secret' } }, 'sources.mine'],
    [
      'has an instrument of no kind',
      { instruments: [{ ...INSTRUMENT, kind: 'option' }] },
      'instruments.0.kind',
    ],
    [
      'has an instrument without a tick',
      { instruments: [{ ...INSTRUMENT, tick: undefined }] },
      'instruments.0.tick',
    ],
    [
      'has an instrument with more to say',
      { instruments: [{ ...INSTRUMENT, shorted: true }] },
      'instruments.0.shorted',
    ],
    ['has no multiplier', { instruments: [{ ...INSTRUMENT, multiplier: 0 }] }, 'instruments.0.multiplier'],
    ['has plugins in a list', { plugins: 'kenny' }, 'plugins'],
  ])('that %s', (_, raw, path) => {
    const found = findings(raw)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`^${path.replace(/[().]/g, '\\$&')}: `))
  })

  it('all at once', () => {
    const found = findings({ http: { port: -1, host: 5 }, queueCapacity: 'many', what: 1 })
    expect(found.map((line) => line.split(':')[0])).toEqual([
      'http.host',
      'http.port',
      'queueCapacity',
      'what',
    ])
  })

  it.each<[unknown, string]>([
    [{ http: { prot: 1 } }, 'http.prot: there is no such key; did you mean port?'],
    [{ zebra: 1 }, 'zebra: there is no such key'],
    [{ http: { port: 70_000 } }, 'http.port: was 70000, wanted at most 65535'],
    [{ http: { port: -1 } }, 'http.port: was -1, wanted at least 0'],
    [{ http: { port: 1.5 } }, 'http.port: was 1.5, wanted a whole number'],
    [{ http: { behindProxy: 'yes' } }, 'http.behindProxy: was "yes", wanted true or false'],
    [{ instruments: [{}] }, 'instruments.0.symbol: is missing'],
    [
      { venues: { XNYS: { closing: 'up' } } },
      'venues.XNYS.closing: was "up", wanted "both" or "buy" or "sell"',
    ],
    [{ venues: { 'a b': {} } }, 'venues.a b: is no name that fits, wanted a venue code: 1 to 12 of A-Z 0-9'],
    [{ restricted: {} }, 'restricted: was Object, wanted a list'],
    [
      { account: { openingCash: '1e5' } },
      'account.openingCash: was "1e5", wanted a plain decimal text such as "0.01"',
    ],
    [{ environment: 'prod' }, 'environment: was "prod", wanted "development" or "staging" or "production"'],
    [
      { liveTrading: true },
      'liveTrading: was true, wanted false: this build has no live broker, it trades on paper',
    ],
  ])('saying what was there and what was wanted: %j', (raw, line) => {
    expect(findings(raw)[0]).toBe(line)
  })

  it('one fault in the same line, several on lines of their own', () => {
    expect(refusal(() => checkConfig({ http: { port: -1 } }, 'ark.json'))).toBe(
      'CONFIG_INVALID at ark.json: http.port: was -1, wanted at least 0. Mend each place that is listed.',
    )
    expect(refusal(() => checkConfig({ http: { port: -1, host: 5 } }, 'ark.json')).split('\n')).toEqual([
      'CONFIG_INVALID at ark.json: 2 faults:',
      '  http.host: was 5, wanted a text',
      '  http.port: was -1, wanted at least 0',
      'Mend each place that is listed.',
    ])
  })

  it('and without the text of what it was told', () => {
    const key = 'sk-ant-abcdefghijklmnopqrstuvwxyz0123'
    expect(refusal(() => parseConfig(`{"http": {"host": "${key}" x}}`, 'ark.json'))).not.toContain('sk-')
    expect(refusal(() => checkConfig({ account: { openingCash: key } }, ''))).not.toContain('sk-')
    expect(refusal(() => checkConfig({ [key]: 1 }, ''))).not.toContain('sk-')
  })

  it('naming the file when it is no JSON', () => {
    expect(() => parseConfig('{', '/etc/ark.json')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', where: '/etc/ark.json' }),
    )
  })
})

describe('amounts', () => {
  it.each(['0', '0.0000001', '9007199254.740992', '999999999999999'])(
    'of cash out of range or too fine are refused: %s',
    (openingCash) => {
      expect(findings({ account: { openingCash } })).toEqual([
        expect.stringContaining(
          `account.openingCash: was "${openingCash}", wanted an amount above 0, neither`,
        ),
      ])
      const unchecked = { ...checkConfig({}, ''), account: { openingCash } }
      expect(() => openingCashOf(unchecked)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', where: 'account.openingCash' }),
      )
    },
  )

  it('of cash are taken to the millionth', () => {
    expect(openingCashOf(checkConfig({ account: { openingCash: '0.000001' } }, ''))).toBe(1)
    expect(openingCashOf(checkConfig({}, ''))).toBe(100_000_000_000)
  })

  it.each<[string, object]>([
    ['tick', { tick: '0' }],
    ['lot', { lot: '0.00000000' }],
    ['lot', { lot: '99999999999' }],
    ['adv20', { adv20: '0' }],
    ['adv20', { adv20: '999999999999999' }],
    ['floatShares', { floatShares: '0' }],
  ])('of an instrument out of range are refused: %s', (name, change) => {
    const input = { ...INSTRUMENT, ...change }
    expect(findings({ instruments: [input] })[0]).toMatch(new RegExp(`^instruments\\.0\\.${name}: `))
    expect(() => toInstrument({ multiplier: 1, ...input })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', where: 'instruments.XYZ' }),
    )
  })

  it('of an instrument become integers; what is not said stays out', () => {
    const [plain, whole] = checkConfig(
      {
        instruments: [
          INSTRUMENT,
          { ...INSTRUMENT, floatShares: '50000000', adv20: '1000.5', shortable: false, multiplier: 5 },
        ],
      },
      '',
    ).instruments.map(toInstrument)
    expect(plain).toEqual({
      symbol: 'XYZ',
      kind: 'equity',
      venue: 'XNYS',
      tick: 1_000_000,
      lot: 100_000_000,
      multiplier: 1,
    })
    expect(whole).toMatchObject({
      floatShares: 5_000_000_000_000_000,
      adv20: 10_005_000,
      shortable: false,
      multiplier: 5,
    })
  })

  it('of a large float are capped, far above where a rule asks', () => {
    const [large] = checkConfig(
      { instruments: [{ ...INSTRUMENT, floatShares: '15000000000' }] },
      '',
    ).instruments.map(toInstrument)
    expect(large?.floatShares).toBe(Number.MAX_SAFE_INTEGER)
  })
})

it('an empty file is a whole configuration [TASK_1] [PORT_8000] [PORT_9090]', () => {
  expect(checkConfig({}, '')).toEqual({
    environment: 'development',
    liveTrading: false,
    account: { openingCash: '100000' },
    http: { host: '127.0.0.1', port: 8_000, metricsPort: 9_090, ratePerToken: 200, behindProxy: false },
    queueCapacity: 1_024,
    instruments: [],
    restricted: [],
    issuers: {},
    sources: {},
    venues: {},
    sinks: {},
    rulesets: [],
    strategies: [],
    plugins: {},
  })
})

it('registers no source of its own as private', () => {
  expect(new Set(Object.values(BUILT_IN_SOURCES))).toEqual(new Set(['public', 'licensed']))
})

it('an editor may name the schema in the file', () => {
  expect(findings({ $schema: './docs/ark.config.schema.json' })).toEqual([])
})

describe('a secret in the file [REQ_SEC_01]', () => {
  it.each<[string, unknown, string]>([
    ['under a telling name', { plugins: { x: { botToken: 'abc' } } }, 'plugins.x.botToken'],
    ['under a plain name', { rulesets: ['a', `ark_${'0a'.repeat(24)}`] }, 'rulesets.1'],
    ['in an unknown key', { password: 'hunter2' }, 'password'],
    ['in a list under a telling name', { plugins: { x: { tokens: ['abc'] } } }, 'plugins.x.tokens.0'],
  ])('%s is refused by its path, and not repeated', (_, raw, path) => {
    const found = findings(raw)
    expect(found).toEqual([expect.stringMatching(`^${path.replaceAll('.', '\\.')}: holds a secret; `)])
    expect(found.join()).not.toMatch(/abc|hunter2|ark_0/)
  })

  it('is told apart from settings whose names only sound like one', () => {
    expect(findings({ http: { ratePerToken: 50 } })).toEqual([])
    for (const { name, config } of PLUGINS) {
      const result = config['~standard'].validate({})
      expect(result).not.toBeInstanceOf(Promise)
      const settings = 'value' in result ? result.value : undefined
      expect(findings({ plugins: { [name]: settings } })).toEqual([])
    }
  })
})
