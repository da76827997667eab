import { describe, expect, it } from 'vitest'
import { frozenCopy } from '#core/cycle/freeze.ts'

describe('frozenCopy', () => {
  it('is frozen through and through, and leaves the given one free', () => {
    const given = { side: 'buy', targets: [{ price: '101' }], stop: null }
    const copy = frozenCopy(given)
    expect(copy).toEqual(given)
    expect([copy, copy.targets, copy.targets[0]].every(Object.isFrozen)).toBe(true)
    given.targets[0] = { price: '1' }
    given.side = 'sell'
    expect(copy).toEqual({ side: 'buy', targets: [{ price: '101' }], stop: null })
  })

  it('reads each member once, so that none is one thing when it is judged and another when it leaves', () => {
    let reads = 0
    const given = {
      get quantity() {
        return String(++reads)
      },
    }
    expect(frozenCopy(given)).toEqual({ quantity: '1' })
    expect(reads).toBe(1)
  })

  it('has its members in the order of the journal, whatever the order they were given in', () => {
    const text = '{"side":"buy","limitPrice":"1","legs":[{"b":1,"a":2}]}'
    expect(JSON.stringify(frozenCopy(JSON.parse(text)))).toBe(
      '{"legs":[{"a":2,"b":1}],"limitPrice":"1","side":"buy"}',
    )
  })

  it('keeps the members that JSON keeps, and takes no prototype from one', () => {
    const given = JSON.parse('{"a":1,"__proto__":{"quantity":"1000"}}') as Record<string, unknown>
    given.b = undefined
    const copy = frozenCopy(given)
    expect(Object.keys(copy)).toEqual(['a'])
    expect(copy.quantity).toBeUndefined()
  })

  it('refuses what contains itself', () => {
    const given: Record<string, unknown> = {}
    given.self = given
    expect(() => frozenCopy(given)).toThrow('nested deeper')
  })
})
