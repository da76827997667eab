/** The schemas that more than one answer refers to by name. Amounts are decimal texts, times RFC 3339. */

import { ERRORS } from '../../errors.ts'
import {
  anything,
  choice,
  flag,
  integer,
  listOf,
  named,
  names,
  object,
  orNull,
  type Schema,
  text,
} from './schema.ts'

export const decimal = named('Decimal')
export const time = named('Time')
export const mode = named('Mode')
const side = choice('buy', 'sell')

/** What a commit is answered with. */
export const accepted = { seq: integer, traceId: text }

const asked = { decisionId: text, allowed: flag, deniedBy: names, unknown: names, held: names }
const orderTerms = {
  quantity: decimal,
  limitPrice: decimal,
  stopLoss: object({ price: decimal }, { trail: decimal }),
  targets: listOf(object({ price: decimal, portion: decimal })),
  cancelFirst: names,
}
export const order = {
  symbol: text,
  side,
  type: choice('market', 'limit', 'stop', 'stop_limit', 'trailing_stop'),
  quantity: decimal,
}
export const orderOptions = {
  ...orderTerms,
  stopPrice: decimal,
  trail: decimal,
  timeInForce: choice('day', 'gtc', 'ioc', 'fok', 'opg', 'cls'),
  strategy: text,
  group: { ...text, description: 'Orders of one group cancel one another.' },
  reduceOnly: flag,
  replaces: text,
  reason: text,
}

/** The gate's answer to an order, in short; `decisionId` is null when nobody put it before the gate. */
export const judged = { ...asked, decisionId: orNull(text), limitsDenied: names }

export const verdict = {
  ...asked,
  rules: { ...listOf(named('RuleResult')), description: 'All 26, in their order.' },
  limits: { ...listOf(named('LimitResult')), description: 'The limits beside the rules.' },
  mode,
  graveyardDigest: text,
  asOfSeq: integer,
}

export const verdictOptions = {
  cancelFirst: { ...names, description: 'Own working orders that it would trade against.' },
  nearest: named('OrderChange'),
  noNearest: { ...names, description: 'Of a denial that no change of terms would mend: what remains.' },
}

export const decision = {
  ...asked,
  verdict: choice('approved', 'denied', 'held'),
  seq: integer,
  time,
  traceId: text,
  planId: text,
  principal: text,
  order: named('Order'),
  intent: choice('open', 'exit'),
  limitsDenied: names,
  mode,
}

const event = {
  seq: integer,
  time,
  type: text,
  source: text,
  causeSeq: { ...integer, description: 'The event that it follows from; 0 for an input.' },
  payload: anything,
}

const problem = object(
  {
    type: { ...text, description: 'urn:ark:problem: and the code in lower case.' },
    title: { ...text, description: 'The cause, one sentence for each code.' },
    status: integer,
    detail: { ...text, description: 'What was wrong this time.' },
    code: { ...choice(...Object.keys(ERRORS)), description: 'Stable: compare this.' },
    where: { ...text, description: 'The place: a pointer, a parameter, a role, method and path.' },
    retry: choice('no', 'safe', 'ask'),
    remedy: { ...text, description: 'What to do.' },
  },
  {
    pointer: { ...text, description: 'JSON pointer (RFC 6901) to the first bad place of a body.' },
    issues: listOf(object({ pointer: text, message: text })),
    verdict: named('ActionVerdict'),
  },
)

export const COMPONENTS: Readonly<Record<string, Schema>> = {
  Problem: { ...problem, description: 'RFC 9457, as application/problem+json.' },
  Decimal: { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$', description: 'A plain decimal, exact.' },
  Time: { type: 'string', format: 'date-time', description: 'RFC 3339 in UTC, with Z.' },
  Mode: choice('active', 'reducing', 'halted'),
  Order: object(order, orderOptions),
  OrderChange: {
    ...object({}, orderTerms),
    description: 'The smallest changes with which the order would have been allowed.',
  },
  RuleResult: object({
    rule: text,
    verdict: choice('allow', 'deny', 'held', 'unknown', 'n/a'),
    severity: choice('CRITICAL', 'HIGH', 'MEDIUM', 'LOW'),
    effect: text,
    observed: orNull(text),
    limit: orNull(text),
    margin: orNull(text),
    reason: text,
  }),
  LimitResult: object({
    limit: text,
    verdict: choice('allow', 'deny', 'unknown'),
    observed: orNull(text),
    limitValue: orNull(text),
    reason: text,
  }),
  Verdict: object(verdict, verdictOptions),
  ActionVerdict: object({
    action: text,
    principal: text,
    allowed: flag,
    deniedBy: names,
    unknown: names,
    rules: listOf(named('RuleResult')),
    facts: { ...text, description: 'The whole input of the rules.' },
    rulesetDigest: text,
  }),
  Decision: object(decision),
  ShownEvent: object(event, { causeRow: integer }),
  Event: {
    ...object({ ...event, traceId: text, hop: integer }, { causeRow: integer }),
    description: 'An entry of the journal, byte for byte as it was hashed.',
  },
  Waiting: {
    ...object(
      { id: text, kind: choice('order', 'override', 'unrestrict'), principal: text, time, expires: time },
      {
        needs: { ...text, description: 'The role that decides it.' },
        order: named('Order'),
        rules: names,
        symbol: text,
        limit: text,
        until: time,
        reason: text,
      },
    ),
    description: 'What waits for a person: a held order, or a loosening that wants a second name.',
  },
  Exit: object({ symbol: text, side, quantity: decimal, ...accepted, ...judged }),
}
