/** Which trial goes to which worker: what they have read already first, and nobody idle while any is left. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createQueue } from '#runtimes/research/queue.ts'

const MARKETS = ['a', 'a', 'a', 'b', 'b', 'b', 'b', 'c']

describe('the queue of trials', () => {
  it('is empty where there is no trial', () => {
    expect(createQueue([]).next(undefined)).toBeUndefined()
  })

  it('keeps a worker at its market, and begins another one only when that is done', () => {
    const queue = createQueue(MARKETS)
    expect([queue.next(undefined), queue.next(undefined)]).toEqual([0, 3])
    expect([queue.next('a'), queue.next('a'), queue.next('b')]).toEqual([1, 2, 4])
    expect(queue.next('a')).toBe(7)
  })

  it('lets whoever has none left help where the most is left', () => {
    const queue = createQueue(MARKETS)
    expect([queue.next(undefined), queue.next(undefined), queue.next(undefined)]).toEqual([0, 3, 7])
    expect([queue.next('c'), queue.next('c'), queue.next('c')]).toEqual([4, 1, 5])
  })

  it('hands out each place once, whoever asks', () => {
    const market = fc.constantFrom('a', 'b', 'c', 'd')
    const own = fc.option(market, { nil: undefined })
    fc.assert(
      fc.property(fc.array(market), fc.infiniteStream(own), (markets, asked) => {
        const queue = createQueue(markets)
        const given = markets.map(() => queue.next(asked.next().value))
        expect(given.toSorted((a, b) => Number(a) - Number(b))).toEqual([...markets.keys()])
        expect(queue.next(undefined)).toBeUndefined()
      }),
    )
  })
})
