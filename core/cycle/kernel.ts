/**
 * The deterministic heart: one input in, all that follows from it out, in a fixed order and always the same.
 *
 * The cycle feeds it live, boot feeds it the journal again, the backtest feeds it history, Aletheia feeds a
 * second one: one code path. It knows no clock, no store and no promise. Market rows and events are followed
 * depth-first, so whatever an order causes is settled before the next proposal is judged.
 */

import { type Book, createBook, register } from '../book/book.ts'
import { applyEvent } from '../book/fold.ts'
import { createPerformance, type Performance } from '../book/performance.ts'
import type {
  ArkEvent,
  Cash,
  Draft,
  EventType,
  Instrument,
  MarketRows,
  Pattern,
  RunKind,
  Signal,
  TimeMs,
  World,
} from '../contract.ts'
import { ArkError } from '../errors.ts'
import type { GateContext } from '../gate/facts.ts'
import { createGate, type Gate, type Overlay } from '../gate/gate.ts'
import type { Lists } from '../gate/lists.ts'
import { applyMode, createModeState, type ModeChange } from '../gate/mode.ts'
import { createOrderFlow, noteOrder } from '../gate/order-flow.ts'
import { createPermitOffice, lapseAll, type PermitOffice } from '../gate/permit.ts'
import { applyRegisters, createRegisters } from '../gate/registers.ts'
import type { HashPort } from '../ports.ts'
import { type Admission, createAdmission } from './admit.ts'
import { DERIVED_ONLY } from './derived.ts'
import { followDrafts, show, showAll } from './dispatch.ts'
import { heed } from './heed.ts'
import { findOverlay, restore, shutOut } from './isolation.ts'
import { processRows } from './market-rows.ts'
import { redeemOrder, refuseUnworked } from './release.ts'
import { createSlots, type Installed, type Slots } from './slots.ts'
import { countOf, deriveTrace } from './trace.ts'
import { judgeConfirmed } from './verdict.ts'
import { endWaiting, type Standing, type Waiting } from './waiting.ts'
import { createWorld } from './world.ts'

export interface KernelOptions {
  readonly runId: string
  readonly kind: RunKind
  readonly seed: string
  readonly openingCash: Cash
  readonly rulesetDigest: string
  readonly instruments: readonly Instrument[]
  readonly lists: Lists
  readonly plugins: readonly Installed[]
  readonly hash: HashPort
  /** Seq of this run's `run/started`. */
  readonly runSeq: number
  /** `chunks`: market data is journaled. `digest`: a backtest keeps decisions, orders and fills only. */
  readonly market: 'chunks' | 'digest'
  /** A backtest whose gate judges and records, and blocks nothing. */
  readonly observe?: boolean
}

export type Input =
  | { readonly kind: 'rows'; readonly source: string; readonly rows: MarketRows }
  | {
      readonly kind: 'event'
      readonly source: string
      readonly draft: Draft
      readonly time: TimeMs
      readonly traceId?: string | undefined
      readonly causeSeq?: number | undefined
    }

/** Receives every event in seq order, market rows excepted. */
export type Sink = (event: ArkEvent) => void

export interface Kernel {
  readonly options: KernelOptions
  readonly book: Book
  readonly context: GateContext
  readonly gate: Gate
  readonly permits: PermitOffice
  readonly slots: Slots
  readonly world: World
  readonly state: KernelState
  /** What stands for a source in the trace ids of its inputs. */
  readonly traceNames: Map<string, string>
  overlay: Overlay | undefined
  sink: Sink
  timing: Timing
}

/** Stop-watch for verdicts, supplied by whoever has a clock; the kernel has none. */
export interface Timing {
  now(): number
  verdict(ms: number): void
}

const UNTIMED: Timing = { now: () => 0, verdict: () => undefined }

