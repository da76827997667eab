/**
 * What is asked for beside orders: data actions, requests to change rules, overrides. Judged by the same 26
 * rules on facts of their own, and answered; nothing here carries anything out. Amendments (amend.ts) are
 * judged in the same frame.
 */

import { FACT, type Facts, MISSING, NOT_APPLICABLE } from '#graveyard/facts.ts'
import { judge, RULES } from '#graveyard/rules.ts'
import type { SymbolBook } from '../book/book.ts'
import type { ActionRequest, ActionVerdict } from '../contract.ts'
import { findPersonal, findSecrets } from '../secrets.ts'
import { toFactText, toRuleResults } from './decision.ts'
import type { GateContext } from './facts.ts'
import type { Gate, Overlay } from './gate.ts'
import { consentKey, lookUp } from './registers.ts'
import { countedQuantity, isStop } from './working.ts'

export const ACTION = { modification: 1, data: 2, change: 3, override: 4 } as const
/** By the words of their names: whoever asks has a vocabulary of his own. */
const OVERRIDES = /^override(_|$)/
const CHANGES = /(^|_)(rules?|graveyard|ethics|limits?)(_|$)/
const LOGS = /(^|_)logs?(_|$)/
const DATA = /(^|_)(data|share|store|collect|export)(_|$)/
const RUN_CODE = { backtest: 0, paper: 1, live: 2 } as const
/** Where credentials belong. */
const KEYSTORE = 'keystore'

export type Verdict = Omit<ActionVerdict, 'principal'>

/** `principal` is an authenticated name; empty when nobody stands behind the request. */
export function judgeAction(
  gate: Gate,
  request: ActionRequest,
  principal: string,
  context: GateContext,
  overlay: Overlay | undefined,
): Verdict {
  const { facts } = gate
  begin(facts, context)
  const { action } = request
  facts[FACT.proposer] = principal === '' ? 0 : 1
  if (OVERRIDES.test(action)) deriveOverride(facts, request, principal, context, overlay)
  else if (CHANGES.test(action)) facts[FACT.action] = ACTION.change
  else if (LOGS.test(action) || DATA.test(action)) deriveData(facts, request, context)
  return conclude(gate, action, context)
}

/**
 * Quantity of the position that no working stop of the other side covers; of stops in one OCO group one
 * fills.
 */
export function uncoveredOf(entry: SymbolBook): number {
  let covered = 0
  for (const open of entry.open)
    if (isStop(open) && open.side !== Math.sign(entry.position))
      covered += countedQuantity(entry, open, isStop)
  return Math.max(0, Math.abs(entry.position) - covered)
}

export function begin(facts: Facts, context: GateContext): void {
  facts.fill(NOT_APPLICABLE)
  facts[FACT.action] = MISSING
  facts[FACT.opening] = 0
  facts[FACT.side] = 1
  facts[FACT.kind] = 0
  facts[FACT.proposer] = 1
  facts[FACT.runKind] = RUN_CODE[context.runKind]
  facts[FACT.hypothetical] = 0
  facts[FACT.actionKnown] = 1
  facts[FACT.sealHolds] = context.sealHolds ? 1 : 0
}

export function conclude(gate: Gate, action: string, context: GateContext): Verdict {
  const mask = judge(gate.facts, gate.outcome)
  const results = mask === 0 ? [] : toRuleResults(gate.outcome)
  const named = (verdict: string) =>
    results.filter((result) => result.verdict === verdict).map(({ rule }) => rule)
  return {
    action,
    allowed: mask === 0,
    deniedBy: named('deny'),
    unknown: named('unknown'),
    rules: results.filter(({ verdict }) => verdict === 'deny' || verdict === 'unknown'),
    facts: toFactText(gate.facts),
    rulesetDigest: context.rulesetDigest,
  }
}

function deriveData(facts: Facts, request: ActionRequest, context: GateContext): void {
  const { action, fields = [], payload = null, sink, subject = '', scope = '' } = request
  const { lists, now, registers } = context
  const granted = sink !== undefined && Object.hasOwn(lists.sinks, sink) ? (lists.sinks[sink] ?? []) : []
  const personal = findPersonal(payload).length + fields.filter((field) => field.class === 'personal').length
  const secret = findSecrets(payload).length + fields.filter((field) => field.class === 'secret').length
  const expires = lookUp(registers.consents, consentKey({ subject, scope }))
  const logs = LOGS.test(action)
  facts[FACT.action] = ACTION.data
  // A log without a named sink is ARK's own: rules 17 and 18 speak for it.
  const granting = logs && sink === undefined
  facts[FACT.fieldsUngranted] = granting
    ? 0
    : (granted.includes('personal') ? 0 : personal) + (granted.includes('secret') ? 0 : secret)
  facts[FACT.consentLive] =
    logs && subject === '' ? NOT_APPLICABLE : expires !== undefined && now <= expires ? 1 : 0
  facts[FACT.personalUnredacted] = logs ? personal : NOT_APPLICABLE
  facts[FACT.credentials] = sink === KEYSTORE ? 0 : secret
}

function deriveOverride(
  facts: Facts,
  request: ActionRequest,
  principal: string,
  { now }: GateContext,
  overlay: Overlay | undefined,
): void {
  const { limit = '', reason = '', second = '', signature = '', until = MISSING } = request
  facts[FACT.action] = ACTION.override
  facts[FACT.overrideSigned] = principal !== '' && signature !== '' ? 1 : 0
  facts[FACT.overrideReason] = reason.trim() === '' ? 0 : 1
  facts[FACT.overrideExpiry] = until - now
  facts[FACT.overrideReachable] = isReachable(limit, overlay) ? 1 : 0
  facts[FACT.overridePeople] = principal === '' ? 0 : second !== '' && second !== principal ? 2 : 1
}

/** An operational limit, a pause or a latch; never one of the 26. */
function isReachable(limit: string, overlay: Overlay | undefined): boolean {
  if (RULES.some(({ name }) => name === limit)) return false
  if (/^(pause|latch):./.test(limit)) return true
  return overlay?.limits.some(({ name }) => name === limit) === true
}
