/**
 * The gate: every order is judged here, all 26 rules and the overlay, on facts that ARK derived itself.
 *
 * It is the only reader of graveyard/. The kernel calls `judgeProposal` for each confirmed proposal; HTTP and
 * the controls call it for hypothetical ones. Verdicts go into preallocated columns; objects are made when a
 * verdict is journaled or asked for.
 */

import { FACT, FACT_COUNT, type Facts } from '#graveyard/facts.ts'
import { createOutcome, type Outcome, VERDICT } from '#graveyard/outcome.ts'
import { judge } from '#graveyard/rules.ts'
import { type Book, createBook, type SymbolBook, symbolOf } from '../book/book.ts'
import type { LimitReport, OperationalLimit, OrderFacts, OverlayPart } from '../contract.ts'
import { toMessage } from '../errors.ts'
import { deriveFacts, type GateContext, type Proposal } from './facts.ts'
import { createOrderFacts, fillOrderFacts, type MutableOrderFacts } from './order-facts.ts'
import { lookUp as lookUpEntry } from './registers.ts'

export interface Gate {
  readonly facts: Facts
  readonly outcome: Outcome
  readonly overlay: OverlayColumns
  readonly orderFacts: MutableOrderFacts
  readonly report: LimitReport
}

/** Verdicts of the operational limits, in their order. */
export interface OverlayColumns {
  named: readonly OperationalLimit[]
  readonly denies: Uint8Array
  readonly observed: Float64Array
  readonly limits: Float64Array
  /** 1 = it would deny, and people lifted it for a while. */
  readonly lifted: Uint8Array
  /** 1 = it lets pass, with a warning. */
  readonly warns: Uint8Array
  denied: boolean
  /** What the overlay threw in this verdict: whoever journals it shuts the plugin out. */
  failure: string | null
}

/** The overlay as the loader found it; `undefined` when it is absent or isolated, and then nothing opens. */
export interface Overlay {
  /** Plugin that brings it. */
  readonly name: string
  readonly part: OverlayPart<unknown>
  readonly limits: readonly OperationalLimit[]
  readonly config: unknown
  /** Of its agent part; undefined when it has none. */
  state(): unknown
}

/** What `denies` holds of a limit while it is judged. */
const ALLOWS = 0
const DENIES = 1
const UNREPORTED = 2

/** Limits that one overlay may bring; the loader refuses more. */
export const LIMITS_MAX = 64
const ABSENT: readonly OperationalLimit[] = Object.freeze([
  {
    name: 'overlay:absent',
    unit: 'flag',
    denies: 'the limits beside the rules are not at work, so nothing opens',
  },
])

export function createGate(): Gate {
  const overlay: OverlayColumns = {
    named: ABSENT,
    denies: new Uint8Array(LIMITS_MAX),
    observed: new Float64Array(LIMITS_MAX),
    limits: new Float64Array(LIMITS_MAX),
    lifted: new Uint8Array(LIMITS_MAX),
    warns: new Uint8Array(LIMITS_MAX),
    denied: false,
    failure: null,
  }
  const report: LimitReport = (index, denies, observed, limit, warns = false) => {
    // A denial stands: the same limit reported again cannot take it back.
    if (overlay.denies[index] === DENIES) return
    overlay.denies[index] = denies || Number.isNaN(observed) ? DENIES : ALLOWS
    overlay.warns[index] = warns ? 1 : 0
    overlay.observed[index] = observed
    overlay.limits[index] = limit
  }
  return {
    facts: new Float64Array(FACT_COUNT),
    outcome: createOutcome(),
    overlay,
    orderFacts: createOrderFacts(),
    report,
  }
}

/**
 * Judges one proposal. Returns the bit mask of rules that deny, hold or are unknown; bit 26 stands for the
 * overlay. 0 = allowed. The columns of `gate` hold the whole verdict until the next call.
 */
export function judgeProposal(
  gate: Gate,
  proposal: Proposal,
  context: GateContext,
  overlay: Overlay | undefined,
): number {
  const entry = lookUp(context.book, proposal.parsed.symbol)
  deriveFacts(gate.facts, entry, proposal, context)
  const mask = judge(gate.facts, gate.outcome)
  fillOrderFacts(gate.orderFacts, gate.facts, entry, proposal, context)
  gate.overlay.failure = null
  if (overlay === undefined) doWithout(gate)
  else judgeOverlay(gate, overlay, context)
  return gate.overlay.denied ? mask | OVERLAY_BIT : mask
}

/** A limit that is not reported is missing, which denies an opening. */
function judgeOverlay(gate: Gate, overlay: Overlay, { registers, now }: GateContext): void {
  const { overlay: columns, orderFacts } = gate
  const { part, config, limits } = overlay
  const count = limits.length
  const unreported = orderFacts.opening ? UNREPORTED : ALLOWS
  columns.named = limits
  columns.lifted.fill(0, 0, count)
  columns.warns.fill(0, 0, count)
  columns.denies.fill(unreported, 0, count)
  columns.observed.fill(unreported === UNREPORTED ? Number.NaN : Number.POSITIVE_INFINITY, 0, count)
  columns.limits.fill(Number.NaN, 0, count)
  columns.denied = false
  const view: OrderFacts = orderFacts
  try {
    part.judge(view, gate.report, config, overlay.state() ?? undefined)
  } catch (error) {
    doWithout(gate)
    columns.failure = toMessage(error)
    return
  }
  for (let index = 0; index < count; index++) {
    if (columns.denies[index] === ALLOWS) continue
    columns.denies[index] = DENIES
    const until = lookUpEntry(registers.overrides, limits[index]?.name ?? '')
    if (until !== undefined && now <= until) {
      columns.denies[index] = ALLOWS
      columns.lifted[index] = 1
    } else columns.denied = true
  }
}

/** Nothing opens without the overlay; an exit needs none. */
function doWithout(gate: Gate): void {
  // From the columns: the view was in the overlay's hands.
  const opening = gate.facts[FACT.opening] === 1
  gate.overlay.named = ABSENT
  gate.overlay.lifted[0] = 0
  gate.overlay.warns[0] = 0
  gate.overlay.denies[0] = UNREPORTED
  gate.report(0, opening, opening ? 1 : 0, 0)
  gate.overlay.denied = opening
}

/** Judging leaves the book as it is: a symbol that it does not know gets a blank entry of its own. */
function lookUp(book: Book, symbol: string): SymbolBook {
  return book.index.get(symbol) ?? symbolOf(createBook(0, []), symbol)
}

export const OVERLAY_BIT = 1 << 26

export function deniesByRule(outcome: Outcome, ruleNumber: number): boolean {
  return outcome.verdicts[ruleNumber - 1] === VERDICT.deny
}
