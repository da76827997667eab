/** A decision in sentences. Nothing is said that the journal and the rules do not hold. */

import type { Decision, Order, RuleResult } from '../contract.ts'
import type { OrderChange } from '../gate/nearest.ts'
import type { Afterwards, Hindsight, Reached } from './afterwards.ts'
import type { ShownEvent } from './cause.ts'
import type { Inquiry } from './inquiry.ts'

export interface Explanation {
  /** Who asked for what. */
  readonly request: string
  readonly outcome: string
  /** One sentence for each rule and limit in the way; empty when nothing is. */
  readonly because: readonly string[]
  /** The order that would have passed, or why there is none; of a denial only. */
  readonly nearest: readonly string[]
  /** From the input on to the last word on its orders. */
  readonly steps: readonly string[]
  /** What the market did then. */
  readonly afterwards: readonly string[]
}

const SAID: Readonly<Record<string, string>> = { deny: 'denies', held: 'holds', unknown: 'cannot tell' }

export function explain(
  decision: Decision,
  verdict: 'approved' | 'denied' | 'held',
  inquiry: Omit<Inquiry, 'causes' | 'consequences'>,
  events: readonly ShownEvent[],
): Explanation {
  const inTheWay = inquiry.rules.filter((rule) => rule.verdict in SAID)
  const limits = decision.limits.map(
    ({ limit, reason, observed, limitValue }) =>
      `The limit ${limit} denies: ${reason}${figures(observed, limitValue)}.`,
  )
  const intent = decision.intent === 'open' ? 'opening' : 'exit'
  return {
    request: `${decision.principal} asked to ${tellOrder(decision.order)}; ARK took it as an ${intent}.`,
    outcome: tellOutcome(decision, verdict),
    because: [...inTheWay.map(tellRule), ...limits],
    nearest: tellNearest(inquiry),
    steps: [...events.map(tellStep), ...tellPermit(inquiry.permit)],
    afterwards: tellAfterwards(inquiry.afterwards),
  }
}

function tellOrder(order: Order): string {
  const prices = [
    order.type === 'market' ? 'at market' : '',
    order.limitPrice === undefined ? '' : `at a limit of ${order.limitPrice}`,
    order.stopPrice === undefined ? '' : `on a stop at ${order.stopPrice}${tellTrail(order.trail)}`,
    tellTime(order),
  ].filter((part) => part !== '')
  const targets = order.targets?.map(({ price }) => price).join(', ')
  const { stopLoss } = order
  const stop =
    stopLoss === undefined
      ? ', without a protective stop'
      : `, protected at ${stopLoss.price}${tellTrail(stopLoss.trail)}`
  const aims = targets === undefined || targets === '' ? '' : `, aiming at ${targets}`
  const group = order.group === undefined ? '' : `, one of the group ${order.group}`
  return `${order.side} ${order.quantity} ${order.symbol} ${prices.join(' ')}${stop}${aims}${group}`
}

function tellTrail(trail: string | undefined): string {
  return trail === undefined ? '' : ` that trails by ${trail}`
}

const TIMES = new Map<string, string>([
  ['day', 'for the day'],
  ['gtc', 'until cancelled'],
  ['ioc', 'at once or not'],
  ['fok', 'all at once or not'],
  ['opg', 'in the opening auction'],
  ['cls', 'in the closing auction'],
])

/**
 * When it trades; empty where the order leaves that to the broker. What nobody knows stands as it was sent.
 */
export function tellTime({ timeInForce = '' }: { readonly timeInForce?: string }): string {
  return TIMES.get(timeInForce) ?? timeInForce
}

function tellOutcome(decision: Decision, verdict: 'approved' | 'denied' | 'held'): string {
  if (verdict === 'approved') return 'Approved: no rule and no limit stands in the way.'
  const { deniedBy, unknown, held, limitsDenied, mode } = decision
  const parts = [
    listed('denied by', deniedBy),
    listed('unknown to', unknown),
    listed('held by', held),
    listed('refused by the limits', limitsDenied),
  ].filter((part) => part !== '')
  return `${verdict === 'held' ? 'Held' : 'Denied'} while the mode was ${mode}: ${parts.join('; ')}.`
}

