/**
 * What must hold for any sequence of orders, rows, splits and halts: an order that has ended stays so, every unit
 * is filled, cancelled or working, protection never exceeds the position, and a restart changes nothing.
 */

import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { ArkEvent, Draft, EventPayloads, Fill } from '#core/contract.ts'
import { mulDiv, parsePrice, parseQuantity, QUANTITY_SCALE } from '#core/math.ts'
import { DAY, resolutionMs } from '#core/time.ts'
import broker from '#plugins/broker-paper/index.ts'
import type { Book, BrokerState } from '#plugins/broker-paper/state.ts'
import { createValues, createWorld } from '#tests/support/world.ts'
import { CONFIGS, type Step, stepsOf, TICK, toDraft } from './paper-steps.ts'

const shortable = { XYZ: { shortable: true } }
const values = createValues({ marks: { XYZ: 10_000 * TICK }, instruments: shortable })
const world = createWorld(values)

function run(state: BrokerState, draft: Draft, time: number, config: object): readonly Draft[] {
  values.now = time
  const event = { ...draft, seq: 1, source: 'test', time, traceId: '', causeSeq: 0, hop: 0 } as ArkEvent
  return broker.broker.simulate.reduce(state, event, v.parse(broker.config, config), world)
}

/** One order as any reader of the journal would follow it. */
interface Told {
  quantity: number
  filled: number
  cancelled: number
  live: boolean
  limit: string | undefined
  readonly group: string
}

interface Ledger {
  position: number
  readonly orders: Map<string, Told>
}

function fold(ledger: Ledger, step: Step, drafts: readonly Draft[]): void {
  if (step.kind === 'split') ledger.position = mulDiv(ledger.position, step.numerator, step.denominator)
  for (const draft of drafts) {
    if (draft.type === 'order/accepted') accept(ledger, step, draft.payload)
    if (draft.type === 'order/cancelled') {
      const told = liveOrder(ledger, draft.payload.orderId)
      told.cancelled += parseQuantity(draft.payload.remaining)
      told.live = false
      expect(told.filled + told.cancelled, 'filled + cancelled = quantity').toBe(told.quantity)
    }
    if (draft.type === 'order/filled') fill(ledger, draft.payload)
  }
}

function accept({ orders }: Ledger, step: Step, payload: EventPayloads['order/accepted']): void {
  const left = parseQuantity(payload.quantity)
  const known = orders.get(payload.orderId)
  if (known === undefined) {
    const group = payload.parent === undefined ? (payload.group ?? '') : ''
    const told = { quantity: left, filled: 0, cancelled: 0, live: true, limit: payload.limitPrice, group }
    orders.set(payload.orderId, told)
    return
  }
  expect(known.live, 'no order comes back').toBe(true)
  const before = known.quantity - known.filled
  if (payload.parent === undefined && step.kind === 'amend')
    expect(left, 'an amendment only takes away').toBeLessThanOrEqual(before)
  else if (payload.parent === undefined && step.kind !== 'split')
    expect(left, 'only a bracket’s children change their size').toBe(before)
  known.quantity = known.filled + left
  known.limit = payload.limitPrice
}

function fill(ledger: Ledger, payload: Fill): void {
  const told = liveOrder(ledger, payload.orderId)
  const size = parseQuantity(payload.quantity)
  told.filled += size
  expect(parseQuantity(payload.remaining), 'filled + remaining = quantity').toBe(told.quantity - told.filled)
  const sign = payload.side === 'buy' ? 1 : -1
  if (payload.role !== 'entry') {
    const after = Math.abs(ledger.position + sign * size)
    expect(after, 'only an entry adds').toBe(Math.abs(ledger.position) - size)
  }
  if (told.limit !== undefined) {
    const beyond = sign * (parsePrice(payload.price) - parsePrice(told.limit))
    expect(beyond, 'a limit is kept').toBeLessThanOrEqual(0)
  }
  ledger.position += sign * size
  for (const other of ledger.orders.values())
    if (other !== told && told.group !== '' && other.group === told.group && other.live)
      expect(other.filled, 'the legs of a group never both fill').toBe(0)
  if (told.filled === told.quantity) told.live = false
}

function liveOrder({ orders }: Ledger, orderId: string): Told {
  const told = orders.get(orderId)
  expect(told?.live, `${orderId} works`).toBe(true)
  return told as Told
}

/** A bar begins no earlier than its length ago; `before` = the end of the bar before it, of the same length. */
function checkArrival(
  step: Step,
  drafts: readonly Draft[],
  sent: ReadonlyMap<string, number>,
  before: number,
): void {
  if (step.kind !== 'bar') return
  const day = values.now - (step.time % DAY)
  const open = step.resolution === '1d' ? (world.session('XYZ', day / DAY)?.open ?? day) : 0
  const begin = Math.max(step.time - resolutionMs(step.resolution), before, open)
  for (const draft of drafts)
    if (
      draft.type === 'order/filled' &&
      draft.payload.parent === undefined &&
      draft.payload.reason !== 'the close'
    )
      expect(sent.get(draft.payload.orderId), 'no row before it was sent').toBeLessThanOrEqual(begin)
}