/** Scalars of the kernel; plain JSON. */
export interface KernelState {
  seq: number
  decisions: number
  /** Chain of SHA-256 over the digest lines of all decisions. */
  decisionDigest: string
  /** Inputs so far by source: the ordinal behind a derived trace id. */
  inputs: { [source: string]: number }
  admission: Admission
  performance: Performance
  events: number
  /** Observations in a row that showed the day's loss beyond its limit. */
  strained: number
  /** Approved market orders that have not filled to the end, oldest first. */
  waiting: Waiting[]
  /** Of a backtest, by symbol: what it stood at before its newest row since anything waits. */
  standings: { [symbol: string]: Standing }
}

/** The input that is being followed. */
export interface Root {
  readonly source: string
  readonly type: EventType
  traceId: string
  /** Row ordinal of the source, to derive the trace id when it is first needed. */
  readonly ordinal: number
  /** Drafts of plugins that have followed from it so far. */
  derived?: number
  /**
   * The newest signal and pattern that followed from it, and whose word they were: what an order stands on.
   */
  signal?: Signal
  pattern?: Pattern
  /** Plugins whose word followed from it, in order. */
  chain?: string[]
}

export function createKernel(options: KernelOptions): Kernel {
  const book = createBook(options.openingCash, options.instruments)
  const broker = options.plugins.find(({ plugin }) => plugin.broker !== undefined)?.plugin.broker
  const context: GateContext = {
    book,
    mode: createModeState(),
    flow: createOrderFlow(),
    lists: options.lists,
    registers: createRegisters(),
    brokerCancels: broker?.cannot?.includes('cancel') !== true,
    rulesetDigest: options.rulesetDigest,
    runKind: options.kind,
    now: 0,
    sealHolds: true,
  }
  const slots = createSlots(options.plugins)
  return {
    options,
    book,
    context,
    gate: createGate(),
    permits: createPermitOffice(),
    slots,
    world: createWorld(book, context, slots.broker),
    state: {
      seq: options.runSeq - 1,
      decisions: 0,
      decisionDigest: options.hash.sha256Hex(''),
      inputs: {},
      admission: createAdmission(),
      performance: createPerformance(options.openingCash),
      events: 0,
      strained: 0,
      waiting: [],
      standings: {},
    },
    traceNames: new Map(),
    overlay: findOverlay(options.plugins, slots),
    sink: () => undefined,
    timing: UNTIMED,
  }
}

/**
 * Follows one input to its end. Throws DATA_INVALID or DATA_BACKWARDS when rows are refused or a payload has
 * no JSON form, and EMIT_NOT_DECLARED for a type that never comes from outside, each having changed nothing.
 */
export function processInput(
  kernel: Kernel,
  input: Input,
): { readonly seq: number; readonly traceId: string } {
  return input.kind === 'rows' ? processRows(kernel, input.source, input.rows) : processEvent(kernel, input)
}

function processEvent(kernel: Kernel, input: Input & { kind: 'event' }): { seq: number; traceId: string } {
  const { state, context } = kernel
  const { type, payload } = input.draft
  if (DERIVED_ONLY.has(type))
    throw new ArkError('EMIT_NOT_DECLARED', input.source, `${type} is no input: it only follows from one.`)
  const ordinal = countOf(state.inputs, input.source) + 1
  const traceId = input.traceId ?? deriveTrace(kernel, input.source, ordinal)
  const time = Math.max(input.time, context.now)
  const causeSeq = input.causeSeq ?? 0
  const event = { type, payload, seq: state.seq + 1, source: input.source, time, traceId, causeSeq, hop: 0 }
  publish(kernel, event as ArkEvent)
  state.inputs[input.source] = ordinal
  if (kernel.options.kind !== 'backtest') context.now = time
  const root: Root = { source: input.source, type, traceId, ordinal }
  follow(kernel, event as ArkEvent, root)
  settle(kernel, event as ArkEvent, root)
  return { seq: event.seq, traceId }
}

/** Core's own word: stamped, journaled and followed. */
export function emit(kernel: Kernel, cause: ArkEvent, root: Root, source: string, draft: Draft): ArkEvent {
  const event = stamp(kernel, cause, root, source, draft)
  publish(kernel, event)
  follow(kernel, event, root, cause)
  return event
}

