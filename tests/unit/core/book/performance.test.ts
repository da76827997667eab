import { describe, expect, it } from 'vitest'
import { createBook } from '#core/book/book.ts'
import {
  createPerformance,
  type Performance,
  ratiosOf,
  recordDay,
  recordDecision,
  recordFill,
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

describe('a fill', () => {
  it('is a win or a loss by what it realised, and neither when it only opens', () => {
    const performance = createPerformance(OPENING)
    const book = createBook(OPENING, [])
    for (const realised of [0, 50, 50, 20, 90]) {
      book.state.realised = realised
      recordFill(performance, book)
    }
    expect(performance).toMatchObject({
      wins: 2,
      losses: 1,
      grossProfit: 120,
      grossLoss: 30,
      realisedSeen: 90,
    })
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
  it('of a run without a day are 0, and none is NaN', () => {
    expect(Object.values(ratiosOf(createPerformance(OPENING), OPENING))).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
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
    // Returns of +10 %, −10 %, +20 %: mean 1/15, deviation √0.0155…, downside √(0.01 ÷ 3).
    const performance = runOf(1.1, 0.99, 1.188)
    const { sharpe, sortino, calmar, exposure } = ratiosOf(performance, OPENING * 1.188)
    expect(sharpe).toBeCloseTo((1 / 15 / Math.sqrt((0.01 + 0.01 + 0.04) / 3 - 1 / 225)) * Math.sqrt(252), 9)
    expect(sortino).toBeCloseTo((1 / 15 / Math.sqrt(0.01 / 3)) * Math.sqrt(252), 9)
    expect(performance.maxDrawdown).toBeCloseTo(0.1, 12)
    expect(calmar).toBeCloseTo(0.188 / 0.1, 9)
    expect(exposure).toBe(0)
  })

  it('of trades are shares of what was closed', () => {
    const performance = Object.assign(runOf(1), {
      wins: 3,
      losses: 1,
      grossProfit: 600_000_000,
      grossLoss: 200_000_000,
      daysInvested: 1,
    })
    expect(ratiosOf(performance, OPENING)).toMatchObject({ winRate: 0.75, profitFactor: 3, exposure: 1 })
  })
})
