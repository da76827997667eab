import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ArkEvent } from '#core/contract.ts'
import { fromBody, toBody } from '#core/journal/body.ts'
import { canonical } from '#core/journal/canonical.ts'
import { formatTime } from '#core/time.ts'
import { eventOf } from '../../../support/host.ts'

const TRACE = '0123456789abcdef0123456789abcdef'
const signal = (payload: object, stamp = {}): ArkEvent =>
  eventOf('signal/received', payload as Record<string, never>, { seq: 7, traceId: TRACE, ...stamp })

describe('a body', () => {
  it('is the canonical JSON of the whole event, time as text', () => {
    const event = signal({ b: 1, a: 'ü' }, { causeRow: 3, causeSeq: 2, hop: 1, time: 1_600_000_000_123 })
    expect(toBody(event)).toBe(canonical({ ...event, time: formatTime(event.time) }))
  })

  it('comes back as the event that it was, whatever the payload holds', () => {
    const text = fc.string({ unit: 'grapheme' })
    const payload = fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<null>,
    )
    fc.assert(
      fc.property(payload, fc.integer({ min: 0, max: 253_402_300_799_999 }), (content, time) => {
        const event = signal(content, { time })
        expect(fromBody(toBody(event), 7)).toEqual(JSON.parse(JSON.stringify(event)))
      }),
    )
  })

  it('has no form for what JSON cannot carry', () => {
    for (const content of [{ a: Number.NaN }, { a: '\ud800' }, { a: 1n }, { a: [undefined] }])
      expect(() => toBody(signal(content))).toThrow(expect.objectContaining({ code: 'DATA_INVALID' }))
  })

  const body = toBody(signal({ a: 1 }))
  it.each([
    ['no JSON', body.slice(1)],
    ['another seq', body.replace('"seq":7', '"seq":8')],
    ['a seq in text', body.replace('"seq":7', '"seq":"7"')],
    ['no time', body.replace(/"time":"[^"]+"/, '"time":"soon"')],
    ['no type', body.replace('"type":"signal/received"', '"type":1')],
    ['no payload', body.replace('"payload":{"a":1}', '"payload":1')],
  ])('with %s is refused with the seq that was asked for', (_name, text) => {
    expect(text).not.toBe(body)
    expect(() => fromBody(text, 7)).toThrow(
      expect.objectContaining({ code: 'JOURNAL_CORRUPT', where: 'seq 7' }),
    )
  })
})
