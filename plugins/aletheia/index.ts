/**
 * Aletheia, the second pair of eyes: re-derives every decision from the journal and reconciles every fill
 * with a permit.
 *
 * She runs after the commit and decides nothing; what she finds is journaled as `verdict/verified` and, for
 * disagreements only, as `fill/reconciled`. She reads none of her own events, so her findings cannot feed
 * themselves.
 */

import * as v from 'valibot'
import type {
  ArkEvent,
  Host,
  Plugin,
  RefoldPort,
  RefoldResult,
  RefoldStep,
  RunningService,
  TimerPort,
} from '#core/contract.ts'
import { ArkError, isArkError, toMessage } from '#core/errors.ts'
import { createOutbox, deliver, type Outbox, post } from './outbox.ts'
import { createReconciler, type Finding, type Reconciler, reconcile } from './reconcile.ts'

const positive = v.pipe(v.number(), v.integer(), v.minValue(1))

export const aletheiaConfig = v.strictObject({
  /** How often she looks without being woken by a commit, ms. */
  everyMs: v.optional(positive, 250),
  /** Journal rows of one step; between two steps the event loop runs. */
  stepRows: v.optional(v.pipe(positive, v.maxValue(500)), 500),
  /** Open orders and undelivered findings that she keeps, each. */
  memoryMax: v.optional(v.pipe(positive, v.maxValue(100_000)), 10_000),
})
export type AletheiaConfig = v.InferOutput<typeof aletheiaConfig>

export default {
  name: 'aletheia',
  version: '1.0.0',
  contract: 1,
  consumes: [
    'run/started',
    'decision/approved',
    'decision/denied',
    'decision/held',
    'order/submitted',
    'order/filled',
    'order/amended',
    'order/rejected',
    'order/cancelled',
    'order/throttled',
    'permit/lapsed',
    'split/applied',
  ],
  emits: ['verdict/verified', 'fill/reconciled'],
  needs: ['refold', 'timers'],
  config: aletheiaConfig,
  service: { start },
} satisfies Plugin<never, AletheiaConfig>

interface Aletheia {
  readonly host: Host
  readonly refold: RefoldPort
  readonly timers: TimerPort
  readonly config: AletheiaConfig
  readonly outbox: Outbox
  readonly reconciler: Reconciler
  readonly counts: { verified: number; disagreed: number; fillsReconciled: number; fillsUnwitnessed: number }
  lastSeq: number
  /** All decisions up to here are verified. */
  verifiedSeq: number
  working: boolean
  stopped: boolean
  lastFailure: string
  /** Why she cannot verify any more; null while she can. */
  blind: string | null
}

/** How long a commit waits for others to be verified with it. */
const GATHER_MS = 25

function start(host: Host, config: AletheiaConfig): Promise<RunningService> {
  const { refold, timers } = host.ports
  if (refold === undefined || timers === undefined) {
    throw new ArkError('PORT_NOT_GRANTED', 'aletheia', 'Aletheia works with the ports refold and timers.')
  }
  const self: Aletheia = {
    host,
    refold,
    timers,
    config,
    outbox: createOutbox(config.memoryMax),
    reconciler: createReconciler(config.memoryMax),
    counts: { verified: 0, disagreed: 0, fillsReconciled: 0, fillsUnwitnessed: 0 },
    lastSeq: 0,
    verifiedSeq: 0,
    working: false,
    stopped: false,
    lastFailure: '',
    blind: null,
  }
  let current = Promise.resolve()
  const wake = (): void => {
    if (!self.working && !self.stopped) current = work(self, wake)
  }
  // What is committed in quick succession is verified together: each finding costs a commit of its own else.
  let due = false
  const soon = (): void => {
    if (due || self.working || self.stopped) return
    due = true
    timers.after(GATHER_MS, () => {
      due = false
      wake()
    })
  }
  const cancel = timers.every(config.everyMs, wake)
  return Promise.resolve({
    onEvent: (event) => witness(self, event),
    onCommit(lastSeq) {
      self.lastSeq = lastSeq
      soon()
    },
    routes: [{ method: 'GET', pattern: '/v1/aletheia', handle: () => Response.json(report(self)) }],
    async stop() {
      self.stopped = true
      cancel()
      await current
    },
  })
}

