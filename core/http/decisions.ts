/**
 * Decisions, newest first, and one of them in full: all 26 rules judged again from its recorded facts, its
 * causes, and words.
 */

import type { ArkEvent, Decision, EventOf, RuleResult } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { rejudge, toRuleResults } from '../gate/decision.ts'
import { fromBody } from '../journal/body.ts'
import { type DecisionRow, readCauses, readDecision, readDecisions } from '../journal/reader.ts'
import { formatTime } from '../time.ts'
import type { Guard } from './auth.ts'
import { type ShownEvent, showEvent } from './cause.ts'
import type { App, Door } from './door.ts'
import { explain } from './explain.ts'
import { choiceOf, integerOf, limitOf } from './pages.ts'
import { spanOf } from './runs.ts'

export function mountDecisions(app: App, door: Door, guard: Guard): void {
  const { reader } = door

  app.get('/v1/decisions', guard.read, async (c) => {
    const span = await spanOf(door, c)
    const limit = limitOf(c)
    const cursor = integerOf(c, 'cursor', 1, Number.MAX_SAFE_INTEGER) ?? Number.MAX_SAFE_INTEGER
    const verdict = choiceOf(c, 'verdict', ['approved', 'denied', 'held'])
    const rows = await readDecisions(reader, Math.min(cursor, span.until), limit, verdict)
    const items = rows.filter(({ seq }) => seq >= span.first).map(toItem)
    return c.json({ items, next: items.length < limit ? null : String(items.at(-1)?.seq) })
  })

  app.get('/v1/decisions/:id', guard.read, async (c) => {
    const row = await readDecision(reader, c.req.param('id'))
    if (row === undefined) throw new ArkError('DECISION_NOT_FOUND', 'id', 'No decision has this id.')
    const event = eventOf(row)
    const causes = showCauses(await readCauses(reader, event))
    const decision = event.payload
    const rules = toRuleResults(rejudge(decision.facts))
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
      explanation: explain(decision, verdictOf(row), rules, causes),
    })
  })
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

type DecisionEvent = EventOf<'decision/approved' | 'decision/denied' | 'decision/held'>

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
function showCauses(chain: readonly ArkEvent[]): readonly ShownEvent[] {
  return chain.map((event, index) => showEvent(event, chain[index - 1]?.causeRow)).reverse()
}
