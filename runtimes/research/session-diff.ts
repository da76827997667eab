/**
 * Two sessions held against each other: every decision and every fill that differs, with the reason where it
 * shows.
 */

import type { Decision, TimeMs } from '#core/contract.ts'
import { fromFactText } from '#core/gate/decision.ts'
import type { FACT } from '#graveyard/facts.ts'
import type { Session, SessionDecision, SessionFill } from './session.ts'

export type Reason = 'host' | 'mode' | 'people' | 'clock' | 'account' | 'order' | 'queueing' | 'unknown'

export interface SessionDifference {
  readonly what: 'decision' | 'fill'
  /** missing = in the paper session only, extra = in the backtest only. */
  readonly how: 'missing' | 'extra' | 'verdict' | 'order' | 'price' | 'time' | 'quantity' | 'fee'
  readonly time: TimeMs
  /** Of the paper session, or of the backtest where there is none. */
  readonly id: string
  readonly paper: string | null
  readonly backtest: string | null
  readonly reason: Reason
}

export interface Compared {
  readonly differences: readonly SessionDifference[]
  /** Decisions and fills that agree in everything. */
  readonly same: { readonly decisions: number; readonly fills: number }
}

export function compareSessions(paper: Session, backtest: Session): Compared {
  const { pairs, ids } = matchDecisions(paper, backtest)
  const decisions = pairs.flatMap(([one, two]) => decisionDifference(one, two) ?? [])
  const broken = new Set(decisions.map(({ id }) => id))
  const fills = compareFills(paper, backtest, ids, broken)
  const all = [...decisions, ...fills.differences].sort((a, b) => a.time - b.time)
  return {
    differences: all.map((difference, index) => explainLate(difference, index > 0)),
    same: { decisions: pairs.length - decisions.length, fills: fills.same },
  }
}

type Pair<T> = readonly [paper: T | undefined, backtest: T | undefined]

function matchDecisions(paper: Session, backtest: Session) {
  const others = new Map(backtest.decisions.map((one) => [one.key, one]))
  const known = new Set(paper.decisions.map(({ key }) => key))
  const pairs: Pair<SessionDecision>[] = [
    ...paper.decisions.map((one) => [one, others.get(one.key)] as const),
    ...backtest.decisions.filter(({ key }) => !known.has(key)).map((one) => [undefined, one] as const),
  ]
  // Decisions are numbered in each session by itself.
  const ids = new Map<string, string>()
  for (const [one, two] of pairs) {
    if (one !== undefined && two !== undefined) ids.set(one.decision.decisionId, two.decision.decisionId)
    else if (one !== undefined) ids.set(one.decision.decisionId, `paper only ${one.decision.decisionId}`)
  }
  return { pairs, ids }
}

function decisionDifference(
  paper: SessionDecision | undefined,
  backtest: SessionDecision | undefined,
): SessionDifference | undefined {
  const either = paper ?? backtest
  if (either === undefined) return undefined
  const told = {
    what: 'decision' as const,
    time: either.time,
    id: either.decision.decisionId,
    paper: paper === undefined ? null : tellDecision(paper),
    backtest: backtest === undefined ? null : tellDecision(backtest),
  }
  if (backtest === undefined) return { ...told, how: 'missing', reason: paper?.byHost ? 'host' : 'unknown' }
  if (paper === undefined) return { ...told, how: 'extra', reason: 'unknown' }
  const [one, two] = [paper.decision, backtest.decision]
  const isSame = paper.verdict === backtest.verdict && refusals(one).join() === refusals(two).join()
  if (!isSame || one.allowed !== two.allowed)
    return { ...told, how: 'verdict', reason: reasonOfVerdict(one, two) }
  if (one.orderHash === two.orderHash) return undefined
  return { ...told, how: 'order', reason: hasOtherAccount(one, two) ? 'account' : 'unknown' }
}

function refusals({ deniedBy, held, limitsDenied, unknown }: Decision): readonly string[] {
  return [...deniedBy, ...unknown, ...held, ...limitsDenied]
}

function tellDecision({ decision, verdict }: SessionDecision): string {
  const { order } = decision
  const why = refusals(decision)
  const prices = [order.limitPrice, order.stopPrice].filter((price) => price !== undefined)
  const at = prices.length === 0 ? '' : ` ${prices.join(' ')}`
  const word = verdict === 'reviewed' ? `${decision.allowed ? 'kept' : 'taken back'} at the open` : verdict
  const by = why.length === 0 ? '' : ` by ${why.join(', ')}`
  return `${order.side} ${order.quantity} ${order.symbol} ${order.type}${at}, ${word}${by}`
}

