/**
 * A world around the real core: a market, people, a disk that fails and processes that die, all from one seed.
 *
 * A step does one thing to the running box; whenever the box dies, what it owned is dropped and another boots on the
 * same file. After each death and at the end the checkers read the journal back.
 */

import type { Ark } from '#core/ark.ts'
import type { Accepted, ArkEvent } from '#core/contract.ts'
import { createRefolder, refoldPage } from '#core/cycle/refold.ts'
import { createRunKernel } from '#core/cycle/run-kernel.ts'
import { restoreSnapshot, takeSnapshot } from '#core/cycle/snapshot.ts'
import { isArkError } from '#core/errors.ts'
import { readPage } from '#core/journal/reader.ts'
import { readSnapshot } from '#core/journal/snapshots.ts'
import type { Database } from '#core/ports.ts'
import { AGENTS } from '../support/ark.ts'
import { type Box, createBox } from '../support/box.ts'
import { settle } from '../support/host.ts'
import { type Account, checkJournal, type Offered } from './checkers.ts'
import { createDisk, type Disk, FAULTS } from './disk.ts'
import { forgingKenny } from './forging-kenny.ts'
import { INSTRUMENTS } from './market.ts'
import { createRandom, type Random } from './random.ts'
import { roughBroker } from './rough-broker.ts'

export interface World {
  readonly random: Random
  readonly box: Box
  readonly offered: Offered[]
  /** Whole units, by symbol. */
  readonly prices: Map<string, number>
  ark: Ark
  disk: Disk
  /** Past the failing disk, to the file itself. */
  file: Database
  build: number
  deaths: number
  /** The last thing that was done, for the report of a fault. */
  doing: string
}

const TERMS = { kind: 'paper', name: 'paper', seed: 'simulation' } as const
const PLUGINS = AGENTS.map((plugin) =>
  plugin.broker !== undefined ? roughBroker : plugin.name === 'kenny' ? forgingKenny : plugin,
)
const CONFIG = { queueCapacity: 16, plugins: { kenny: { maxFraction: 0.05 } } }
export const HALT = 'simulated halt'

export async function createWorld(seed: number): Promise<World> {
  const random = createRandom(seed)
  const box = createBox(seed + 1)
  const world: World = {
    random,
    box,
    offered: [],
    prices: new Map(INSTRUMENTS.map(({ symbol }) => [symbol, 100])),
    ...(await start(box, 0)),
    build: 0,
    deaths: 0,
    doing: 'first boot',
  }
  if (!(await begin(world))) await revive(world)
  return world
}

async function start(box: Box, build: number): Promise<Pick<World, 'ark' | 'disk' | 'file'>> {
  const file = await box.open()
  // What is lost here is what was not committed; whether a commit survives the power is the engine's own promise.
  await file.run('PRAGMA synchronous = OFF')
  const disk = createDisk(file)
  const buildDigest = `build-${build}`
  const options = { instruments: INSTRUMENTS, plugins: PLUGINS, config: CONFIG, database: disk.database }
  return { disk, file, ark: (await box.boot({ ...options, buildDigest })).ark }
}

/** False when the disk failed under it. */
async function begin({ ark, disk }: World): Promise<boolean> {
  const begun = (async () => {
    await ark.beginRun(TERMS)
    await ark.startService('id')
    await ark.startService('aletheia')
    return true
  })()
  return Promise.race([begun, disk.death.then(() => false)]).catch((error: unknown) => {
    if (isArkError(error, 'STORE_FAILED') || isArkError(error, 'STOPPING')) return false
    throw error
  })
}

/** Kills what runs and boots again, sometimes under another build, sometimes on a disk that fails at once. */
export async function revive(world: World): Promise<void> {
  const { box, random } = world
  for (;;) {
    world.deaths++
    await box.kill()
    if (random.chance(0.15)) world.build++
    Object.assign(world, await start(box, world.build))
    if (random.chance(0.15)) world.disk.arm(random.pick(FAULTS), 1 + random.below(2))
    if (await begin(world)) break
  }
  await verify(world)
}

/** Lets everything happen that can happen without time passing; boots again when the box has died of it. */
export async function calm(world: World): Promise<void> {
  await settle()
  await settle()
  if (world.disk.crashed || world.ark.cycle?.failed === true) await revive(world)
}

/** Keeps an offer's outcome under its mark. */
export function note(world: World, mark: string, offer: Promise<Accepted>): void {
  const offered: Offered = { mark, outcome: 'open', seq: 0 }
  world.offered.push(offered)
  offer.then(
    ({ seq }) => Object.assign(offered, { outcome: 'acknowledged', seq }),
    // A commit that failed may have reached the disk all the same; any other refusal says that it did not.
    (error: unknown) =>
      Object.assign(offered, { outcome: isArkError(error, 'STORE_FAILED') ? 'open' : 'refused' }),
  )
}

/** Throws with every fault that the checkers find in the journal as it lies on disk. */
export async function verify(world: World): Promise<void> {
  const { ark, file } = world
  const events = await readAll(file)
  const faults = [...checkJournal(events, world.offered, accountOf(ark)), ...(await recompute(ark, file))]
  const halted = ark.cycle?.kernel.context.mode.halted ?? null
  if (halted !== null && !halted.startsWith(HALT)) faults.push(`the box halted itself: ${halted}`)
  for (const event of events)
    if (event.type === 'verdict/verified' && !event.payload.agreed)
      faults.push(`Aletheia disagrees: ${event.payload.why}`)
  if (faults.length > 0) throw new Error(`after ${world.doing}: ${faults.slice(0, 5).join('; ')}`)
}

export async function readAll(database: Database): Promise<readonly ArkEvent[]> {
  const events: ArkEvent[] = []
  for (
    let page = await readPage(database, 1);
    page !== undefined;
    page = await readPage(database, page.last + 1)
  )
    events.push(...page.events)
  return events
}

function accountOf({ cycle }: Ark): Account | undefined {
  if (cycle === undefined) return undefined
  const { cash, symbols } = cycle.kernel.book.state
  return { cash, positions: Object.fromEntries(symbols.map(({ symbol, position }) => [symbol, position])) }
}

/** The run folded again from its very beginning gives the state that the box goes on with. */
async function recompute(
  { installed, journal, options, run, cycle }: Ark,
  database: Database,
): Promise<string[]> {
  if (run === undefined || cycle === undefined) return []
  const parts = {
    hash: options.ports.hash,
    config: options.config,
    instruments: options.instruments,
    installed,
  }
  const kernel = createRunKernel(parts, run.terms, run.seq, 'chunks')
  const carried = await readSnapshot(database, run.seq, 'first', journal.ports)
  if (carried !== undefined) restoreSnapshot(kernel, carried.state)
  const refolder = createRefolder(kernel, run.seq)
  for (let first = run.seq; first <= journal.lastSeq; ) {
    const page = await readPage(database, first)
    if (page === undefined) return [`the journal ends before ${first}`]
    refoldPage(refolder, page)
    first = page.last + 1
  }
  return takeSnapshot(kernel) === takeSnapshot(cycle.kernel) ? [] : ['recomputation gives another state']
}
