import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPrice, formatVolume } from '#core/math.ts'
import { formatTime } from '#core/time.ts'
import { halfUp } from '#plugins/feed-replay/factors.ts'
import type { MarketStep } from '#plugins/feed-replay/market.ts'
import { barsOf, csv, DAYS, openTexts, refusalOf, stepsOf, type Terms } from './feed-replay-box.ts'

const day = (date: string, price: string, volume = '700') =>
  `${date},XYZ,${price},${price},${price},${price},${volume}`
// A dividend of 0.47 behind the 6th, when the close was 645.57, and 7:1 behind the 10th.
const DATA = csv(
  DAYS,
  day('2014-06-06', '645.57'),
  day('2014-06-09', '644'),
  day('2014-06-10', '630'),
  day('2014-06-11', '91'),
)
const FACTORS = ['20140606,0.9,0.14285714,645.57', '20140610,0.9006557,0.14285714,630', '20501231,1,1,0']
const DIVIDEND_OF_THE_LAST = [
  '20140606,0.9,0.14285714,645.57',
  '20140610,0.9006557,0.14285714,630',
  '20501231,0.9006557,1,0',
]
const files = (...factors: string[]) => ({ 'a.csv': DATA, 'f/xyz.factor.csv': factors.join('\n') })
const ADJUSTED: Terms = { adjust: 'f', prices: 'adjusted' }
const RAW: Terms = { adjust: 'f', prices: 'raw' }

const describeStep = (step: MarketStep) =>
  step.kind === 'rows'
    ? step.rows.rows
        .map((row) => `row ${formatTime('end' in row ? row.end : row.time).slice(0, 10)}`)
        .join(', ')
    : `${formatTime(step.time).slice(0, 16)} ${step.draft.type} ${JSON.stringify(step.draft.payload)}`

describe('factor files that are refused', () => {
  it.each([
    ['an empty file', [''], 'DATA_INVALID f/xyz.factor.csv:1'],
    ['a letter', ['20140606,0.9,x,1'], 'DATA_INVALID f/xyz.factor.csv:1'],
    ['a day that is none', ['20140631,0.9,1,1'], 'DATA_INVALID f/xyz.factor.csv:1'],
    ['three fields', ['20140606,0.9,1'], 'DATA_INVALID f/xyz.factor.csv:1'],
    ['a factor of 0', ['20140606,0,1,1'], 'DATA_INVALID f/xyz.factor.csv:1'],
    ['a day twice', ['20140606,1,1,1', '20140606,1,1,1'], 'DATA_BACKWARDS f/xyz.factor.csv:2'],
    ['too few days', ['20140606,1,1,1'], 'f/xyz.factor.csv:1 XYZ has later rows'],
    [
      'too many digits',
      ['20501231,0.99999989,0.99999989,1'],
      'f/xyz.factor.csv:1 the factors have too many digits',
    ],
  ])('%s', async (_, lines, why) => {
    expect(await refusalOf(openTexts(files(...lines), ADJUSTED))).toContain(why)
  })

  it.each([
    [
      'a split of no ratio',
      ['20140606,1,0.61803399,1', '20501231,1,1,0'],
      'xyz.factor.csv:1 the split factor steps',
    ],
    [
      'a dividend below zero',
      ['20140606,1,1,10', '20501231,0.9,1,0'],
      'xyz.factor.csv:1 the price factor steps',
    ],
    [
      'a dividend without price',
      ['20140606,0.9,1,0', '20501231,1,1,0'],
      'xyz.factor.csv:1 the price factor steps',
    ],
  ])('%s, when prices are raw', async (_, lines, why) => {
    expect(await refusalOf(openTexts(files(...lines), RAW))).toContain(why)
    expect(await refusalOf(openTexts(files(...lines), ADJUSTED))).toBe('taken')
  })
})

