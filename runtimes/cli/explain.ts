/**
 * `ark explain ID`: one decision, or all that became of one trace, in the words of somebody who trades.
 * Everything is read from the journal and judged again from the recorded facts, so it holds for a box that
 * stopped years ago as well.
 */

import { unregistered } from '#core/book/instruments.ts'
import { type Config, toInstrument } from '#core/config.ts'
import type { ArkEvent, Decision, EventOf, Instrument, LimitResult, RuleResult } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { rejudge, toRuleResults } from '#core/gate/decision.ts'
import { nearestQuantity } from '#core/gate/nearest.ts'
import { explain as explainInWords } from '#core/http/explain.ts'
import { fromBody } from '#core/journal/body.ts'
import { readCauses, readDecision, readTrace } from '#core/journal/reader.ts'
import { formatQuantity } from '#core/math.ts'
import type { Database } from '#core/ports.ts'
import { formatTime } from '#core/time.ts'
import { INSTRUMENTS } from '../plugins.ts'
import type { Cli, Command } from './cli.ts'
import { withJournal } from './journal.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { dataDirOf, loadConfig } from './settings.ts'
import { tellChain } from './tell.ts'
import { table } from './text.ts'

const HELP = `
Usage: ark explain ID [--json]

Says what was proposed and why, what each of the 26 rules made of it, and what became of it. ID is a decision id
or a trace id. Works while ARK runs.

  --json              the same as data
  --data-dir DIR      where the journal is (default ./data, or ARK_DATA_DIR)

Example: ark explain sp500-1-12
`

export const explain: Command = { help: HELP, run }

type DecisionEvent = EventOf<'decision/approved' | 'decision/denied' | 'decision/held'>

interface Account {
  readonly decisionId: string
  readonly verdict: 'approved' | 'denied' | 'held'
  readonly seq: number
  readonly time: string
  readonly traceId: string
  readonly request: string
  readonly outcome: string
  /** From the market to the plan, oldest first. */
  readonly story: readonly string[]
  readonly rules: readonly RuleResult[]
  readonly limits: readonly LimitResult[]
  /** The largest quantity of the same order that would have passed; absent when size is not what stood in the way. */
  readonly nearest?: string
  /** Each order that came of it with its newest status. */
  readonly orders: readonly { readonly id: string; readonly status: string }[]
}

const TRACE_ID = /^[0-9a-f]{32}$/

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { words: [1, 1] })
  const id = options.words[0] ?? ''
  const config = loadConfig(options, cli)
  await withJournal(dataDirOf(options, cli), async (database) => {
    const event = TRACE_ID.test(id) ? undefined : await findDecision(database, id)
    if (event === undefined) await explainTrace(database, id, options, cli, config)
    else print([await accountFor(database, event, config)], options, cli)
  })
  return 0
}

async function findDecision(database: Database, id: string): Promise<DecisionEvent> {
  const row = await readDecision(database, id)
  if (row !== undefined) return fromBody(row.body, row.seq) as DecisionEvent
  if (!/^[\w-]+$/.test(id))
    throw usage(id, 'Wanted a decision id such as sp500-1-12, or a trace id of 32 hex digits.')
  throw new ArkError('DECISION_NOT_FOUND', id, 'No decision has this id.')
}

async function explainTrace(
  database: Database,
  id: string,
  options: Options,
  cli: Cli,
  config: Config,
): Promise<void> {
  const events = await readTrace(database, id)
  if (events.length === 0) throw new ArkError('TRACE_NOT_FOUND', id, 'No event carries this trace id.')
  const decisions = events.filter(isDecision)
  if (decisions.length > 0) {
    const accounts: Account[] = []
    for (const event of decisions) accounts.push(await accountFor(database, event, config))
    return print(accounts, options, cli)
  }
  const story = tellChain(events)
  if (options.flag('json')) cli.out(JSON.stringify({ traceId: id, decisions: [], story }))
  else cli.out([`No decision came of trace ${id}.`, '', ...story.map((line) => `  ${line}`)].join('\n'))
}

function isDecision(event: ArkEvent): event is DecisionEvent & ArkEvent {
  return event.type.startsWith('decision/')
}