/**
 * One step: what was found before goes out first, so findings stay in order and the memory of them stays
 * small. Never throws.
 */
async function work(self: Aletheia, wake: () => void): Promise<void> {
  self.working = true
  let more = false
  try {
    await deliver(self.outbox, self.host)
    const { lastSeq } = self
    const step = await self.refold.step(self.config.stepRows)
    for (const result of step.results) record(self, result)
    more = step.more
    if (step.blind !== null) goBlind(self, step)
    else if (!more) self.verifiedSeq = Math.max(self.verifiedSeq, lastSeq)
    await deliver(self.outbox, self.host)
    self.lastFailure = ''
  } catch (error) {
    more = false
    complain(self, error)
  }
  self.working = false
  if (more && !self.stopped) self.timers.after(0, wake)
}

function record(self: Aletheia, result: RefoldResult): void {
  const { decisionId, agreed, why, seq, traceId } = result
  self.counts.verified++
  if (agreed) self.verifiedSeq = Math.max(self.verifiedSeq, seq)
  else {
    self.counts.disagreed++
    self.host.log('error', 'A verdict differs from its own derivation.', { decisionId, seq, why })
  }
  post(self.outbox, {
    draft: { type: 'verdict/verified', payload: { decisionId, agreed, why } },
    cause: { seq, traceId },
  })
}

/** Said once. A record that differs is a disagreement, whether or not it is a decision that does. */
function goBlind(self: Aletheia, { results, blind }: RefoldStep): void {
  if (self.blind !== null) return
  self.blind = blind
  if (results.every(({ agreed }) => agreed)) self.counts.disagreed++
  const { verifiedSeq } = self
  self.host.log('error', 'The journal differs from its own derivation; nothing after it is verified.', {
    verifiedSeq,
    why: blind,
  })
}

function witness(self: Aletheia, event: ArkEvent): void {
  const finding = reconcile(self.reconciler, event)
  if (finding === undefined || event.type !== 'order/filled') return
  const { orderId } = event.payload
  if (finding.verdict === 'agreed') self.counts.fillsReconciled++
  else if (finding.verdict === 'unwitnessed') {
    self.counts.fillsUnwitnessed++
    self.host.log('warn', 'A fill cannot be reconciled.', { orderId, seq: event.seq, why: finding.why })
  } else accuse(self, event, orderId, finding)
}

/** Agreements are counted only: journaling them would add a row to every fill and prove nothing new. */
function accuse(self: Aletheia, event: ArkEvent, orderId: string, finding: Finding): void {
  self.counts.disagreed++
  self.host.log('error', 'A fill has no permit for it.', { orderId, seq: event.seq, why: finding.why })
  post(self.outbox, {
    draft: { type: 'fill/reconciled', payload: { orderId, agreed: false, why: finding.why } },
    cause: { seq: event.seq, traceId: event.traceId },
  })
}

/**
 * Once a failure, not four times a second while it lasts. A full queue passes; anything else wants a person.
 */
function complain(self: Aletheia, error: unknown): void {
  const why = toMessage(error)
  const level = isArkError(error, 'QUEUE_FULL') || isArkError(error, 'STOPPING') ? 'warn' : 'error'
  if (why !== self.lastFailure)
    self.host.log(level, 'A step of verification failed; it is tried again.', { why })
  self.lastFailure = why
}

function report(self: Aletheia): object {
  return {
    ...self.counts,
    /**
     * Rows committed since the last decision that is known to be verified: an upper bound of the work left.
     */
    lagRows: Math.max(0, self.lastSeq - self.verifiedSeq),
    blind: self.blind,
    undelivered: self.outbox.letters.length,
    dropped: self.outbox.dropped,
  }
}
