/**
 * Any order at all, through a real kernel: what is allowed is whole in every part and passes all 26 rules,
 * and nothing that anybody can ask for throws, shuts a plugin out or leaves a trace in the account.
 */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Decision, Order } from '#core/contract.ts'
import { takeSnapshot } from '#core/cycle/snapshot.ts'
import { isArkError } from '#core/errors.ts'
import { rejudge, toRuleResults } from '#core/gate/decision.ts'
import { createTestKernel, orderOf, type TestKernel, XYZ } from '#tests/support/kernel.ts'

const HOSTILE = [
  '1e9',
  '0x10',
  '',
  ' 1',
  'NaN',
  'Infinity',
  '-1',
  '0',
  '9'.repeat(32),
  '1.0000000001',
  '.5',
  '5.',
  '９',
] as const
const mostly = <T>(good: fc.Arbitrary<T>, bad: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: bad as fc.Arbitrary<T> })
const junk = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string(),
  fc.constantFrom(null, undefined, 1, -1, true, {}, [], ['1']),
)
const price = (from: number, to: number) =>
  mostly(
    fc.integer({ min: from * 100, max: to * 100 }).map((cents) => (cents / 100).toFixed(2)),
    junk,
  )
const portion = mostly(fc.constantFrom('1', '0.5', '0.3', '0.25', '0.00000001'), junk)
const target = mostly(fc.record({ price: price(70, 260), portion }), junk)

const hostileOrder = fc.record(
  {
    symbol: mostly(
      fc.constantFrom('XYZ', 'XYZ', 'XYZ', 'ABC'),
      fc.constantFrom('xyz', '__proto__', 'constructor', '', 5, null),
    ),
    side: mostly(fc.constantFrom('buy', 'sell'), junk),
    type: mostly(fc.constantFrom('market', 'limit', 'stop', 'stop_limit', 'trailing_stop'), junk),
    quantity: mostly(fc.constantFrom('1', '2', '10', '0.5', '49', '50', '50.00000001', '1000'), junk),
    limitPrice: price(95, 105),
    stopPrice: price(95, 105),
    trail: price(1, 5),
    stopLoss: mostly(
      fc.record({ price: price(80, 120), trail: price(1, 5) }, { requiredKeys: ['price'] }),
      junk,
    ),
    targets: mostly(fc.array(target, { maxLength: 3 }), junk),
    timeInForce: mostly(fc.constantFrom('day', 'gtc', 'ioc', 'fok', 'opg', 'cls'), junk),
    strategy: mostly(fc.constantFrom('a', 'b', '|', '__proto__'), junk),
    group: mostly(fc.constantFrom('g', 'h', '|', '__proto__', 'test-1-1'), junk),
    reduceOnly: fc.constantFrom(true, false, 'yes'),
    cancelFirst: mostly(fc.constant(['test-1-1.target1', 'test-1-1.stop']), junk),
    reason: fc.string(),
  },
  { requiredKeys: ['symbol', 'side', 'type', 'quantity'] },
)
const PARTS = ['quantity', 'stopLoss', 'targets', 'side', 'timeInForce', 'reason', 'group', 'trail'] as const
/** A sound order with one part out of the hostile ones. */
const spoilt = fc
  .tuple(hostileOrder, fc.constantFrom(...PARTS))
  .map(([order, part]) => ({ ...orderOf({ quantity: '2' }), [part]: order[part as keyof typeof order] }))
/** Most of them lean towards sense, so that some are allowed and what they are is looked at. */
const anyOrder = fc.oneof(
  hostileOrder,
  spoilt,
  hostileOrder.map((order) => ({
    ...orderOf(),
    ...order,
    limitPrice: undefined,
    stopPrice: undefined,
    trail: undefined,
    type: 'market',
  })),
  hostileOrder.map(({ group, quantity, stopLoss, stopPrice, trail }) => ({
    ...orderOf({ type: 'trailing_stop' }),
    ...{ group, quantity, stopLoss, stopPrice, trail },
  })),
  hostileOrder.map(({ quantity, type, limitPrice }) => ({
    ...orderOf({ side: 'sell' }),
    quantity,
    type,
    limitPrice,
  })),
) as fc.Arbitrary<Order>

/** In units of 1e-8, by text alone; undefined when it is no positive amount that a double holds. */
function unitsOf(text: unknown): bigint | undefined {
  const match = typeof text === 'string' && text.length <= 32 ? /^(\d+)(?:\.(\d{1,8})0*)?$/.exec(text) : null
  if (match === null) return undefined
  const units = BigInt(`${match[1]}${(match[2] ?? '').padEnd(8, '0')}`)
  return units > 0n && units <= BigInt(Number.MAX_SAFE_INTEGER) ? units : undefined
}