async function accountFor(database: Database, event: DecisionEvent, config: Config): Promise<Account> {
  const decision = event.payload
  const verdict = event.type.slice('decision/'.length) as Account['verdict']
  const rules = toRuleResults(rejudge(decision.facts))
  const causes = await readCauses(database, event as ArkEvent)
  const { request, outcome } = explainInWords(decision, verdict, rules, [])
  const nearest = verdict === 'denied' ? nearestOf(decision, config) : undefined
  return {
    decisionId: decision.decisionId,
    verdict,
    seq: event.seq,
    time: formatTime(event.time),
    traceId: event.traceId,
    request,
    outcome,
    story: tellChain([...causes].reverse()),
    rules,
    limits: decision.limits,
    ...(nearest === undefined ? {} : { nearest }),
    orders: await ordersOf(database, decision.decisionId),
  }
}

/** The limits beside the rules are not in the facts, so where one of them denied nothing can be said. */
function nearestOf(decision: Decision, config: Config): string | undefined {
  if (decision.intent !== 'open' || decision.limitsDenied.length > 0) return undefined
  const quantity = nearestQuantity(decision.facts, instrumentOf(decision.order.symbol, config).lot)
  return quantity === 0 ? undefined : formatQuantity(quantity)
}

function instrumentOf(symbol: string, config: Config): Instrument {
  const known = [...config.instruments.map(toInstrument), ...INSTRUMENTS]
  return known.find((instrument) => instrument.symbol === symbol) ?? unregistered(symbol)
}

async function ordersOf(database: Database, id: string): Promise<Account['orders']> {
  const rows = await database.query(
    'SELECT id, status FROM orders WHERE id = ? OR id GLOB ? ORDER BY seq, id',
    [id, `${id}.*`],
  )
  return rows.map((row) => ({ id: String(row[0]), status: String(row[1]) }))
}

function print(accounts: readonly Account[], options: Options, cli: Cli): void {
  if (options.flag('json')) {
    const [only] = accounts
    cli.out(JSON.stringify(accounts.length === 1 ? only : { decisions: accounts }))
  } else cli.out(accounts.map(format).join('\n\n'))
}

const MARKS: Readonly<Record<string, string>> = { allow: '✓', deny: '✗', held: '‖', 'n/a': '·', unknown: '?' }

function format(account: Account): string {
  const { decisionId, time, seq, traceId, nearest, orders } = account
  const lines = [
    `Decision ${decisionId}, ${time} (seq ${seq}, trace ${traceId})`,
    '',
    'What happened',
    ...account.story.map((line) => `  ${line}`),
    '',
    'What was asked',
    `  ${account.request}`,
    '',
    'What the gate said',
    `  ${account.outcome}`,
  ]
  if (nearest !== undefined)
    lines.push(`  Nearest: the same order for ${nearest} would have passed all 26 rules.`)
  lines.push('', 'Rule by rule', ...ruleTable(account.rules).map((line) => `  ${line}`))
  if (account.limits.length > 0)
    lines.push('', 'Limits beside the rules', ...limitTable(account.limits).map((line) => `  ${line}`))
  if (orders.length > 0)
    lines.push(
      '',
      'What became of it',
      ...table(orders.map(({ id, status }) => [id, status])).map((line) => `  ${line}`),
    )
  return lines.join('\n')
}

function ruleTable(rules: readonly RuleResult[]): string[] {
  const rows = rules.map(({ rule, verdict, observed, limit, margin, reason }) => [
    `${MARKS[verdict] ?? '?'} ${rule}`,
    verdict,
    observed ?? '',
    limit ?? '',
    margin ?? '',
    reason,
  ])
  return table([['  rule', 'verdict', 'observed', 'limit', 'margin', 'because'], ...rows], [2, 3, 4])
}

function limitTable(limits: readonly LimitResult[]): string[] {
  const rows = limits.map(({ limit, verdict, observed, limitValue, reason }) => [
    `${MARKS[verdict] ?? '?'} ${limit}`,
    verdict,
    observed ?? '',
    limitValue ?? '',
    reason,
  ])
  return table([['  limit', 'verdict', 'observed', 'at most', 'because'], ...rows], [2, 3])
}
