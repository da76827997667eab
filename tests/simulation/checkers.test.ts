import { describe, expect, it } from 'vitest'
import type { ArkEvent, EventPayloads, EventType } from '#core/contract.ts'
import { eventOf } from '../support/host.ts'
import { type Account, checkJournal, type Offered } from './checkers.ts'

/** A sound journal: an entry of 10 at 100 is approved, sent, worked and filled; its stop closes it at 95. */
function sound(): ArkEvent[] {
  const order = { symbol: 'A', side: 'buy', type: 'market', quantity: '10' } as const
  const working = { ...order, strategy: 's' } as const
  const fill = { symbol: 'A', quantity: '10', remaining: '0', liquidity: 'taker', reason: '' } as const
  const approved = { decisionId: 'r-1', allowed: true, intent: 'open', mode: 'active', order }
  return number([
    of('run/started', { runId: 'r', previousSeq: 0, openingCash: '100000' } as EventPayloads['run/started']),
    of('signal/received', { mark: 'signal 1' }),
    of('decision/approved', approved as EventPayloads['decision/approved']),
    of('order/submitted', { orderId: 'r-1', order, intent: 'open' }),
    of('order/accepted', { ...working, orderId: 'r-1', role: 'entry' }),
    of('order/filled', { ...fill, orderId: 'r-1', role: 'entry', side: 'buy', price: '100', fee: '1' }),
    of('order/accepted', { ...working, orderId: 'r-1.stop', role: 'stop', side: 'sell', parent: 'r-1' }),
    of('mode/changed', { mode: 'halted', was: 'active', reason: '', principal: '' }),
    of('order/filled', { ...fill, orderId: 'r-1.stop', role: 'stop', side: 'sell', price: '95', fee: '1' }),
  ])
}

const APPROVED = 2
const SUBMITTED = 3
const ENTRY = 4
const FILLED = 5
const STOP = 6
const HALTED = 7

const of = <T extends EventType>(type: T, payload: EventPayloads[T]): ArkEvent => eventOf(type, payload)
const number = (events: readonly ArkEvent[]): ArkEvent[] =>
  events.map((event, index) => ({ ...event, seq: index + 1 }))

/** An event with some of its payload changed. */
const changed = (event: ArkEvent | undefined, payload: object): ArkEvent =>
  ({ ...event, payload: { ...event?.payload, ...payload } }) as ArkEvent
const pick = (events: readonly ArkEvent[], index: number): ArkEvent => changed(events[index], {})

const ACCOUNT: Account = { cash: 99_948_000_000, positions: {} }
const OFFERED: readonly Offered[] = [
  { mark: 'signal 1', outcome: 'acknowledged', seq: 2 },
  { mark: 'signal 2', outcome: 'refused', seq: 0 },
  { mark: 'signal 3', outcome: 'open', seq: 0 },
]
const check = (events: readonly ArkEvent[], offered = OFFERED, account = ACCOUNT) =>
  checkJournal(events, offered, account)

it('a sound journal has no fault', () => {
  expect(check(sound())).toEqual([])
})

