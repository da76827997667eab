/** What can happen to a box in one step, and how often. */

import type { Mode, Side } from '#core/contract.ts'
import { FEED, order } from '../support/trading.ts'
import { FAULTS } from './disk.ts'
import { INSTRUMENTS, nextRows } from './market.ts'
import { calm, HALT, note, revive, type World } from './world.ts'

type Step = (world: World) => Promise<void> | void

const STEPS: readonly (readonly [weight: number, name: string, step: Step])[] = [
  [30, 'rows', feed],
  [20, 'an order', request],
  [8, 'a signal', signal],
  [6, 'stale rows', stale],
  [5, 'a cancel', cancel],
  [5, 'a burst', burst],
  [5, 'a gap in the market', (world) => world.box.time.advance(60_000 * (1 + world.random.below(30)))],
  [4, 'a change of mode', changeMode],
  [4, 'a lost lease', lease],
  [25, 'a pardon', pardon],
  [3, 'a pause', pause],
  [3, 'a moved stop', moveStop],
  [6, 'a failing disk', ({ disk, random }) => disk.arm(random.pick(FAULTS), 1 + random.below(4))],
  [2, 'a kill', revive],
  [2, 'a clean stop', stop],
]
const TOTAL = STEPS.reduce((sum, [weight]) => sum + weight, 0)

export async function takeStep(world: World): Promise<void> {
  const { name, step } = pickStep(world.random.below(TOTAL))
  world.doing = name
  await world.box.time.advance(200 + world.random.below(3_000))
  await calm(world)
  // The watchdog is no part of this: somebody renews the lease most of the time.
  if (world.random.chance(0.5)) send(world, 'lease/renewed')
  await step(world)
  await calm(world)
}

function pickStep(at: number): { readonly name: string; readonly step: Step } {
  let passed = 0
  for (const [weight, name, step] of STEPS) {
    passed += weight
    if (at < passed) return { name, step }
  }
  throw new Error(`There is no step ${at} of ${TOTAL}.`)
}

function feed(world: World): void {
  const { mark, rows } = nextRows(world)
  note(world, mark, world.ark.offerRows(FEED, rows))
}

/** The same times again: refused, every row of them. */
function stale(world: World): void {
  const { mark, rows } = nextRows(world)
  note(world, mark, world.ark.offerRows(FEED, rows))
  world.ark.offerRows(FEED, rows).then(
    ({ seq }) => world.offered.push({ mark: `${mark} again`, outcome: 'acknowledged', seq }),
    () => undefined,
  )
}

function signal(world: World): void {
  const { random } = world
  const mark = nextMark(world, 'signal')
  const direction = random.pick(['long', 'short', 'sideways'])
  const payload = { symbol: random.pick(INSTRUMENTS).symbol, direction, mark }
  note(world, mark, world.ark.offer('intake', { type: 'signal/received', payload }))
}

function request(world: World): void {
  const { random, prices, ark } = world
  const { symbol } = random.pick(INSTRUMENTS)
  const side: Side = random.pick(['buy', 'sell'])
  const draft = order(side, 1 + random.below(25), prices.get(symbol), symbol)
  if (draft.type !== 'order/requested') return
  // The own working orders would meet this one: some people name them, some are refused.
  const cancelFirst = random.chance(0.7) ? workingIds(world, symbol) : []
  const reason = nextMark(world, 'order')
  const payload = { ...draft.payload, reason, order: { ...draft.payload.order, cancelFirst } }
  note(world, reason, ark.offer('person', { type: 'order/requested', payload }))
}

function cancel(world: World): void {
  const { symbol } = world.random.pick(INSTRUMENTS)
  const orderId = world.random.pick([...workingIds(world, symbol), 'nothing-1'])
  const reason = nextMark(world, 'cancel')
  const payload = { orderId, principal: 'person:test', reason }
  note(world, reason, world.ark.offer('person', { type: 'order/cancel_requested', payload }))
}

function workingIds({ ark }: World, symbol: string): readonly string[] {
  return ark.cycle?.kernel.world.working(symbol).map(({ orderId }) => orderId) ?? []
}

/** More at once than the queue holds: some are refused, none is lost. */
function burst(world: World): void {
  for (let count = 0; count < 30; count++) world.random.pick([signal, request, cancel])(world)
}

function changeMode(world: World): void {
  const mode: Mode = world.random.pick(['halted', 'reducing', 'active', 'active', 'active'])
  const reason = nextMark(world, HALT)
  const payload = { mode, principal: 'person:test', reason }
  note(world, reason, world.ark.control('person', { type: 'mode/requested', payload }))
}

/** Whoever forged is shut out; somebody takes that back, sooner or later. */
function pardon(world: World): void {
  const reason = nextMark(world, 'pardon')
  const payload = { plugin: 'kenny', principal: 'person:test', reason }
  note(world, reason, world.ark.control('person', { type: 'plugin/restored', payload }))
}

function pause(world: World): void {
  const { symbol } = world.random.pick(INSTRUMENTS)
  const reason = nextMark(world, 'pause')
  const payload = {
    key: `symbol:${symbol}`,
    paused: world.random.chance(0.3),
    principal: 'person:test',
    reason,
  }
  note(world, reason, world.ark.control('person', { type: 'pause/requested', payload }))
}

/** Some move away from the market and are refused, some name an order that is no stop. */
function moveStop(world: World): void {
  const { random, prices } = world
  const { symbol } = random.pick(INSTRUMENTS)
  const orderId = random.pick([...workingIds(world, symbol), 'nothing-1'])
  const reason = nextMark(world, 'amend')
  const price = Math.max(1, Math.round((prices.get(symbol) ?? 100) * (0.85 + random.below(30) / 100)))
  const payload = { orderId, stopPrice: String(price), principal: 'person:test', reason }
  note(world, reason, world.ark.offer('person', { type: 'order/amend_requested', payload }))
}

function lease(world: World): void {
  send(world, 'lease/lost')
}

function send({ ark }: World, type: 'lease/lost' | 'lease/renewed'): void {
  const draft = type === 'lease/lost' ? { type, payload: { reason: 'simulated' } } : { type, payload: {} }
  ark.control('watchdog', draft).catch(() => undefined)
}

async function stop(world: World): Promise<void> {
  const { ark, disk } = world
  const stopped = ark.stop().catch((error: unknown) => {
    if (!disk.crashed && (error as { code?: string }).code !== 'STORE_FAILED') throw error
  })
  await Promise.race([stopped, disk.death])
  await revive(world)
}

function nextMark(world: World, what: string): string {
  return `${what} ${world.offered.length + 1}`
}
