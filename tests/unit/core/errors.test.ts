import { describe, expect, it } from 'vitest'
import { ArkError, assert, ERRORS, type ErrorCode, isArkError, toMessage } from '#core/errors.ts'

const ENTRIES = Object.entries(ERRORS)

describe('the table', () => {
  it.each(ENTRIES)(
    'has one sentence of cause and one of remedy, a status and a word on retries: %s',
    (code, entry) => {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
      for (const sentence of [entry.cause, entry.remedy])
        expect(sentence).toMatch(/^[A-Z][^\n]+[^.…]\.$|…\.?$/)
      expect(entry.status >= 400 && entry.status < 600).toBe(true)
      expect(['no', 'safe', 'ask']).toContain(entry.retry)
    },
  )

  it('never invites to repeat what was refused for good', () => {
    const repeatable = ENTRIES.filter(([, { retry }]) => retry === 'safe').map(([code]) => code)
    expect(repeatable.filter((code) => code.startsWith('PERMIT_') || code.endsWith('_INVALID'))).toEqual([])
    for (const code of repeatable) expect([409, 429, 503]).toContain(ERRORS[code as ErrorCode].status)
  })
})

describe('an error', () => {
  it('says in one line what, where, why and what to do', () => {
    expect(new ArkError('DATA_INVALID', 'bars/3', 'It is odd.').toLine()).toBe(
      'DATA_INVALID at bars/3: It is odd. Mend the row at the place named.',
    )
    expect(new ArkError('LOCKED', '', 'It runs.').toLine()).toMatch(/^LOCKED: It runs\. /)
  })

  it('is told by its code', () => {
    const error = new ArkError('QUEUE_FULL', 'queue', 'Full.', { cause: 7 })
    expect([isArkError(error), isArkError(error, 'QUEUE_FULL'), isArkError(error, 'STOPPING')]).toEqual([
      true,
      true,
      false,
    ])
    expect([
      isArkError(new Error('QUEUE_FULL')),
      isArkError({ code: 'QUEUE_FULL' }),
      isArkError(undefined),
    ]).toEqual([false, false, false])
    expect(error.cause).toBe(7)
  })

  it('of our own is an assertion, and only when it does not hold', () => {
    expect(() => assert(true, 'here', 'never')).not.toThrow()
    expect(() => assert(false, 'here', 'It must hold.')).toThrow(
      expect.objectContaining({ code: 'ASSERTION', where: 'here', message: 'It must hold.' }),
    )
  })
})

it('whatever is thrown has a message', () => {
  expect([new Error('a'), 'b', 5, undefined, null].map(toMessage)).toEqual([
    'a',
    'b',
    '5',
    'undefined',
    'null',
  ])
})