/** What is wrong with an order that was allowed; nothing, if the gate is right. */
function faultsOf({ intent, order }: Decision): readonly string[] {
  const faults: string[] = []
  const check = (name: string, holds: boolean) => void (holds || faults.push(name))
  const limited = order.type === 'limit' || order.type === 'stop_limit'
  const trails = order.type === 'trailing_stop'
  const stopped = order.type === 'stop' || order.type === 'stop_limit' || trails
  check('symbol', order.symbol === 'XYZ')
  check('side', order.side === 'buy' || order.side === 'sell')
  check('type', order.type === 'market' || limited || stopped)
  const times = [undefined, 'day', 'gtc', 'ioc', 'fok', ...(stopped ? [] : ['opg', 'cls'])]
  check('time', times.includes(order.timeInForce))
  check('group', order.group === undefined || /^[\s\S]{1,64}$/.test(order.group))
  check('trail', trails ? unitsOf(order.trail) !== undefined : order.trail === undefined)
  const legTrail = order.stopLoss?.trail
  check('trailing leg', legTrail === undefined || unitsOf(legTrail) !== undefined)
  check('quantity', unitsOf(order.quantity) !== undefined)
  check(
    'cancels',
    (order.cancelFirst ?? []).every((id) => typeof id === 'string'),
  )
  check('limit', limited ? unitsOf(order.limitPrice) !== undefined : order.limitPrice === undefined)
  check('trigger', stopped ? unitsOf(order.stopPrice) !== undefined : order.stopPrice === undefined)
  if (intent === 'exit') return faults
  const entry = unitsOf(limited ? order.limitPrice : stopped ? order.stopPrice : '100') ?? 0n
  const ahead = (price: unknown, side: bigint) => ((unitsOf(price) ?? entry) - entry) * side > 0n
  const side = order.side === 'buy' ? 1n : -1n
  check('stop', ahead(order.stopLoss?.price, -side))
  check('targets', Array.isArray(order.targets) && order.targets.length > 0)
  for (const each of order.targets ?? []) check('target', ahead(each.price, side))
  const sum = (order.targets ?? []).reduce((total, each) => total + (unitsOf(each.portion) ?? 10n ** 12n), 0n)
  check('portions', sum <= 100_000_000n)
  return faults
}

async function market(): Promise<TestKernel> {
  const test = await createTestKernel({ instruments: [XYZ, { ...XYZ, symbol: 'ABC' }] })
  test.bar(100)
  test.request(orderOf())
  test.bar(100)
  return test
}

/** The decision; undefined for what has no JSON form, which is refused at the door and leaves nothing. */
function ask(test: TestKernel, order: Order): Decision | undefined {
  const before = takeSnapshot(test.kernel)
  try {
    return test.request(order).payload
  } catch (error) {
    if (!isArkError(error, 'DATA_INVALID')) throw error
    expect(takeSnapshot(test.kernel)).toBe(before)
    return undefined
  }
}

it('is allowed only whole, and only by all rules', async () => {
  const test = await market()
  const seen = { allowed: 0, exits: 0, denied: 0 }
  fc.assert(
    fc.property(anyOrder, fc.nat(), fc.boolean(), (order, number, clears) => {
      const strategy = order.strategy === 'hand' ? `s${number}` : order.strategy
      const targets = test.kernel.world.working('XYZ').filter(({ role }) => role !== 'stop')
      const clearing = clears ? { cancelFirst: targets.map(({ orderId }) => orderId) } : {}
      const decision = ask(test, { ...order, ...clearing, strategy } as Order)
      expect(test.of('plugin/isolated')).toEqual([])
      if (decision?.allowed === false) {
        seen.denied++
        const against = [decision.deniedBy, decision.unknown, decision.held, decision.limitsDenied]
        expect(against.flat()).not.toEqual([])
      }
      if (decision?.allowed === true) {
        seen.allowed++
        if (decision.intent === 'exit') seen.exits++
        expect(faultsOf(decision)).toEqual([])
        const verdicts = toRuleResults(rejudge(decision.facts)).map(({ verdict }) => verdict)
        expect(verdicts).toHaveLength(26)
        expect(verdicts.filter((verdict) => verdict !== 'allow' && verdict !== 'n/a')).toEqual([])
        expect([decision.deniedBy, decision.unknown, decision.held, decision.limitsDenied].flat()).toEqual([])
      }
      test.bar(100)
      const { position } = test.kernel.book.index.get('XYZ') ?? { position: Number.NaN }
      expect(Math.abs(position)).toBeLessThanOrEqual(100 * XYZ.lot)
    }),
    { numRuns: 1_000 },
  )
  expect(seen.allowed, JSON.stringify(seen)).toBeGreaterThan(25)
  expect(seen.exits, JSON.stringify(seen)).toBeGreaterThan(10)
  expect(seen.denied, JSON.stringify(seen)).toBeGreaterThan(200)
})
