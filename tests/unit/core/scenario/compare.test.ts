import { describe, expect, it } from 'vitest'
import { SILENT } from '#core/scenario/answer.ts'
import { compare } from '#core/scenario/compare.ts'
import type { Answer } from '#core/scenario/play.ts'

const answer: Answer = {
  ...SILENT,
  allowed: false,
  deniedBy: ['a', 'b'],
  mode: 'reducing',
  nearest: { quantity: '10' },
}

describe('a difference', () => {
  it.each([
    [{ deniedBy: ['a'] }, [], ['b']],
    [{ deniedBy: ['a', 'b', 'c'] }, ['c'], []],
    [{ deniedBy: [] }, [], ['a', 'b']],
    [{ held: ['a'] }, ['a'], []],
  ])('of sets: %j', (expected, missing, surprising) => {
    expect(compare(expected, answer)).toEqual([expect.objectContaining({ missing, surprising })])
  })

  it.each([
    [{ mode: 'active' as const }],
    [{ allowed: true }],
    [{ nearest: '11' }],
    [{ nearest: null }],
    [{ nearest: { quantity: '10', limitPrice: '1' } }],
  ])('of %j', (expected) => {
    expect(compare(expected, answer)).toHaveLength(1)
  })
})

describe('rules of the overlay', () => {
  const refused = { ...answer, limits: ['order_size', 'overlay:RISK-001'] }
  it('are left out where the expectation names none of them, and compared where it does', () => {
    expect(compare({ limits: ['order_size'] }, refused)).toEqual([])
    expect(compare({ limits: [] }, refused)).toHaveLength(1)
    expect(compare({ limits: ['overlay:RISK-001'] }, refused)).toHaveLength(1)
    expect(compare({ limits: ['order_size', 'overlay:RISK-001'] }, refused)).toEqual([])
  })
})

describe('no difference', () => {
  it.each([
    [{}],
    [{ deniedBy: ['b', 'a'] }],
    [{ deniedBy: ['a', 'b', 'a'] }],
    [{ mode: 'reducing' as const, allowed: false, held: [], unknown: [], limits: [], cancelFirst: [] }],
    [{ nearest: 10 }],
    [{ nearest: { quantity: '10.0' } }],
  ])('%j', (expected) => {
    expect(compare(expected, answer)).toEqual([])
  })
})