/** What each rule or limit looks at that a backtest does not have, or has otherwise. */
const RULE_REASONS: Readonly<Record<string, Reason>> = {
  watchdog_monitoring: 'mode',
  require_hrm_approval: 'mode',
  audit_all_actions: 'mode',
  emergency_halt_enabled: 'mode',
  preserve_user_autonomy: 'people',
  no_insider_trading: 'people',
  reversible_actions: 'people',
  human_in_loop_critical: 'people',
  validate_data_sources: 'clock',
  no_market_manipulation: 'clock',
  no_pump_and_dump: 'clock',
  prevent_infinite_loops: 'clock',
  session_hours: 'clock',
  message_rate: 'clock',
  duplicate: 'clock',
  exit_rate: 'clock',
}

function reasonOfVerdict(paper: Decision, backtest: Decision): Reason {
  if (paper.mode !== backtest.mode) return 'mode'
  const [one, two] = [refusals(paper), refusals(backtest)]
  const apart = [...one.filter((name) => !two.includes(name)), ...two.filter((name) => !one.includes(name))]
  const named = apart.map((name) => RULE_REASONS[name]).find((reason) => reason !== undefined)
  return named ?? (hasOtherAccount(paper, backtest) ? 'account' : 'unknown')
}

type Columns = typeof FACT

/**
 * Equity, position, gross exposure, equity of the day's start: the types hold the columns to the sealed
 * order.
 */
const ACCOUNT_FACTS: readonly [
  Columns['equity'],
  Columns['position'],
  Columns['grossActual'],
  Columns['dayStartEquity'],
] = [21, 17, 84, 22]

function hasOtherAccount(paper: Decision, backtest: Decision): boolean {
  const [one, two] = [fromFactText(paper.facts), fromFactText(backtest.facts)]
  return ACCOUNT_FACTS.some((fact) => !Object.is(one[fact], two[fact]))
}

function compareFills(
  paper: Session,
  backtest: Session,
  ids: ReadonlyMap<string, string>,
  broken: ReadonlySet<string>,
): { readonly differences: readonly SessionDifference[]; readonly same: number } {
  const own = numbered(paper.fills, (id) => translate(id, ids))
  const others = numbered(backtest.fills, (id) => id)
  const keys = [...own.keys(), ...[...others.keys()].filter((key) => !own.has(key))]
  const found = keys.map((key) => fillDifferences(own.get(key), others.get(key), broken))
  return { differences: found.flat(), same: found.filter(({ length }) => length === 0).length }
}

/** Fills of one order are told apart by their number. */
function numbered(
  fills: readonly SessionFill[],
  idOf: (orderId: string) => string,
): ReadonlyMap<string, SessionFill> {
  const counts = new Map<string, number>()
  return new Map(
    fills.map((one) => {
      const id = idOf(one.fill.orderId)
      const count = (counts.get(id) ?? 0) + 1
      counts.set(id, count)
      return [`${id} ${count}`, one]
    }),
  )
}

/** A child's id is its parent's with a suffix behind a dot. */
function decisionOf(orderId: string): string {
  return orderId.split('.')[0] ?? orderId
}

function translate(orderId: string, ids: ReadonlyMap<string, string>): string {
  const decision = decisionOf(orderId)
  return `${ids.get(decision) ?? decision}${orderId.slice(decision.length)}`
}

function fillDifferences(
  paper: SessionFill | undefined,
  backtest: SessionFill | undefined,
  broken: ReadonlySet<string>,
): readonly SessionDifference[] {
  const either = paper ?? backtest
  if (either === undefined) return []
  const id = either.fill.orderId
  const about = { what: 'fill' as const, time: either.time, id }
  const reason: Reason = broken.has(decisionOf(id)) ? 'order' : 'queueing'
  if (paper === undefined || backtest === undefined) {
    const how = paper === undefined ? 'extra' : 'missing'
    const [one, two] = [paper, backtest].map((fill) => (fill === undefined ? null : tellFill(fill)))
    return [{ ...about, how, paper: one ?? null, backtest: two ?? null, reason }]
  }
  const [one, two] = [paper.fill, backtest.fill]
  const found: SessionDifference[] = []
  const note = (how: SessionDifference['how'], left: string, right: string): void => {
    if (left !== right) found.push({ ...about, how, paper: left, backtest: right, reason })
  }
  note('price', one.price, two.price)
  note('quantity', one.quantity, two.quantity)
  note('fee', one.fee, two.fee)
  note('time', String(paper.time), String(backtest.time))
  return found
}

function tellFill({ fill: { fee, price, quantity, side, symbol } }: SessionFill): string {
  return `${side} ${quantity} ${symbol} at ${price}, fee ${fee}`
}

/** What nothing else explains may follow from what already differed; the first difference cannot. */
function explainLate(difference: SessionDifference, isLater: boolean): SessionDifference {
  return isLater && difference.reason === 'unknown' ? { ...difference, reason: 'account' } : difference
}
