import { describe, expect, it } from 'vitest'
import { createBook } from '#core/book/book.ts'
import {
  createPerformance,
  gainByLoss,
  type Performance,
  ratiosOf,
  recordDay,
  recordDecision,
} from '#core/book/performance.ts'

const OPENING = 100_000_000_000

/** Days that ended with this much, as shares of the opening. */
function runOf(...shares: readonly number[]): Performance {
  const performance = createPerformance(OPENING)
  for (const [day, share] of shares.entries())
    recordDay(performance, createBook(Math.round(OPENING * share), []), day)
  return performance
}

describe('drawdown', () => {
  it.each<[string, readonly number[], number]>([
    ['is nothing on the way up', [1, 1.1, 1.2], 0],
    ['counts from the opening', [0.9], 0.1],
    ['is the largest fall from a peak, not the last', [1.2, 0.9, 1.5, 1.35], 0.25],
  ])('%s', (_, shares, expected) => {
    expect(runOf(...shares).maxDrawdown).toBeCloseTo(expected, 12)
  })
})

describe('decisions', () => {
  it('are counted by verdict and by every rule that stood against them', () => {
    const performance = createPerformance(OPENING)
    recordDecision(performance, 'approved', [])
    recordDecision(performance, 'denied', ['a', 'b'])
    recordDecision(performance, 'denied', ['a'])
    recordDecision(performance, 'held', [])
    expect(performance).toMatchObject({ approvals: 1, denials: 2, held: 1, deniedBy: { a: 2, b: 1 } })
  })
})

describe('ratios', () => {
  const NOTHING = { totalReturn: 0, cagr: 0, sharpe: null, sortino: 0, calmar: 0 }

  it('of a run without a day, or of days that do not differ, are 0 or nothing', () => {
    expect(ratiosOf(createPerformance(OPENING), OPENING)).toEqual(NOTHING)
    expect(ratiosOf(runOf(1, 1, 1), OPENING)).toEqual(NOTHING)
  })

  it('make no figure of the rounding of a flat or an even curve', () => {
    const flat = [0, 1, 0, -1, 1].map((units) => 1 + units / OPENING)
    expect(ratiosOf(runOf(...flat), OPENING)).toMatchObject({ sharpe: null, sortino: 0, calmar: 0 })
    const even = Array.from({ length: 30 }, (_, day) => 1.001 ** (day + 1))
    expect(ratiosOf(runOf(...even), OPENING * 1.03).sharpe).toBeNull()
  })

  it('know no deviation of one day', () => {
    expect(ratiosOf(runOf(0.9), OPENING * 0.9)).toMatchObject({ sharpe: null, sortino: -Math.sqrt(252) })
  })

  it('have no bound where there is gain and no loss', () => {
    expect(ratiosOf(runOf(1.1, 1.3), OPENING * 1.3)).toMatchObject({ sortino: null, calmar: null })
    expect(gainByLoss(5, 0)).toBeNull()
    expect([gainByLoss(0, 0), gainByLoss(6, 2), gainByLoss(-1, 2)]).toEqual([0, 3, -0.5])
  })

  it('grow by the year of 252 days', () => {
    const days = Array.from({ length: 504 }, () => 1)
    const { totalReturn, cagr } = ratiosOf(runOf(...days), OPENING * 4)
    expect(totalReturn).toBe(3)
    expect(cagr).toBeCloseTo(1, 9)
    expect(ratiosOf(runOf(...days), OPENING / 4).cagr).toBeCloseTo(-0.5, 9)
    expect(ratiosOf(runOf(...days.slice(0, 378)), OPENING * 1.331).cagr).toBeCloseTo(0.21, 9)
  })

  it('of less than a year are not annualised, for better or worse', () => {
    const days = Array.from({ length: 251 }, () => 1)
    expect(ratiosOf(runOf(...days), OPENING * 1.1).cagr).toBeCloseTo(0.1, 12)
    expect(ratiosOf(runOf(...days), OPENING * 0.9).cagr).toBeCloseTo(-0.1, 12)
  })

  it('agree with the textbook on a small run', () => {
    // Returns of +10 %, −10 %, +20 %: mean 1/15, deviation √(0.0466… ÷ 2), downside √(0.01 ÷ 3).
    const performance = runOf(1.1, 0.99, 1.188)
    const { sharpe, sortino, calmar } = ratiosOf(performance, OPENING * 1.188)
    expect(sharpe).toBeCloseTo((1 / 15 / Math.sqrt((0.06 - 3 / 225) / 2)) * Math.sqrt(252), 9)
    expect(sortino).toBeCloseTo((1 / 15 / Math.sqrt(0.01 / 3)) * Math.sqrt(252), 9)
    expect(performance.maxDrawdown).toBeCloseTo(0.1, 12)
    expect(calmar).toBeCloseTo(0.188 / 0.1, 9)
  })
})
