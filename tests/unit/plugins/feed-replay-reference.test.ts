import { describe, expect, it } from 'vitest'
import { formatTime } from '#core/time.ts'
import { csv, DAYS, openTexts, refusalOf, stepsOf, type Terms } from './feed-replay-box.ts'

const day = (date: string, price: string) => `${date},XYZ,${price},${price},${price},${price},700`
const DATA = csv(
  DAYS,
  day('2020-01-02', '20'),
  day('2020-01-03', '20'),
  day('2020-01-06', '10'),
  day('2020-01-07', '10'),
)
const open = (reference: unknown, terms: Terms = {}, others: { readonly [name: string]: string } = {}) =>
  openTexts(
    {
      'a.csv': DATA,
      'r.json': typeof reference === 'string' ? reference : JSON.stringify(reference),
      ...others,
    },
    { reference: 'r.json', ...terms },
  )
const INSTRUMENT = { symbol: 'XYZ', kind: 'equity', venue: 'XNYS', tick: '0.01', lot: '1' }
const SETUP = { time: '2020-01-03T22:00:00Z', symbol: 'XYZ', direction: 'long' }

describe('a reference file that is refused, with its JSON path', () => {
  it.each<readonly [string, unknown, string]>([
    ['no JSON', '{', 'DATA_INVALID r.json the file is not JSON'],
    ['a list', [], 'DATA_INVALID r.json $'],
    ['an unknown field', { split: [] }, '$.split'],
    [
      'an unknown field inside',
      { dividends: [{ symbol: 'XYZ', date: '2020-01-03', amount: '1', tax: '1' }] },
      '$.dividends[0].tax',
    ],
    [
      'a missing field',
      { splits: [{ symbol: 'XYZ', date: '2020-01-03', numerator: 2 }] },
      '$.splits[0].denominator',
    ],
    [
      'half a share',
      { splits: [{ symbol: 'XYZ', date: '2020-01-03', numerator: 1.5, denominator: 1 }] },
      '$.splits[0].numerator',
    ],
    [
      'a day that is none',
      { dividends: [{ symbol: 'XYZ', date: '2020-02-30', amount: '1' }] },
      '$.dividends[0].date',
    ],
    [
      'a dividend of nothing',
      { dividends: [{ symbol: 'XYZ', date: '2020-01-03', amount: '0' }] },
      '$.dividends[0].amount',
    ],
    [
      'a symbol that is none',
      { dividends: [{ symbol: 'x y', date: '2020-01-03', amount: '1' }] },
      '$.dividends[0].symbol',
    ],
    ['a time without zone', { setups: [{ ...SETUP, time: '2020-01-03T22:00:00' }] }, '$.setups[0].time'],
    [
      'a halt that ends before it begins',
      { halts: [{ symbol: 'XYZ', from: '2020-01-03T22:00:00Z', to: '2020-01-03T21:00:00Z' }] },
      '$.halts[0]',
    ],
    [
      'an instrument without lot',
      { instruments: [{ ...INSTRUMENT, lot: undefined }] },
      '$.instruments[0].lot',
    ],
    [
      'an instrument of an unknown kind',
      { instruments: [{ ...INSTRUMENT, kind: 'bond' }] },
      '$.instruments[0].kind',
    ],
    ['an instrument twice', { instruments: [INSTRUMENT, INSTRUMENT] }, '$.instruments'],
    [
      'a setup without direction',
      { setups: [SETUP, { ...SETUP, direction: 'up' }] },
      '$.setups[1].direction',
    ],
    [
      'a split told twice',
      { splits: [1, 2].map(() => ({ symbol: 'XYZ', date: '2020-01-03', numerator: 2, denominator: 1 })) },
      '$: two split/applied of XYZ',
    ],
  ])('%s', async (_, reference, why) => {
    const refusal = await refusalOf(open(reference))
    expect(refusal).toContain('DATA_INVALID r.json')
    expect(refusal).toContain(why)
  })

  it('a split that the factor file knows, too', async () => {
    const factors = { 'f/xyz.factor.csv': '20200103,1,0.5,20\n20501231,1,1,0' }
    const splits = [{ symbol: 'XYZ', date: '2020-01-06', numerator: 2, denominator: 1 }]
    for (const prices of ['raw', 'adjusted'] as const)
      expect(await refusalOf(open({ splits }, { adjust: 'f', prices }, factors))).toContain(
        'are in its factor file already',
      )
  })
})

describe('what a reference file tells', () => {
  it('happens between the rows, at its time', async () => {
    const market = await open({
      splits: [{ symbol: 'XYZ', date: '2020-01-06', numerator: 2, denominator: 1 }],
      dividends: [{ symbol: 'XYZ', date: '2020-01-06', amount: 0.5 }],
      halts: [{ symbol: 'XYZ', from: '2020-01-03T15:00:00Z', to: '2020-01-07T15:00:00Z', reason: 'news' }],
      setups: [{ ...SETUP, volume: 5 }],
    })
    const steps = (await stepsOf(market)).map((step) =>
      step.kind === 'rows'
        ? `${step.rows.rows.length} rows`
        : `${formatTime(step.time).slice(5, 16)} ${step.draft.type} ${JSON.stringify(step.draft.payload)}`,
    )
    const told = '"principal":"feed","reason":"told by r.json"}'
    expect(steps).toEqual([
      '1 rows',
      '01-03T15:00 symbol/halted {"symbol":"XYZ","halted":true,"reason":"news"}',
      '1 rows',
      '01-03T22:00 signal/received {"symbol":"XYZ","direction":"long","volume":5}',
      `01-06T04:00 dividend/paid {"symbol":"XYZ","amount":"0.5",${told}`,
      `01-06T04:00 split/applied {"symbol":"XYZ","numerator":2,"denominator":1,${told}`,
      '1 rows',
      '01-07T15:00 symbol/halted {"symbol":"XYZ","halted":false,"reason":"news"}',
      '1 rows',
    ])
    expect(market.quality.findings).toEqual([])
  })

  it.each([
    ['2020-01-03T21:00:00Z', [2, 'signal/received', 2]],
    ['2020-01-07T21:00:00Z', [4, 'signal/received']],
  ])('at the moment of a row, %s, comes behind it', async (time, expected) => {
    const steps = await stepsOf(await open({ setups: [{ ...SETUP, time }] }))
    const shown = steps.map((step) => (step.kind === 'rows' ? step.rows.rows.length : step.draft.type))
    expect(shown).toEqual(expected)
  })

  it('outside the rows is left out, and setups that are say so', async () => {
    const market = await open({
      splits: [{ symbol: 'XYZ', date: '2019-01-06', numerator: 2, denominator: 1 }],
      halts: [{ symbol: 'XYZ', from: '2019-01-03T15:00:00Z', to: '2021-01-07T15:00:00Z' }],
      setups: [SETUP, { ...SETUP, time: '2019-12-31T22:00:00Z' }, { ...SETUP, symbol: 'QQQ' }],
    })
    const events = (await stepsOf(market)).flatMap((step) => (step.kind === 'event' ? [step.draft.type] : []))
    // The halt begins before the first row and is not over at the last.
    expect(events).toEqual(['symbol/halted', 'signal/received'])
    expect(market.quality.findings.at(-1)).toBe(
      '2 of the setups lie outside the rows, or name a symbol without any, and are left out.',
    )
  })
})
