import { describe, expect, it } from 'vitest'
import { parseRatio, toPlainText } from '#core/scenario/amount.ts'

describe('ratios', () => {
  it.each([['0'], ['0:1'], ['4:0'], ['-4'], ['four'], [''], [Number.NaN], [-1], ['4:1:2']])(
    '%j is none',
    (value) => {
      expect(parseRatio(value)).toBeUndefined()
    },
  )

  it.each([
    ['4', 4, 1],
    ['4:1', 4, 1],
    ['1/10', 1, 10],
    [0.25, 1, 4],
    ['1.5', 3, 2],
    ['6:4', 3, 2],
    [10, 10, 1],
  ])('%j', (value, numerator, denominator) => {
    expect(parseRatio(value)).toEqual({ numerator, denominator })
  })
})

describe('a number as plain text', () => {
  it.each([
    [0.1, '0.1'],
    [-2.5e-7, '-0.00000025'],
    [1e21, '1000000000000000000000'],
    [1.25e22, '12500000000000000000000'],
    ['1e5', '1e5'],
  ])('%j', (value, text) => {
    expect(toPlainText(value)).toBe(text)
  })
})
