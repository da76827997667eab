/**
 * `ark explain ID`: one decision, or all that became of one trace, in the words of somebody who trades.
 * Everything is read from the journal and judged again from the recorded facts, so it holds for a box that
 * stopped years ago as well.
 */

import { unregistered } from '#core/book/instruments.ts'
import { type Config, toInstrument } from '#core/config.ts'
import type { ArkEvent, Instrument, LimitResult, RuleResult } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { explain as explainInWords } from '#core/http/explain.ts'
import { type DecisionEvent, type Inquiry, inquire } from '#core/http/inquiry.ts'
import { fromBody } from '#core/journal/body.ts'
import { readDecision, readTrace } from '#core/journal/reader.ts'
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

Says what was proposed and why, what each of the 26 rules made of it, what became of it and what the market did
then; of a denial also the nearest order that would have passed. ID is a decision id or a trace id. Works while
ARK runs.

  --json              the same as data
  --data-dir DIR      where the journal is (default ./data, or ARK_DATA_DIR)

Example: ark explain sp500-1-12
`

export const explain: Command = { help: HELP, run }

interface Account extends Omit<Inquiry, 'causes' | 'consequences'> {
  readonly decisionId: string
  readonly verdict: 'approved' | 'denied' | 'held'
  readonly seq: number
  readonly time: string
  readonly traceId: string
  readonly request: string
  readonly outcome: string
  /** From the market to the plan, oldest first. */
  readonly story: readonly string[]
  readonly limits: readonly LimitResult[]
  /** What came of it, oldest first. */
  readonly became: readonly string[]
  /** Each order that came of it with its newest status. */
  readonly orders: readonly { readonly id: string; readonly status: string }[]
  /** The nearest order and the hindsight, in sentences. */
  readonly words: { readonly nearest: readonly string[]; readonly afterwards: readonly string[] }
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
  const instrument = instrumentOf(decision.order.symbol, config)
  const inquiry = await inquire(database, event, instrument)
  const { causes, consequences, ...told } = inquiry
  const words = explainInWords(decision, verdict, inquiry, [])
  return {
    decisionId: decision.decisionId,
    verdict,
    seq: event.seq,
    time: formatTime(event.time),
    traceId: event.traceId,
    request: words.request,
    outcome: words.outcome,
    story: tellChain(causes),
    limits: decision.limits,
    ...told,
    became: tellChain(consequences),
    orders: await ordersOf(database, decision.decisionId),
    words: { nearest: words.nearest, afterwards: words.afterwards },
  }
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
  const { decisionId, time, seq, traceId, orders, words } = account
  const states = table(orders.map(({ id, status }) => [id, status]))
  return [
    `Decision ${decisionId}, ${time} (seq ${seq}, trace ${traceId})`,
    ...section('What happened', account.story),
    ...section('What was asked', [account.request]),
    ...section('What the gate said', [account.outcome]),
    ...section('What would have passed', words.nearest),
    ...section('Rule by rule', ruleTable(account.rules)),
    ...section('Limits beside the rules', account.limits.length === 0 ? [] : limitTable(account.limits)),
    ...section('What became of it', [...account.became, ...tellPermit(account.permit), ...states]),
    ...section('What the market did then', words.afterwards),
  ].join('\n')
}

/** Nothing at all where there is nothing to say. */
function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

function tellPermit(permit: Account['permit']): string[] {
  if (permit === null || permit === 'redeemed') return []
  return [permit === 'lapsed' ? 'its permit lapsed: no order was sent' : 'its permit is not used yet']
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