describe('a planted fault is found:', () => {
  const planted: [string, (events: ArkEvent[]) => ArkEvent[], RegExp][] = [
    ['a gap', (events) => events.filter((_, index) => index !== 1), /stands at place/],
    [
      'an effect before its cause',
      (events) => events.with(1, { ...pick(events, 1), causeSeq: 5 }),
      /caused by 5/,
    ],
    ['no decision', (events) => number(events.toSpliced(APPROVED, 1)), /without an approval/],
    [
      'an approval that allows nothing',
      (events) => events.with(APPROVED, changed(events[APPROVED], { allowed: false })),
      /not allowed/,
    ],
    [
      'two approvals of one id',
      (events) => number(events.toSpliced(APPROVED, 0, pick(events, APPROVED))),
      /approved twice/,
    ],
    ['no submission', (events) => number(events.toSpliced(SUBMITTED, 1)), /without a redeemed permit/],
    [
      'a submission that comes too late',
      (events) => number(swap(events, SUBMITTED, ENTRY)),
      /without a redeemed permit/,
    ],
    [
      'a permit redeemed twice',
      (events) => number(events.toSpliced(SUBMITTED, 0, pick(events, SUBMITTED))),
      /redeemed twice/,
    ],
    [
      'a submission that core refused',
      (events) => number(events.toSpliced(SUBMITTED + 1, 0, refusal(SUBMITTED + 1))),
      /without a redeemed permit/,
    ],
    [
      'an order that was not judged so',
      (events) => events.with(ENTRY, changed(events[ENTRY], { quantity: '11' })),
      /not the order that was approved/,
    ],
    [
      'a permit that lapsed when it was used',
      (events) => number(events.toSpliced(ENTRY, 0, of('permit/lapsed', { orderId: 'r-1', reason: '' }))),
      /lapsed after/,
    ],
    ['a child before its parent', (events) => number(swap(events, ENTRY, STOP)), /before its parent/],
    [
      'an order that fills twice',
      (events) => number(events.toSpliced(FILLED, 0, pick(events, FILLED))),
      /after its end/,
    ],
    [
      'a fill larger than its order',
      (events) => events.with(FILLED, changed(events[FILLED], { quantity: '11' })),
      /more than it was for/,
    ],
    [
      'a wrong rest',
      (events) => events.with(FILLED, changed(events[FILLED], { remaining: '1' })),
      /left, not 1/,
    ],
    ['an order that works again', (events) => number([...events, pick(events, ENTRY)]), /works again/],
    ['a fill after a cancel', (events) => number(events.toSpliced(FILLED, 0, cancelled())), /after its end/],
    [
      'an opening in another mode',
      (events) => number(move(events, HALTED, APPROVED)),
      /opens in mode halted/,
    ],
    [
      'a mode that was another',
      (events) => events.with(HALTED, changed(events[HALTED], { was: 'reducing' })),
      /the mode was active/,
    ],
    [
      'a fill the book does not know',
      (events) => events.with(FILLED, changed(events[FILLED], { price: '101' })),
      /cash: the fills give/,
    ],
    [
      'a fill of another symbol',
      (events) => events.with(FILLED, changed(events[FILLED], { symbol: 'B' })),
      /B: the fills give/,
    ],
    [
      'a fee not charged',
      (events) => events.with(FILLED, changed(events[FILLED], { fee: '0' })),
      /cash: the fills give/,
    ],
    [
      'a lost input',
      (events) => events.with(1, changed(events[1], { mark: 'other' })),
      /acknowledged as 2 and lost/,
    ],
    [
      'a refused input',
      (events) => number([...events, of('signal/received', { mark: 'signal 2' })]),
      /refused, and at seq/,
    ],
    [
      'an input that stands twice',
      (events) => number([...events, pick(events, 1)]),
      /signal 1: at seq 2 and 10/,
    ],
  ]
  it.each(planted)('%s', (_name, plant, fault) => {
    expect(check(plant(sound()))).toContainEqual(expect.stringMatching(fault))
  })

  it('a position that no fill explains', () => {
    const account = { ...ACCOUNT, positions: { A: 1 } }
    expect(check(sound(), OFFERED, account)).toEqual(['A: the fills give 0, the book says 1'])
  })
})

it('an input whose process died may be there or not', () => {
  expect(check(number([...sound(), of('signal/received', { mark: 'signal 3' })]))).toEqual([])
})

it('a run with a fresh account forgets the one before', () => {
  const again = { runId: 'r2', previousSeq: 0, openingCash: '5' } as EventPayloads['run/started']
  expect(
    check(number([...sound(), of('run/started', again)]), OFFERED, { cash: 5_000_000, positions: {} }),
  ).toEqual([])
})

function swap(events: ArkEvent[], one: number, other: number): ArkEvent[] {
  return events.with(one, pick(events, other)).with(other, pick(events, one))
}

function move(events: ArkEvent[], from: number, to: number): ArkEvent[] {
  return events.toSpliced(from, 1).toSpliced(to, 0, pick(events, from))
}

function refusal(causeSeq: number): ArkEvent {
  return { ...of('order/rejected', { orderId: 'r-1', code: 'PERMIT_USED', reason: '' }), causeSeq }
}

function cancelled(): ArkEvent {
  return of('order/cancelled', { orderId: 'r-1', remaining: '10', reason: '' })
}
