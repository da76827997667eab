/**
 * The loop: take what waits, follow it, commit it once, acknowledge it, show it to the taps.
 *
 * The only writer of kernel and journal. One turn is bounded to about 10 ms of work and 500 events, so
 * intake, control and readers are never kept out for long; how inputs fall into turns never changes a
 * decision. A commit that fails ends the process: the kernel is then ahead of the journal, and only a fresh
 * boot puts them level.
 */

import type { Accepted, ArkEvent, ClockPort, Draft, MarketRows, TimerPort } from '../contract.ts'
import { ArkError, isArkError } from '../errors.ts'
import { appendEvent, flush, type Journal, tidyLog } from '../journal/journal.ts'
import { createKeeper } from './keeper.ts'
import { type Kernel, processInput } from './kernel.ts'
import {
  closeQueue,
  createQueue,
  enqueue,
  enqueueInTurn,
  letIn,
  nextWaiting,
  type Queue,
  type Waiting,
} from './queue.ts'

export interface CycleOptions {
  readonly journal: Journal
  readonly clock: ClockPort
  readonly timers: TimerPort
  readonly capacity: number
  /** Lets the host hand over what is ready. */
  readonly breathe: () => Promise<void>
  /** Called after the commit with its events and their bodies, in seq order. */
  readonly onCommitted: (events: readonly ArkEvent[], bodies: readonly string[]) => void
  /** The box cannot go on. */
  readonly onFatal: (error: unknown) => void
}

export interface Cycle {
  readonly kernel: Kernel
  readonly queue: Queue
  readonly durations: Durations
  /** A commit failed: the kernel is ahead of the journal, and nothing of it may be kept. */
  readonly failed: boolean
  /** HTTP: refused with QUEUE_FULL rather than kept waiting. */
  offer(source: string, draft: Draft, trace?: { seq?: number; traceId?: string }): Promise<Accepted>
  offerRows(source: string, rows: MarketRows, wait: boolean): Promise<Accepted>
  /** Never full: mode, lease, isolation. */
  control(source: string, draft: Draft): Promise<Accepted>
  /** The watchdog is alive: the lease that is held stays held for LEASE_MS more. */
  noteRenewal(): void
  /** Runs `work` between two turns, with nothing in flight. */
  between<T>(work: () => Promise<T>): Promise<T>
  /** Goes on with another kernel; inside `between` only. */
  swap(next: Kernel): void
  stop(): Promise<void>
}

/** Recent durations in ms, for the metrics; bounded, drained by their reader. */
export interface Durations {
  cycle: number[]
  commit: number[]
  verdict: number[]
  pass: number[]
}

const TURN_MS = 10
const TURN_EVENTS = 500
const DURATIONS_KEPT = 4_096
const HEAD_MS = 1_000
/** Three missed looks of the watchdog. */
const LEASE_MS = 3_000

