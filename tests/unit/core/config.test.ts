import { describe, expect, it } from 'vitest'
import { BUILT_IN_SOURCES, checkConfig, openingCashOf, parseConfig, toInstrument } from '#core/config.ts'
import { isArkError } from '#core/errors.ts'

const INSTRUMENT = { symbol: 'XYZ', kind: 'equity', venue: 'XNYS', tick: '0.01', lot: '1' } as const

/** Findings, one each, or the code and place when it is something else. */
function findings(check: () => unknown): readonly string[] {
  try {
    check()
    return []
  } catch (error) {
    if (!isArkError(error, 'CONFIG_INVALID')) throw error
    return error.message.split('; ')
  }
}

describe('a configuration is refused with the path of every fault', () => {
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
    const found = findings(() => checkConfig(raw, 'ark.json'))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`^${path.replace(/[().]/g, '\\$&')}: `))
  })

  it('all at once', () => {
    const found = findings(() =>
      checkConfig({ http: { port: -1, host: 5 }, queueCapacity: 'many', what: 1 }, 'ark.json'),
    )
    expect(found.map((line) => line.split(':')[0])).toEqual([
      'http.host',
      'http.port',
      'queueCapacity',
      'what',
    ])
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
      const config = checkConfig({ account: { openingCash } }, 'ark.json')
      expect(() => openingCashOf(config)).toThrow(
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
  ])('of an instrument out of range are refused: %s', (_, change) => {
    const { instruments } = checkConfig({ instruments: [{ ...INSTRUMENT, ...change }] }, '')
    expect(() => instruments.map(toInstrument)).toThrow(
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

it('an empty file is a whole configuration', () => {
  expect(checkConfig({}, '')).toEqual({
    account: { openingCash: '100000' },
    http: { host: '127.0.0.1', port: 8_000, metricsPort: 9_090, ratePerToken: 200, behindProxy: false },
    queueCapacity: 1_024,
    instruments: [],
    restricted: [],
    sources: {},
    plugins: {},
  })
})

it('registers no source of its own as private', () => {
  expect(new Set(Object.values(BUILT_IN_SOURCES))).toEqual(new Set(['public', 'licensed']))
})
