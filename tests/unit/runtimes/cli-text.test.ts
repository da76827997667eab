import { describe, expect, it } from 'vitest'
import { nearest } from '#runtimes/cli/nearest.ts'
import { untilSpent } from '#runtimes/cli/summary.ts'
import { bar, grouped, percent, signedPercent, sparkline, table } from '#runtimes/cli/text.ts'

describe('numbers', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [5_105, '5,105'],
    ['-1234567.89', '-1,234,567.89'],
    ['100000.00', '100,000.00'],
  ])('%j is grouped as %s', (value, text) => {
    expect(grouped(value)).toBe(text)
  })

  it('shares carry a sign only where it says something', () => {
    expect(percent(0.0522)).toBe('5.22 %')
    expect(signedPercent(0.0522)).toBe('+5.22 %')
    expect(signedPercent(-0.0522)).toBe('-5.22 %')
    expect(signedPercent(0)).toBe('0.00 %')
  })
})

describe('sparkline', () => {
  it('reaches from the lowest block to the highest', () => {
    expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8])).toBe('▁▂▃▄▅▆▇█')
  })

  it('takes the last value of each stretch, so its end is the end', () => {
    expect(sparkline([0, 7, 0, 7, 0, 0], 3)).toBe('██▁')
  })

  it('is flat for what does not move, and empty for nothing', () => {
    expect(sparkline([5, 5, 5])).toBe('▁▁▁')
    expect(sparkline([])).toBe('')
  })
})

describe('bar', () => {
  it('is as long as its share, in halves', () => {
    expect(bar(1, 1, 4)).toBe('████')
    expect(bar(3, 8, 4)).toBe('█▌')
    expect(bar(0, 8, 4)).toBe('')
    expect(bar(0, 0, 4)).toBe('')
  })
})

describe('table', () => {
  it('is as wide as its widest cells, with no blanks at the end of a line', () => {
    const rows = [
      ['a', '1', 'x'],
      ['bcd', '234', ''],
    ]
    expect(table(rows, [1])).toEqual(['a      1  x', 'bcd  234'])
  })
})

describe('nearest', () => {
  const names = ['start', 'status', 'stop', 'replay', 'resume']

  it.each([
    ['strat', 'start'],
    ['statsu', 'status'],
    ['repaly', 'replay'],
    ['stat', 'status'],
  ])('of %s is %s', (word, name) => {
    expect(nearest(word, names)).toBe(name)
  })

  it('is nothing when nothing is near', () => {
    expect(nearest('liquidate', names)).toBeUndefined()
  })
})

describe('days of an account', () => {
  it('end with the one that left nothing, since on nothing there is no return', () => {
    const days: [number, number][] = [
      [1, 5],
      [2, -1],
      [3, 4],
    ]
    expect(untilSpent(days)).toEqual(days.slice(0, 2))
    expect(untilSpent(days.slice(0, 1))).toEqual(days.slice(0, 1))
    expect(untilSpent([])).toEqual([])
  })
})
