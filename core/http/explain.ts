/** A decision in sentences. Nothing is said that the journal and the rules do not hold. */

import type { ArkEvent, Decision, Order, RuleResult } from '../contract.ts'
import type { OrderChange } from '../gate/nearest.ts'
import { parseOrder } from '../gate/parse-order.ts'
import { pricesOf, wasKnown } from '../gate/recorded.ts'
import { formatPrice } from '../math.ts'
import { formatTime } from '../time.ts'
import type { Afterwards, Hindsight, Reached } from './afterwards.ts'
import type { ShownEvent } from './cause.ts'
import type { Inquiry } from './inquiry.ts'

export interface Explanation {
  /** Who asked for what. */
  readonly request: string
  readonly outcome: string
  /** One sentence for each rule and limit in the way, at the last look at an approval; empty without. */
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
  inquiry: Omit<Inquiry, 'causes'>,
  events: readonly ShownEvent[],
): Explanation {
  const looks = inquiry.consequences.filter(isLook)
  const last = verdict === 'approved' ? looks.at(-1)?.payload : undefined
  const inTheWay = (last ?? inquiry).rules.filter((rule) => rule.verdict in SAID)
  const limits = (last ?? decision).limits.map(
    ({ limit, reason, observed, limitValue }) =>
      `The limit ${limit} denies: ${reason}${figures(observed, limitValue)}.`,
  )
  const intent = decision.intent === 'open' ? 'opening' : 'exit'
  return {
    request: `${decision.principal} asked to ${tellOrder(decision.order)}; ARK took it as an ${intent}.`,
    outcome: [tellOutcome(decision, verdict), ...tellPlace(decision), ...tellLooks(looks)].join(' '),
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
  const place = order.replaces === undefined ? '' : `, in place of ${order.replaces}`
  return `${order.side} ${order.quantity} ${order.symbol} ${prices.join(' ')}${stop}${aims}${group}${place}`
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
  const word = verdict === 'held' ? 'Held' : 'Denied'
  return `${word} while the mode was ${decision.mode}: ${tellRefusal(decision)}.`
}

function tellRefusal({ deniedBy, unknown, held, limitsDenied }: Decision): string {
  const parts = [
    listed('denied by', deniedBy),
    listed('unknown to', unknown),
    listed('held by', held),
    listed('refused by the limits', limitsDenied),
  ]
  return parts.filter((part) => part !== '').join('; ')
}

/** A formed order that the facts call unknown is one whose place in the book could not be taken. */
function tellPlace(decision: Decision): readonly string[] {
  const { known, replaces } = parseOrder(decision.order)
  if (replaces === '' || !known || wasKnown(decision)) return []
  return [
    `It could not take the place of ${replaces}, which was no open entry or target of its side and strategy.`,
  ]
}

type Look = ArkEvent & { readonly type: 'decision/reviewed' }

function isLook(event: ArkEvent): event is Look {
  return event.type === 'decision/reviewed'
}

/** The last one counts: none follows a denial. */
function tellLooks(looks: readonly Look[]): readonly string[] {
  const last = looks.at(-1)
  if (last === undefined) return []
  const often = looks.length === 1 ? '' : ` ${looks.length} times, last`
  return [`Judged again${often} at ${formatTime(last.time)} on ${tellLook(last.payload)}.`]
}

/** The price and the verdict of a second look. */
export function tellLook(decision: Decision): string {
  const verdict = decision.allowed ? 'it passed' : tellRefusal(decision)
  return `a price of ${formatPrice(pricesOf(decision).reference)}: ${verdict}`
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
