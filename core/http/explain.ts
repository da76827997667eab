/** A decision in sentences. Nothing is said that the journal and the rules do not hold. */

import type { Decision, Order, RuleResult } from '../contract.ts'
import type { ShownEvent } from './cause.ts'

export interface Explanation {
  /** Who asked for what. */
  readonly request: string
  readonly outcome: string
  /** One sentence for each rule and limit in the way; empty when nothing is. */
  readonly because: readonly string[]
  /** How it came to the request, from the input on. */
  readonly steps: readonly string[]
}

const SAID: Readonly<Record<string, string>> = { deny: 'denies', held: 'holds', unknown: 'cannot tell' }

export function explain(
  decision: Decision,
  verdict: 'approved' | 'denied' | 'held',
  rules: readonly RuleResult[],
  causes: readonly ShownEvent[],
): Explanation {
  const inTheWay = rules.filter((rule) => rule.verdict in SAID)
  const limits = decision.limits.map(
    ({ limit, reason, observed, limitValue }) =>
      `The limit ${limit} denies: ${reason}${figures(observed, limitValue)}.`,
  )
  const intent = decision.intent === 'open' ? 'opening' : 'exit'
  return {
    request: `${decision.principal} asked to ${tellOrder(decision.order)}; ARK took it as an ${intent}.`,
    outcome: tellOutcome(decision, verdict),
    because: [...inTheWay.map(tellRule), ...limits],
    steps: causes.map(tellStep),
  }
}

function tellOrder(order: Order): string {
  const prices = [
    order.type === 'market' ? 'at market' : '',
    order.limitPrice === undefined ? '' : `at a limit of ${order.limitPrice}`,
    order.stopPrice === undefined ? '' : `on a stop at ${order.stopPrice}`,
  ].filter((part) => part !== '')
  const targets = order.targets?.map(({ price }) => price).join(', ')
  const stop =
    order.stopLoss === undefined ? ', without a protective stop' : `, protected at ${order.stopLoss.price}`
  const aims = targets === undefined || targets === '' ? '' : `, aiming at ${targets}`
  return `${order.side} ${order.quantity} ${order.symbol} ${prices.join(' ')}${stop}${aims}`
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

function tellStep({ seq, type, source, time }: ShownEvent): string {
  return `Event ${seq}, ${type} by ${source}, at ${time}.`
}
