/**
 * A paper session once more as a backtest: the recorded market data and what people and services said,
 * through the same plugins and configuration, without the host.
 *
 * `ark parity` calls it, beside a running box too. Leases, ticks and the watchdog are the host's and are left
 * out; so what differs is either theirs or a place where a backtest does not tell what trading does.
 */

import { equityOf } from '#core/book/book.ts'
import type { ArkEvent, Cash, EventType, TimeMs } from '#core/contract.ts'
import { absorbPage, createAbsorber, finishAbsorbing } from '#core/cycle/absorb.ts'
import { readTerms } from '#core/cycle/boot.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { feed } from '#core/cycle/refold.ts'
import { createRunKernel, hasDigests } from '#core/cycle/run-kernel.ts'
import { restoreSnapshot } from '#core/cycle/snapshot.ts'
import { ArkError, isArkError } from '#core/errors.ts'
import { PAGE, type RunRow, readPage } from '#core/journal/reader.ts'
import { readSnapshot } from '#core/journal/snapshots.ts'
import type { Replay } from '../cli/refold-run.ts'
import { createMarketClock, createSession, followClock, noteEvent, type Session } from './session.ts'
import { type Compared, compareSessions } from './session-diff.ts'

export interface Parity extends Compared {
  readonly runId: string
  /** Of the market rows. */
  readonly from: TimeMs
  readonly to: TimeMs
  readonly rows: number
  /** What people and services said, replayed at its place among the rows. */
  readonly inputs: { readonly [type: string]: number }
  /** The host's own events, which are not replayed. */
  readonly host: { readonly [type: string]: number }
  /** Recorded inputs that the backtest refused, with the first reason. */
  readonly refused: { readonly count: number; readonly why: string }
  /** Build, rules and configuration are those of the recorded session. */
  readonly sameDigests: boolean
  readonly paper: Account
  readonly backtest: Account
}

export interface Account {
  readonly decisions: number
  readonly fills: number
  readonly fees: Cash
  readonly equity: Cash
}

/** Said by the process that runs the box, by its clock or about its own work. */
const HOST: ReadonlySet<EventType> = new Set<EventType>([
  'run/started',
  'run/ended',
  'box/booted',
  'clock/ticked',
  'lease/lost',
  'lease/renewed',
  'audit/lagged',
  'audit/recovered',
  'plugin/isolated',
  'plugin/restored',
  'identity/attested',
  'verdict/verified',
  'fill/reconciled',
])
/** Principals that are no people. */
const MACHINES: readonly string[] = ['core', 'watchdog']

/** Also true of a mode that the watchdog or core asked for. */
export function isHosts({ type, payload }: ArkEvent): boolean {
  return HOST.has(type) || (type === 'mode/requested' && MACHINES.includes(payload.principal))
}

/** `last` is where the run ends, or where reading ends while a box goes on writing. */
export async function compareWithBacktest(
  replay: Replay,
  row: RunRow,
  last: number,
  onSeq: (seq: number) => void = () => undefined,
): Promise<Parity> {
  const { database, digests, parts } = replay
  const terms = await readTerms(database, row.seq)
  const recorded = createRunKernel(parts, terms, row.seq, 'chunks')
  const repeated = createRunKernel(parts, { ...terms, kind: 'backtest' }, row.seq, 'digest')
  await carryOver(replay, row.seq, [recorded, repeated])
  const task: Task = {
    repeated,
    paper: createSession(),
    backtest: createSession(),
    clock: createMarketClock(),
    rootIsHosts: false,
    tallies: { rows: 0, from: 0, inputs: {}, host: {}, refused: { count: 0, why: '' } },
  }
  repeated.sink = (event) => noteEvent(task.backtest, event, repeated.context.now)
  const absorber = createAbsorber(recorded)
  for (let next = row.seq; next <= last; ) {
    const page = await readPage(database, next, Math.min(PAGE, last - next + 1))
    if (page === undefined)
      throw new ArkError('JOURNAL_CORRUPT', `seq ${next}`, 'The journal ends too early.')
    absorbPage(absorber, page)
    for (const event of page.events) followEvent(task, event)
    next = page.last + 1
    onSeq(page.last)
  }
  finishAbsorbing(absorber)
  const { inputs, host, refused, rows, from } = task.tallies
  return {
    ...compareSessions(task.paper, task.backtest),
    runId: terms.runId,
    from,
    to: repeated.context.now,
    rows,
    inputs,
    host,
    refused,
    sameDigests: hasDigests(terms, digests),
    paper: accountOf(recorded, task.paper),
    backtest: accountOf(repeated, task.backtest),
  }
}

/** An account that an earlier run left behind is where both begin; what the host said about itself is not. */
async function carryOver(
  { database, ports }: Replay,
  runSeq: number,
  [recorded, repeated]: readonly [Kernel, Kernel],
): Promise<void> {
  const carried = await readSnapshot(database, runSeq, 'first', ports)
  if (carried === undefined) return
  restoreSnapshot(recorded, carried.state)
  restoreSnapshot(repeated, carried.state)
  delete repeated.context.mode.causes.lease
  delete repeated.context.mode.causes.audit
}

interface Task {
  readonly repeated: Kernel
  readonly paper: Session
  readonly backtest: Session
  readonly clock: ReturnType<typeof createMarketClock>
  rootIsHosts: boolean
  readonly tallies: {
    rows: number
    from: TimeMs
    readonly inputs: Record<string, number>
    readonly host: Record<string, number>
    readonly refused: { count: number; why: string }
  }
}

function followEvent(task: Task, event: ArkEvent): void {
  const { clock, paper, tallies } = task
  const time = followClock(clock, event)
  if (event.hop > 0) return noteEvent(paper, event, time, task.rootIsHosts)
  task.rootIsHosts = isHosts(event)
  if (event.type === 'run/started') offer(task, { ...event, payload: { ...event.payload, kind: 'backtest' } })
  if (task.rootIsHosts) return count(tallies.host, event.type)
  if (event.type === 'market/chunk') {
    const times = event.payload.time
    tallies.rows += times.length
    if (tallies.from === 0) tallies.from = times[0] ?? 0
  } else count(tallies.inputs, event.type)
  offer(task, event)
}

/** A refusal is a finding: the rest goes on. */
function offer({ repeated, tallies }: Task, event: ArkEvent): void {
  try {
    feed(repeated, event)
  } catch (error) {
    if (!isArkError(error)) throw error
    if (tallies.refused.count++ === 0) tallies.refused.why = error.message
  }
}

function count(tally: Record<string, number>, type: string): void {
  tally[type] = (tally[type] ?? 0) + 1
}

function accountOf({ book }: Kernel, { decisions, fills }: Session): Account {
  return {
    // A second look is no decision of its own; `ark replay` counts as much.
    decisions: decisions.filter(({ verdict }) => verdict !== 'reviewed').length,
    fills: fills.length,
    fees: book.state.fees,
    equity: equityOf(book),
  }
}