function checkBook(book: Book | undefined, ledger: Ledger): void {
  expect(book?.position ?? 0, 'position = sum of fills').toBe(ledger.position)
  const sums = { buy: 0, sell: 0 }
  for (const { open, side, stop, targets } of book?.brackets ?? []) {
    sums[side] += open
    expect(stop?.remaining ?? open, 'the stop covers what is open').toBe(open)
    expect(targets.reduce((sum, { remaining }) => sum + remaining, 0)).toBeLessThanOrEqual(open)
  }
  expect(sums.sell, 'protection').toBeLessThanOrEqual(Math.max(0, ledger.position))
  expect(sums.buy, 'protection').toBeLessThanOrEqual(Math.max(0, -ledger.position))
  const working = [...ledger.orders].flatMap(([id, { filled, live, quantity }]) =>
    live ? [[id, quantity - filled]] : [],
  )
  const live = [
    ...(book?.orders ?? []),
    ...(book?.brackets ?? []).flatMap((each) => [each.stop, ...each.targets]),
  ]
  const held = live.flatMap((order) => (order === null ? [] : [[order.orderId, order.remaining]]))
  expect(new Map(held as never), 'what is working is what was told').toEqual(new Map(working as never))
  const groups = [...ledger.orders.values()].filter(({ group, live }) => live && group !== '')
  for (const { filled, group } of groups)
    if (filled > 0) expect(groups.filter((other) => other.group === group)).toHaveLength(1)
}

/** What a row may not do, by its own terms. */
function checkRow(
  step: Step,
  halted: boolean,
  drafts: readonly Draft[],
  config: { volumeShare?: number },
): void {
  const fills = drafts.flatMap((draft) => (draft.type === 'order/filled' ? [draft.payload] : []))
  if (step.kind !== 'bar') return
  if (halted || step.volume === 0) expect(fills).toEqual([])
  if (config.volumeShare === undefined) return
  const taken = fills.reduce((sum, { quantity }) => sum + parseQuantity(quantity), 0)
  expect(taken, 'the share of the volume').toBeLessThanOrEqual(
    step.volume * QUANTITY_SCALE * config.volumeShare,
  )
}

describe.each(CONFIGS.map((config) => [JSON.stringify(config), config] as const))('with %s', (_, config) => {
  it('the journal of any run adds up, and protection never covers more than is held', () => {
    let fills = 0
    const amended = { smaller: 0, ended: 0, replaced: 0 }
    fc.assert(
      fc.property(stepsOf(40), (steps) => {
        const state = broker.broker.simulate.initial()
        const ledger: Ledger = { position: 0, orders: new Map() }
        const sent = new Map<string, number>()
        let halted = false
        steps.forEach((step, index) => {
          const drafts = run(state, toDraft(step, index, state.books.XYZ), step.time, config)
          if (step.kind === 'halt') halted = step.halted
          checkRow(step, halted, drafts, config)
          checkArrival(step, drafts, sent, state.books.XYZ?.before ?? 0)
          if (step.kind === 'order') sent.set(`o${index}`, step.time)
          if (
            step.kind === 'amend' &&
            drafts[0]?.type === 'order/accepted' &&
            step.terms.quantity !== undefined
          )
            amended.smaller++
          if (step.kind === 'amend' && drafts[0]?.type === 'order/cancelled') amended.ended++
          if (step.kind === 'order' && drafts[0]?.type === 'order/cancelled') amended.replaced++
          fold(ledger, step, drafts)
          checkBook(state.books.XYZ, ledger)
          fills += drafts.filter(({ type }) => type === 'order/filled').length
        })
      }),
      { numRuns: 600 },
    )
    expect(fills).toBeGreaterThan(100)
    for (const count of Object.values(amended)) expect(count).toBeGreaterThan(2)
  })

  it('a state that went through JSON after every event continues identically', () => {
    fc.assert(
      fc.property(stepsOf(30), (steps) => {
        const whole = broker.broker.simulate.initial()
        let restored: BrokerState = broker.broker.simulate.initial()
        steps.forEach((step, index) => {
          const draft = toDraft(step, index, whole.books.XYZ)
          expect(run(restored, draft, step.time, config)).toEqual(run(whole, draft, step.time, config))
          expect(JSON.parse(JSON.stringify(whole)), 'nothing that JSON would lose').toStrictEqual(whole)
          restored = JSON.parse(JSON.stringify(restored)) as BrokerState
        })
      }),
      { numRuns: 60 },
    )
  })

  it('a row that is passed over would have changed nothing', () => {
    fc.assert(
      fc.property(stepsOf(30), (steps) => {
        const quick = broker.broker.simulate.initial()
        const thorough: BrokerState = broker.broker.simulate.initial()
        steps.forEach((step, index) => {
          const draft = toDraft(step, index, quick.books.XYZ)
          if (thorough.books.XYZ !== undefined) thorough.books.XYZ.wake = 0
          expect(run(quick, draft, step.time, config)).toEqual(run(thorough, draft, step.time, config))
        })
      }),
      { numRuns: 100 },
    )
  })
})
