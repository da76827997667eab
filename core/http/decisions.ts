/**
 * Decisions, newest first, and one of them in full: all 26 rules judged again from its recorded facts, what
 * led to it, what became of it, the nearest order that would have passed, and words.
 */

import type { Context } from 'hono'
import { unregistered } from '../book/instruments.ts'
import type { ArkEvent, Decision, Instrument, RuleResult } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { listRules } from '../gate/catalogue.ts'
import { fromBody } from '../journal/body.ts'
import { type DecisionRow, readDecision, readDecisions } from '../journal/reader.ts'
import { formatTime } from '../time.ts'
import type { Guard } from './auth.ts'
import { type ShownEvent, showEvent } from './cause.ts'
import { type App, type Door, type Env, kernelOf } from './door.ts'
import { explain } from './explain.ts'
import { type DecisionEvent, inquire } from './inquiry.ts'
import { choiceOf, integerOf, limitOf, symbolOf } from './pages.ts'
import { badQuery } from './problems.ts'
import { spanOf } from './runs.ts'

export function mountDecisions(app: App, door: Door, guard: Guard): void {
  const { reader } = door

  app.get('/v1/decisions', guard.read, async (c) => {
    const span = await spanOf(door, c)
    const limit = limitOf(c)
    const cursor = integerOf(c, 'cursor', 1, Number.MAX_SAFE_INTEGER) ?? Number.MAX_SAFE_INTEGER
    const verdict = choiceOf(c, 'verdict', ['approved', 'denied', 'held'])
    const rows = await readDecisions(reader, Math.min(cursor, span.until), limit, verdict, {
      first: span.first,
      symbol: symbolOf(c),
      rule: ruleOf(door, c),
    })
    const items = rows.map(toItem)
    return c.json({ items, next: items.length < limit ? null : String(items.at(-1)?.seq) })
  })

  app.get('/v1/decisions/:id', guard.read, async (c) => {
    const row = await readDecision(reader, c.req.param('id'))
    if (row === undefined) throw new ArkError('DECISION_NOT_FOUND', 'id', 'No decision has this id.')
    const event = eventOf(row)
    const decision = event.payload
    const inquiry = await inquire(reader, event, instrumentOf(door, decision.order.symbol))
    const { rules, causes: chain, consequences: became, ...told } = inquiry
    const causes = showChain(chain)
    const consequences = became.map((each) => showEvent(each))
    return c.json({
      ...toItem(row),
      rules,
      limits: decision.limits,
      facts: decision.facts,
      factsDigest: decision.factsDigest,
      orderHash: decision.orderHash,
      rulesetDigest: decision.rulesetDigest,
      rederived: { agrees: agrees(decision, rules), factsDigest: door.hash.sha256Hex(decision.facts) },
      causes,
      consequences,
      ...told,
      explanation: explain(decision, verdictOf(row), inquiry, [...causes, ...consequences]),
    })
  })
}

/** A rule, or a limit of this build; undefined when it is absent. Throws BAD_QUERY. */
function ruleOf(door: Door, c: Context<Env>): string | undefined {
  const name = c.req.query('rule')
  const limits = kernelOf(door).overlay?.limits ?? []
  if (name === undefined || listRules().some(({ rule }) => rule === name)) return name
  if (limits.some((limit) => limit.name === name)) return name
  throw badQuery('rule', 'wants the name of a rule (see /v1/rules) or of a limit (see /v1/risk)')
}

function instrumentOf({ ark }: Door, symbol: string): Instrument {
  return ark.cycle?.kernel.book.index.get(symbol)?.instrument ?? unregistered(symbol)
}

function toItem(row: DecisionRow) {
  const { seq, time, traceId, payload } = eventOf(row)
  const {
    decisionId,
    planId,
    principal,
    order,
    intent,
    allowed,
    deniedBy,
    unknown,
    held,
    limitsDenied,
    mode,
  } = payload
  return {
    decisionId,
    verdict: verdictOf(row),
    seq,
    time: formatTime(time),
    traceId,
    planId,
    principal,
    order,
    intent,
    allowed,
    deniedBy,
    unknown,
    held,
    limitsDenied,
    mode,
  }
}

function eventOf(row: DecisionRow): DecisionEvent & ArkEvent {
  return fromBody(row.body, row.seq) as DecisionEvent & ArkEvent
}

function verdictOf({ verdict }: DecisionRow): 'approved' | 'denied' | 'held' {
  return verdict === 'approved' || verdict === 'held' ? verdict : 'denied'
}

/** The rules in memory say of the recorded facts what the journal says they said. */
function agrees(decision: Decision, rules: readonly RuleResult[]): boolean {
  const named = (verdict: string) => rules.filter((rule) => rule.verdict === verdict).map(({ rule }) => rule)
  return (
    named('deny').join() === decision.deniedBy.join() &&
    named('unknown').join() === decision.unknown.join() &&
    named('held').join() === decision.held.join()
  )
}

/** Oldest first, the decision last. What a chunk caused names the row. */
function showChain(chain: readonly ArkEvent[]): readonly ShownEvent[] {
  return chain.map((event, index) => showEvent(event, chain[index + 1]?.causeRow))
}
