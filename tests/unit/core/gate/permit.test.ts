import { describe, expect, it } from 'vitest'
import {
  createPermitOffice,
  issue,
  lapseAll,
  type Permit,
  type PermitOffice,
  redeem,
} from '#core/gate/permit.ts'

const TERMS = {
  decisionId: 'run-1-1',
  orderHash: 'a'.repeat(64),
  order: { symbol: 'XYZ', side: 'buy', type: 'market', quantity: '1' },
  intent: 'open',
  rulesetDigest: 'b'.repeat(64),
  factsDigest: 'c'.repeat(64),
  seq: 7,
} as const

/** The code of the refusal, or the permit. */
function outcome(
  office: PermitOffice,
  changes: Partial<Record<keyof typeof TERMS, string>> = {},
  now = 0,
): string | Permit {
  try {
    return redeem(office, { ...TERMS, ...changes }, now)
  } catch (error) {
    const { code, where } = error as { code: string; where: string }
    expect(where).toBe(changes.decisionId ?? TERMS.decisionId)
    return code
  }
}

describe('an office', () => {
  it('knows nothing at first', () => {
    expect(outcome(createPermitOffice())).toBe('PERMIT_ABSENT')
  })

  it('takes no permit that it did not make, even one that looks like it', () => {
    const office = createPermitOffice()
    const genuine = issue(createPermitOffice(), TERMS, 0)
    office.open.set(TERMS.decisionId, { ...genuine })
    expect(outcome(office)).toBe('PERMIT_ABSENT')
  })

  it.each(['orderHash', 'rulesetDigest', 'intent'] as const)(
    'refuses another %s, and still redeems the right one',
    (name) => {
      const office = createPermitOffice()
      issue(office, TERMS, 0)
      expect(outcome(office, { [name]: 'exit' })).toBe('PERMIT_MISMATCH')
      expect(outcome(office)).toMatchObject(TERMS)
      expect(outcome(office)).toBe('PERMIT_USED')
    },
  )

  it('redeems for 30 s and not a millisecond longer, once either way', () => {
    for (const [now, expected] of [
      [1_030_000, undefined],
      [1_030_001, 'PERMIT_EXPIRED'],
    ] as const) {
      const office = createPermitOffice()
      issue(office, TERMS, 1_000_000)
      const first = outcome(office, {}, now)
      expect(typeof first === 'string' ? first : undefined).toBe(expected)
      expect(outcome(office, {}, now)).toBe('PERMIT_USED')
    }
  })

  it('lapses what is open, and forgets nothing of it', () => {
    const office = createPermitOffice()
    issue(office, TERMS, 0)
    issue(office, { ...TERMS, decisionId: 'run-1-2' }, 0)
    redeem(office, TERMS, 0)
    expect(lapseAll(office)).toEqual(['run-1-2'])
    expect(lapseAll(office)).toEqual([])
    expect(outcome(office, { decisionId: 'run-1-2' })).toBe('PERMIT_USED')
  })

  it('keeps the last 10,000 ids that were spent', () => {
    const office = createPermitOffice()
    for (let ordinal = 1; ordinal <= 10_001; ordinal++) {
      issue(office, { ...TERMS, decisionId: `run-1-${ordinal}` }, 0)
      redeem(office, { ...TERMS, decisionId: `run-1-${ordinal}` }, 0)
    }
    expect(office.spent.size).toBe(10_000)
    expect(outcome(office, { decisionId: 'run-1-1' })).toBe('PERMIT_ABSENT')
    expect(outcome(office, { decisionId: 'run-1-2' })).toBe('PERMIT_USED')
  })
})

it('a permit cannot be changed by whoever gets hold of it', () => {
  const permit = issue(createPermitOffice(), TERMS, 0)
  expect(() => Object.assign(permit, { orderHash: 'd' })).toThrow(TypeError)
})