function listed(words: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${words} ${names.join(', ')}`
}

function tellRule({ rule, severity, verdict, reason, observed, limit }: RuleResult): string {
  return `The rule ${rule} (${severity}) ${SAID[verdict]}: ${reason}${figures(observed, limit)}.`
}

function figures(observed: string | null, limit: string | null): string {
  const parts = [
    observed === null ? '' : `observed ${observed}`,
    limit === null ? '' : `limit ${limit}`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function tellNearest(inquiry: Pick<Inquiry, 'nearest' | 'nearestUnjudged' | 'noNearest'>): readonly string[] {
  const { nearest, nearestUnjudged, noNearest } = inquiry
  if (nearest !== undefined) {
    const judged = 'by the 26 rules and the limits that denied'
    const open = nearestUnjudged === undefined ? [] : [`Not judged again: ${nearestUnjudged.join(', ')}.`]
    return [`The nearest order to pass, ${judged}: the same with ${tellChange(nearest)}.`, ...open]
  }
  if (noNearest === undefined) return []
  const why = 'No other size, stop, target or limit price is known to pass. What remains in the way:'
  return [why, ...noNearest]
}

function tellChange({ quantity, limitPrice, stopLoss, targets, cancelFirst }: OrderChange): string {
  const parts = [
    quantity === undefined ? '' : `a quantity of ${quantity}`,
    limitPrice === undefined ? '' : `a limit of ${limitPrice}`,
    stopLoss === undefined ? '' : `a stop at ${stopLoss.price}${tellTrail(stopLoss.trail)}`,
    targets === undefined ? '' : `one target at ${targets[0]?.price}`,
    cancelFirst === undefined ? '' : `cancelled first ${cancelFirst.join(', ')}`,
  ].filter((part) => part !== '')
  return parts.join(' and ')
}

function tellStep({ seq, type, source, time }: ShownEvent): string {
  return `Event ${seq}, ${type} by ${source}, at ${time}.`
}

function tellPermit(permit: Inquiry['permit']): readonly string[] {
  if (permit === null) return []
  const became = { redeemed: 'was redeemed by its order', lapsed: 'lapsed unused', open: 'is not used yet' }
  return [`Its permit ${became[permit]}.`]
}

function tellAfterwards(afterwards: Afterwards): readonly string[] {
  if ('unknown' in afterwards) return [`Unknown: ${afterwards.unknown}.`]
  const { stream, rows, until, cut, after, best, worst } = afterwards
  const end = cut ? ', where the reading ended' : ''
  const prices = after.map((each) => `${counted(each.rows)} later ${each.price}, ${tellReached(each)}.`)
  return [
    `From the entry, in the order's direction, by ${counted(rows)} of ${stream}: up to ${until}${end}.`,
    ...prices,
    ...(best === null || worst === null
      ? []
      : [`At best ${tellReached(best)} (${best.price}), at worst ${tellReached(worst)} (${worst.price}).`]),
    tellHindsight(afterwards),
  ]
}

function tellHindsight({ outcome, outcomeAt }: Hindsight): string {
  if (outcome === 'never entered') return 'Its price was never reached, so it would not have been filled.'
  return outcome === 'open-ended'
    ? 'It had neither stop nor target.'
    : `It would have ${HINDSIGHT[outcome]}${outcomeAt === null ? '' : ` on ${outcomeAt}`}.`
}

const HINDSIGHT = {
  'stopped out': 'been stopped out',
  'reached its first target': 'reached its first target',
  'neither so far': 'reached neither stop nor target so far',
} as const

function tellReached({ percent, r }: Reached): string {
  return `${signed(percent)} %${r === null ? '' : ` or ${signed(r)} R`}`
}

function signed(text: string): string {
  return text.startsWith('-') || text === '0' ? text : `+${text}`
}

function counted(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`
}
