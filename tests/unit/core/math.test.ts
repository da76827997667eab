import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  againstUs,
  CASH_SCALE,
  compareProducts,
  floorTo,
  formatCash,
  formatCents,
  formatDecimal,
  formatPrice,
  formatQuantity,
  formatVolume,
  mulDiv,
  notional,
  PRICE_SCALE,
  parseCash,
  parseDecimal,
  parsePrice,
  parseQuantity,
  parseVolume,
  QUANTITY_SCALE,
  roundTo,
  splitPrice,
} from '#core/math.ts'

const MAX = Number.MAX_SAFE_INTEGER
/** Safe integers of every magnitude, not only huge ones. */
const whole = fc.tuple(fc.maxSafeInteger(), fc.nat(53)).map(([value, bits]) => Math.trunc(value / 2 ** bits))
const positive = whole.map((value) => Math.abs(value) + (value === 0 ? 1 : 0))
const digitCount = fc.integer({ min: 0, max: 8 })

function floorDiv(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient
}

function isSafe(value: bigint): boolean {
  return value <= BigInt(MAX) && value >= -BigInt(MAX)
}

describe('mulDiv', () => {
  it('is floor(a · b ÷ c), exactly', () => {
    fc.assert(
      fc.property(whole, whole, positive, (a, b, c) => {
        const exact = floorDiv(BigInt(a) * BigInt(b), BigInt(c))
        fc.pre(isSafe(exact))
        // Minus zero is zero here: it never reaches a text.
        return mulDiv(a, b, c) === Number(exact)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is exact on both sides of a whole quotient, also where the product leaves 2^53', () => {
    const divisor = fc.constantFrom(7, 100, 10_000, 1e8, 1e10, 2 ** 50 - 1, 2 ** 51 + 1)
    fc.assert(
      fc.property(whole, divisor, fc.integer({ min: -2, max: 2 }), (a, c, off) => {
        const exact = floorDiv(BigInt(a) * BigInt(c + off), BigInt(c))
        fc.pre(isSafe(exact))
        return mulDiv(a, c + off, c) === Number(exact)
      }),
      { numRuns: 2_000 },
    )
  })

  it('does not round up next to a whole quotient', () => {
    fc.assert(
      fc.property(positive, positive, (quotient, c) => {
        const product = BigInt(quotient) * BigInt(c) - 1n
        fc.pre(product <= BigInt(MAX))
        return mulDiv(Number(product), 1, c) === quotient - 1
      }),
      { numRuns: 2_000 },
    )
  })

  it('rounds a negative quotient down, on both of its paths', () => {
    expect(mulDiv(-7, 1, 2)).toBe(-4)
    expect(mulDiv(-(2 ** 52) - 1, 3, 2)).toBe(-6_755_399_441_055_746)
    expect(mulDiv(-(2 ** 52), 4, 2)).toBe(-(2 ** 53))
  })
})

describe('compareProducts', () => {
  it('is the sign of a · b − c · d, exactly', () => {
    fc.assert(
      fc.property(whole, whole, whole, whole, (a, b, c, d) => {
        const difference = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d)
        return compareProducts(a, b, c, d) === (difference > 0n ? 1 : difference < 0n ? -1 : 0)
      }),
    )
  })

  it('sees a difference of one where floats see none', () => {
    expect(compareProducts(MAX, MAX, MAX - 1, MAX)).toBe(1)
    expect(compareProducts(94_906_267, 94_906_267, 94_906_266, 94_906_268)).toBe(1)
    expect(compareProducts(94_906_266, 94_906_268, 94_906_267, 94_906_267)).toBe(-1)
    expect(compareProducts(2 ** 40, 2 ** 40, 2 ** 50, 2 ** 30)).toBe(0)
  })
})

describe('notional', () => {
  it('is price times quantity in cash units, rounded down', () => {
    const price = fc.integer({ min: 0, max: 1e14 })
    const quantity = fc.oneof(
      fc.integer({ min: -1e12, max: 1e12 }),
      fc.integer({ min: -10_000, max: 10_000 }).map((units) => units * QUANTITY_SCALE),
    )
    fc.assert(
      fc.property(price, quantity, (each, size) => {
        const scale = (BigInt(PRICE_SCALE) * BigInt(QUANTITY_SCALE)) / BigInt(CASH_SCALE)
        const exact = (BigInt(each) * BigInt(Math.abs(size))) / scale
        fc.pre(isSafe(exact))
        return notional(each, size) === Number(exact)
      }),
    )
  })

  it.each([
    ['100.00', '3', '300'],
    ['0.00000001', '1', '0'],
    ['167.45', '-688', '115205.6'],
    ['60000.01', '0.00000001', '0.0006'],
  ])('%s × %s = %s', (price, quantity, cash) => {
    expect(formatCash(notional(parsePrice(price), parseQuantity(quantity)))).toBe(cash)
  })

  it('takes a contract’s multiplier', () => {
    expect(notional(parsePrice('4500.25'), parseQuantity('2'), 50)).toBe(parseCash('450025'))
  })
})

describe('parseDecimal', () => {
  it.each([
    '',
    '-',
    '+1',
    '.5',
    '-.5',
    '5.',
    '1.',
    '.',
    '1..2',
    '1.2.3',
    '--1',
    '1-',
    ' 1',
    '1 ',
    '1e3',
    '1E3',
    '0x10',
    '1,000',
    'NaN',
    'Infinity',
    '-Infinity',
    '１',
    '1_000',
    '1\n',
    '0.000000001',
    '90071992.54740993',
    '1'.repeat(33),
  ])('refuses %j', (text) => {
    expect(parseDecimal(text, 8)).toBeNaN()
  })

  it.each([
    ['0', 8, 0],
    ['-0', 8, 0],
    ['-0.00', 8, 0],
    ['12', 8, 1_200_000_000],
    ['-0.05', 8, -5_000_000],
    ['100.00', 2, 10_000],
    ['1.5000000000', 1, 15],
    ['7.0', 0, 7],
    ['007.10', 2, 710],
    ['90071992.54740991', 8, MAX],
    ['-90071992.54740991', 8, -MAX],
  ])('%s in 10^-%i is %i', (text, digits, value) => {
    expect(parseDecimal(text, digits)).toBe(value)
  })

  it('refuses every text that is not a plain decimal', () => {
    const text = fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-', '+', 'e', ' '), maxLength: 8 })
    fc.assert(fc.property(text, (odd) => Number.isNaN(parseDecimal(odd, 8)) !== /^-?\d+(\.\d+)?$/.test(odd)))
  })

  it('is exact, or refuses', () => {
    const text = fc.tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 1, max: 10 }))
    fc.assert(
      fc.property(text, digitCount, ([value, decimals], digits) => {
        const sign = value < 0n ? '-' : ''
        const padded = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0')
        const scaled = value * 10n ** BigInt(digits)
        const unit = 10n ** BigInt(decimals)
        const fits = scaled % unit === 0n && isSafe(scaled / unit)
        const parsed = parseDecimal(`${sign}${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`, digits)
        return Object.is(parsed, fits ? Number(scaled / unit) : Number.NaN)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('formatDecimal', () => {
  it('has no text for what is not a safe integer', () => {
    for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(parseDecimal(formatDecimal(value, 8), 8)).toBeNaN()
    }
  })

  it.each([
    [145_522_000_000, 8, '1455.22'],
    [-5_000_000, 8, '-0.05'],
    [1, 8, '0.00000001'],
    [0, 8, '0'],
    [-0, 8, '0'],
    [10, 0, '10'],
    [MAX, 8, '90071992.54740991'],
  ])('%i in 10^-%i is %s', (value, digits, text) => {
    expect(formatDecimal(value, digits)).toBe(text)
  })

  it('is read back as the same number, and is the shortest text', () => {
    fc.assert(
      fc.property(whole, digitCount, (value, digits) => {
        const text = formatDecimal(value, digits)
        return parseDecimal(text, digits) === value && !/\.\d*0$|\.$/.test(text)
      }),
      { numRuns: 1_000 },
    )
  })

  it('has one pair per unit', () => {
    expect([formatPrice(123), formatQuantity(123), formatCash(123), formatVolume(123)]).toEqual([
      '0.00000123',
      '0.00000123',
      '0.000123',
      '0.0123',
    ])
    expect([parsePrice('1'), parseQuantity('1'), parseCash('1'), parseVolume('1')]).toEqual([
      1e8, 1e8, 1e6, 1e4,
    ])
  })
})

describe('formatCents', () => {
  it.each([
    ['0.005', '0.00'],
    ['0.015', '0.02'],
    ['0.025', '0.02'],
    ['0.025001', '0.03'],
    ['-0.015', '-0.02'],
    ['-0.004999', '0.00'],
    ['101691.92', '101691.92'],
    ['1.995', '2.00'],
    ['7', '7.00'],
  ])('%s becomes %s', (cash, cents) => {
    expect(formatCents(parseCash(cash))).toBe(cents)
  })

  it('rounds half to even, as exact arithmetic does', () => {
    fc.assert(
      fc.property(whole, (value) => {
        const doubled = 2n * BigInt(Math.abs(value))
        const floor = doubled / 20_000n
        const rest = doubled % 20_000n
        const cents = rest > 10_000n || (rest === 10_000n && floor % 2n === 1n) ? floor + 1n : floor
        const text = `${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')}`
        return formatCents(value) === (value < 0 && cents !== 0n ? `-${text}` : text)
      }),
    )
  })
})

describe('floorTo and roundTo', () => {
  it('give multiples of the step next to the value', () => {
    fc.assert(
      fc.property(fc.nat(1e15), fc.integer({ min: 1, max: 1e9 }), (value, step) => {
        const floor = floorTo(value, step)
        const round = roundTo(value, step)
        const isFloor = floor % step === 0 && floor <= value && value - floor < step
        return isFloor && round % step === 0 && Math.abs(round - value) * 2 <= step
      }),
    )
  })

  it('rounds a tie up', () => {
    expect([roundTo(15, 10), roundTo(14, 10), floorTo(19, 10)]).toEqual([20, 10, 10])
  })
})

describe('a price to the tick', () => {
  it.each<['buy' | 'sell', number, number]>([
    ['buy', 1_001, 1_100],
    ['sell', 1_099, 1_000],
    ['buy', 1_100, 1_100],
    ['sell', 1_100, 1_100],
    ['sell', 1, 100],
  ])('is against us: a %s at %d becomes %d', (side, price, expected) => {
    expect(againstUs(side, price, 100)).toBe(expected)
  })

  it('is divided by a split before it is rounded', () => {
    const ratio = { numerator: 7, denominator: 1 }
    expect([splitPrice('buy', 1_000, ratio, 10), splitPrice('sell', 1_000, ratio, 10)]).toEqual([150, 140])
  })
})