describe('adjusted prices', () => {
  it('are price × price factor × split factor to the nearest 1e-8, volumes ÷ split factor', async () => {
    const bars = await barsOf(await openTexts(files(...DIVIDEND_OF_THE_LAST), ADJUSTED))
    // 645.57 × 0.9 × 0.14285714 = 83.00185548282; 644 × 0.9006557 × 0.14285714 = 82.8603227427935…
    expect(bars.map(({ open }) => formatPrice(open))).toEqual([
      '83.00185548',
      '82.86032274',
      '81.05901138',
      '81.9596687',
    ])
    expect(formatVolume(bars[0]?.volume ?? 0)).toBe('4900.0001')
    expect(formatVolume(bars[3]?.volume ?? 0)).toBe('700')
  })

  it('round ties up, like a fraction of whole numbers', () => {
    const whole = fc.integer({ min: 0, max: 4_000_000_000_000_000 })
    const factor = fc.integer({ min: 1, max: 10_000_000_000_000 })
    fc.assert(
      fc.property(whole, factor, factor, (a, b, c) => {
        const exact = (2n * BigInt(a) * BigInt(b) + BigInt(c)) / (2n * BigInt(c))
        if (exact < BigInt(Number.MAX_SAFE_INTEGER) / 2n) expect(BigInt(halfUp(a, b, c))).toBe(exact)
      }),
    )
    expect([halfUp(1, 1, 2), halfUp(3, 1, 2), halfUp(2, 1, 3), halfUp(1, 1, 3)]).toEqual([1, 2, 1, 0])
  })

  it('bring no split and no dividend of their own', async () => {
    const steps = await stepsOf(await openTexts(files(...FACTORS), ADJUSTED))
    expect(steps.filter(({ kind }) => kind === 'event')).toEqual([])
  })
})

describe('raw prices', () => {
  it('are untouched; splits and dividends happen before the first row of their session', async () => {
    const steps = await stepsOf(await openTexts(files(...DIVIDEND_OF_THE_LAST), RAW))
    expect(steps.map(describeStep)).toEqual([
      'row 2014-06-06',
      // 645.57 × (1 − 0.9 ÷ 0.9006557) = 0.46999120…, behind a weekend.
      '2014-06-09T04:00 dividend/paid {"symbol":"XYZ","amount":"0.47",' +
        '"principal":"feed","reason":"factors change after 2014-06-06"}',
      'row 2014-06-09, row 2014-06-10',
      '2014-06-11T04:00 split/applied {"symbol":"XYZ","numerator":7,"denominator":1,' +
        '"principal":"feed","reason":"factors change after 2014-06-10"}',
      'row 2014-06-11',
    ])
  })

  it.each([
    // 500 × (1 − 0.99999 ÷ 1) and so on: ties go to the even digit.
    ['2.64998155', '0.99735002', '1000', ['2.65']],
    ['a tie, down', '0.9999975', '100', ['0.0002']],
    ['a tie, up', '0.9999965', '100', ['0.0004']],
    ['a tie, down to nothing', '0.9999995', '100', []],
    ['above a tie', '0.9999974', '100', ['0.0003']],
  ])('pay dividends of four decimals: %s', async (_, factor, reference, amounts) => {
    const steps = await stepsOf(
      await openTexts(files(`20140606,${factor},1,${reference}`, '20501231,1,1,0'), RAW),
    )
    const paid = steps.flatMap((step) =>
      step.kind === 'event' && step.draft.type === 'dividend/paid' ? [step.draft.payload.amount] : [],
    )
    expect(paid).toEqual(amounts)
  })

  it.each([
    ['0.25', '1', '4:1'],
    ['0.5', '1', '2:1'],
    ['0.333333', '1', '3:1'],
    ['0.11111099', '0.333333', '3:1'],
    ['0.66666667', '1', '3:2'],
    ['1', '0.125', '1:8'],
    ['0.05', '1', '20:1'],
  ])('split factors %s, then %s: %s', async (before, after, ratio) => {
    const lines = [`20140606,1,${before},645.57`, `20501231,1,${after},0`]
    const steps = await stepsOf(await openTexts(files(...lines), RAW))
    const [event] = steps.filter((step) => step.kind === 'event')
    const { numerator, denominator } = (event?.draft.payload ?? {}) as {
      numerator: number
      denominator: number
    }
    expect(`${numerator}:${denominator}`).toBe(ratio)
  })

  it('pay the dividend before the split of the same day, as its price is one of before', async () => {
    const steps = await stepsOf(await openTexts(files(...FACTORS), RAW))
    const last = steps.filter((step) => step.kind === 'event' && step.time > Date.UTC(2014, 5, 10))
    expect(last.map((step) => (step.kind === 'event' ? step.draft.type : ''))).toEqual([
      'dividend/paid',
      'split/applied',
    ])
  })

  it('happen neither before the first row nor behind the last', async () => {
    const within = { ...RAW, from: '2014-06-09', to: '2014-06-10' }
    const steps = await stepsOf(await openTexts(files(...FACTORS), within))
    expect(steps.map(({ kind }) => kind)).toEqual(['rows'])
  })
})