export function stamp(kernel: Kernel, cause: ArkEvent, root: Root, source: string, draft: Draft): ArkEvent {
  if (root.traceId === '') root.traceId = deriveTrace(kernel, root.source, root.ordinal)
  const { type, payload } = draft
  const { traceId } = root
  const seq = kernel.state.seq + 1
  const { causeRow, seq: causeSeq } = cause
  const hop = cause.hop + 1
  const isRow = cause.hop === 0 && causeRow !== undefined
  // In a backtest an input may be ahead of the rows: nothing that follows from it is dated before it.
  const time = isRow ? kernel.context.now : Math.max(cause.time, kernel.context.now)
  if (!isRow) return { type, payload, seq, source, time, traceId, causeSeq, hop } as ArkEvent
  return { type, payload, seq, source, time, traceId, causeSeq, causeRow, hop } as ArkEvent
}

/** The sink comes first: an event that it refuses has taken no seq. */
export function publish(kernel: Kernel, event: ArkEvent): void {
  kernel.sink(event)
  kernel.state.seq = event.seq
  kernel.state.events++
}

/** What core itself does with an event, then the broker, then the agents. */
export function follow(kernel: Kernel, event: ArkEvent, root: Root, cause?: ArkEvent): void {
  noteOrder(kernel.context.flow, kernel.book, event)
  applyEvent(kernel.book, event)
  applyRegisters(kernel.context.registers, event)
  noteSetup(root, event)
  endWaiting(kernel, event)
  // Before anything follows from it: not even the mode that falls may reach the plugin.
  if (event.type === 'plugin/isolated') shutOut(kernel, event.payload.plugin, event.payload.reason)
  if (event.type === 'plugin/restored') restore(kernel, event.payload.plugin)
  const change = applyMode(kernel.context.mode, event)
  if (change !== undefined) changeMode(kernel, event, root, change)
  if (event.type === 'instrument/registered')
    register(kernel.book, event.payload.instrument as unknown as Instrument)
  if (event.type === 'identity/confirmed') return judgeConfirmed(kernel, event, root, cause)
  heed(kernel, event, root)
  const shown = event.type === 'order/submitted' ? redeemOrder(kernel, event, root) : event
  if (shown === undefined) return
  const { broker } = kernel.slots
  if (broker !== undefined && broker.isolated === null && broker.consumes.has(event.type)) {
    const drafts = show(kernel, broker, shown, root)
    if (drafts.length > 0) followDrafts(kernel, event, root, broker, drafts)
    else if (event.type === 'order/submitted' && broker.isolated !== null) refuseUnworked(kernel, event, root)
  }
  const slots = kernel.slots.byType.get(event.type)
  if (slots !== undefined) showAll(kernel, slots, event, root)
}

/** Events are followed depth-first, so the newest pattern is the one that the next plan stands on. */
function noteSetup(root: Root, event: ArkEvent): void {
  if (event.type === 'signal/accepted') root.signal = event.payload
  else if (event.type === 'pattern/recognised') root.pattern = event.payload
  else return
  if (root.chain === undefined) root.chain = [event.source]
  else root.chain.push(event.source)
}

/** A mode that falls blocks, so a backtest that only observes never leaves the one it began in. */
export function changeMode(kernel: Kernel, cause: ArkEvent, root: Root, change: ModeChange): void {
  if (kernel.options.observe) return
  emit(kernel, cause, root, 'core', { type: 'mode/changed', payload: { ...change } })
}

/**
 * What was approved and not sent by the end of its input lapses: a permit never waits for a better moment.
 */
export function settle(kernel: Kernel, cause: ArkEvent, root: Root): void {
  for (const orderId of lapseAll(kernel.permits)) {
    emit(kernel, cause, root, 'core', {
      type: 'permit/lapsed',
      payload: { orderId, reason: 'not submitted at once' },
    })
  }
}