export function startCycle(kernel: Kernel, options: CycleOptions): Cycle {
  const { clock, journal, timers } = options
  const queue = createQueue(options.capacity)
  const durations: Durations = { cycle: [], commit: [], verdict: [], pass: [] }
  const errands: Errand[] = []
  let current = kernel
  let renewed = clock.monotonic()
  let failed = false
  let events: ArkEvent[] = []
  let bodies: string[] = []

  const cycle: Cycle = {
    get kernel() {
      return current
    },
    queue,
    durations,
    get failed() {
      return failed
    },
    offer: (source, draft, trace) => {
      const input = {
        kind: 'event' as const,
        source,
        draft,
        time: clock.now(),
        traceId: trace?.traceId,
        causeSeq: trace?.seq,
      }
      return enqueue(queue, 'inputs', input, clock.monotonic())
    },
    offerRows: (source, rows, wait) => {
      const input = { kind: 'rows' as const, source, rows }
      const since = clock.monotonic()
      return wait ? enqueueInTurn(queue, input, since) : enqueue(queue, 'inputs', input, since)
    },
    control: (source, draft) => {
      if (draft.type === 'lease/renewed') cycle.noteRenewal()
      return enqueue(queue, 'control', { kind: 'event', source, draft, time: clock.now() }, clock.monotonic())
    },
    noteRenewal: () => {
      renewed = clock.monotonic()
    },
    between: (work) =>
      new Promise((resolve, reject) => {
        if (queue.closed) return reject(stopping())
        errands.push({ run: () => work().then(resolve, reject), reject })
        queue.wake()
      }),
    swap: adopt,
    stop: async () => {
      closeQueue(queue, stopping())
      cancelHead()
      await running
    },
  }
  const keeper = createKeeper(journal, cycle.between, failUnlessStopping)
  adopt(kernel)
  const cancelHead = timers.every(HEAD_MS, () => {
    if (journal.headSize < journal.lastSeq)
      cycle.between(async () => keeper.keep(current, true)).catch(failUnlessStopping)
  })
  const running = run().catch(fail)
  return cycle

  function fail(error: unknown): void {
    if (failed) return
    failed = true
    closeQueue(queue, new ArkError('STOPPING', 'queue', 'ARK is ending after a failure.'))
    options.onFatal(error)
  }

  function failUnlessStopping(error: unknown): void {
    if (!queue.closed) fail(error)
  }

  function adopt(next: Kernel): void {
    current = next
    // What a resumed account remembers of its lease is lost by the first event of the run that goes on.
    renewed = clock.monotonic()
    next.sink = (event) => {
      // The journal first: what it refuses is shown to nobody.
      bodies.push(appendEvent(journal, event))
      events.push(event)
    }
    next.timing = { now: () => clock.monotonic(), verdict: (ms) => note(durations.verdict, ms) }
  }

  async function run(): Promise<void> {
    while (!queue.closed) {
      const errand = errands.shift()
      if (errand !== undefined) await errand.run()
      else if (isEmpty()) await idle()
      else await nextTurn()
    }
    for (const errand of errands.splice(0)) errand.reject(stopping())
  }

  async function idle(): Promise<void> {
    await tidyLog(journal)
    if (!isEmpty() || errands.length > 0 || queue.closed) return
    await new Promise<void>((resolve) => {
      queue.wake = resolve
    })
    queue.wake = () => undefined
  }

  function isEmpty(): boolean {
    return queue.control.length + queue.inputs.length === 0
  }

  /**
   * The host comes first: what has arrived at its sockets shares this turn's commit, and a feed at full speed
   * starves neither them nor the timers.
   */
  async function nextTurn(): Promise<void> {
    await options.breathe()
    if (!isEmpty()) await turn()
  }

  async function turn(): Promise<void> {
    const started = clock.monotonic()
    const receivedAt = clock.now()
    const done: [Waiting, Accepted][] = []
    if (current.options.kind !== 'backtest') {
      tick(receivedAt)
      lapse(receivedAt, started)
    }
    while (events.length < TURN_EVENTS && clock.monotonic() - started < TURN_MS) {
      const waiting = nextWaiting(queue)
      if (waiting === undefined) break
      take(waiting, done)
    }
    const followed = clock.monotonic()
    await commit(receivedAt, done)
    const committed = clock.monotonic()
    letIn(queue)
    note(durations.cycle, followed - started)
    note(durations.commit, committed - followed)
    for (const [waiting, accepted] of done) {
      if (isDeciding(waiting)) note(durations.pass, committed - waiting.since)
      waiting.resolve(accepted)
    }
    publish()
    keeper.keep(current, false)
  }

  /** Whoever waits is told of a failure: what became of the input shows when the box is up again. */
  async function commit(receivedAt: number, done: readonly [Waiting, Accepted][]): Promise<void> {
    try {
      await flush(journal, receivedAt)
    } catch (error) {
      for (const [waiting] of done) waiting.reject(error)
      throw error
    }
  }

  function take(waiting: Waiting, done: [Waiting, Accepted][]): void {
    const { seq } = current.state
    try {
      done.push([waiting, processInput(current, waiting.input)])
    } catch (error) {
      // What has been followed in part can no longer be refused.
      if (!isArkError(error) || error.code === 'ASSERTION' || current.state.seq !== seq) throw error
      waiting.reject(error)
    }
  }

  /**
   * Live time is an event: the last tick before whatever is decided in this turn. A run's first event is its
   * `run/started`.
   */
  function tick(now: number): void {
    if (current.state.seq < current.options.runSeq) return
    say({ type: 'clock/ticked', payload: {} }, now)
  }

  /** A watchdog that is gone says nothing: its silence takes the lease before anything of this turn opens. */
  function lapse(now: number, monotonic: number): void {
    if (current.state.seq < current.options.runSeq || monotonic - renewed <= LEASE_MS) return
    if (current.context.mode.causes.lease !== undefined) return
    say({ type: 'lease/lost', payload: { reason: `not renewed for ${LEASE_MS / 1_000} s` } }, now)
  }

  function say(draft: Draft, time: number): void {
    processInput(current, { kind: 'event', source: 'core', draft, time })
  }

  function publish(): void {
    const [shown, texts] = [events, bodies]
    events = []
    bodies = []
    options.onCommitted(shown, texts)
  }
}

interface Errand {
  readonly run: () => Promise<void>
  readonly reject: (error: unknown) => void
}

function stopping(): ArkError {
  return new ArkError('STOPPING', 'queue', 'ARK is stopping.')
}

/** Inputs that may lead to an order; the others would dilute the latency that people watch. */
function isDeciding({ input }: Waiting): boolean {
  return (
    input.kind === 'rows' || input.draft.type === 'signal/received' || input.draft.type === 'order/requested'
  )
}

function note(list: number[], ms: number): void {
  if (list.length < DURATIONS_KEPT) list.push(ms)
}
