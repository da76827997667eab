/**
 * Reading the journal: pages for boot and proof, look-ups for people. Works on a second, read-only connection
 * while a box writes.
 */

import type { ArkEvent } from '../contract.ts'
import { ArkError } from '../errors.ts'
import type { Database } from '../ports.ts'
import { traceKey } from './batch.ts'
import { fromBody, toEvent } from './body.ts'

/**
 * Consecutive events as stored. `text` is their bodies joined by commas: one string compare checks a whole
 * page.
 */
export interface Page {
  readonly first: number
  readonly last: number
  readonly text: string
  readonly events: readonly ArkEvent[]
}

export const PAGE = 1_000

/**
 * Few cells of long text, one parse: reading 100,000 events this way takes a sixth of reading them row by
 * row.
 */
export async function readPage(database: Database, first: number, limit = PAGE): Promise<Page | undefined> {
  const rows = await database.query(
    `SELECT count(*), min(seq), max(seq), group_concat(body) FROM
      (SELECT seq, body FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?)`,
    [first, limit],
  )
  const [count, min, max, text] = rows[0] ?? []
  if (count === undefined || Number(count) === 0) return undefined
  const last = first + Number(count) - 1
  if (Number(min) !== first || Number(max) !== last) {
    throw new ArkError(
      'JOURNAL_CORRUPT',
      `seq ${first}`,
      `The journal has a gap between seq ${first} and ${Number(max)}.`,
    )
  }
  const whole = String(text)
  return { first, last, text: whole, events: parsePage(whole, first, Number(count)) }
}

function parsePage(text: string, first: number, count: number): readonly ArkEvent[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(`[${text}]`)
  } catch (error) {
    throw new ArkError(
      'JOURNAL_CORRUPT',
      `seq ${first} to ${first + count - 1}`,
      'A stored text is not JSON.',
      { cause: error },
    )
  }
  const list = parsed as unknown[]
  if (list.length !== count) {
    throw new ArkError(
      'JOURNAL_CORRUPT',
      `seq ${first} to ${first + count - 1}`,
      'A stored text is not one JSON value.',
    )
  }
  return list.map((raw, index) => toEvent(raw, first + index))
}

/** Hex leaves of seq `first` to `last`, 64 digits each, joined; shorter when some are missing. */
export async function readLeaves(database: Database, first: number, last: number): Promise<string> {
  const rows = await database.query(
    'SELECT first_seq, hex(leaves) FROM batch WHERE last_seq >= ? AND first_seq <= ? ORDER BY first_seq',
    [first, last],
  )
  const start = Number(rows[0]?.[0] ?? first)
  const joined = rows
    .map((row) => String(row[1]))
    .join('')
    .toLowerCase()
  return joined.slice((first - start) * 64, (last + 1 - start) * 64)
}

export async function readBody(database: Database, seq: number): Promise<string | undefined> {
  const rows = await database.query('SELECT body FROM journal WHERE seq = ?', [seq])
  const body = rows[0]?.[0]
  return body === undefined ? undefined : String(body)
}

export interface Filter {
  readonly type?: string | undefined
  readonly source?: string | undefined
}

export interface Line {
  readonly seq: number
  /** Canonical text of the event. */
  readonly body: string
}

/**
 * Bodies after seq `after` up to `to`, oldest first, filtered: for the endpoint, the live feed and the audit.
 */
export async function readBodies(
  database: Database,
  after: number,
  to: number,
  limit: number,
  filter: Filter = {},
): Promise<readonly Line[]> {
  const where = ['seq > ?', 'seq <= ?']
  const args: (string | number)[] = [after, to]
  if (filter.type !== undefined) {
    where.push(`body ->> 'type' = ?`)
    args.push(filter.type)
  }
  if (filter.source !== undefined) {
    where.push(`body ->> 'source' = ?`)
    args.push(filter.source)
  }
  const sql = `SELECT seq, body FROM journal WHERE ${where.join(' AND ')} ORDER BY seq LIMIT ?`
  const rows = await database.query(sql, [...args, limit])
  return rows.map((row) => ({ seq: Number(row[0]), body: String(row[1]) }))
}

/** Events of a trace in seq order; empty when there is none. */
export async function readTrace(database: Database, traceId: string): Promise<readonly ArkEvent[]> {
  const rows = await database.query(
    `SELECT journal.seq, body FROM trace JOIN journal ON journal.seq BETWEEN trace.first_seq AND trace.last_seq
      WHERE trace.key = ? ORDER BY journal.seq`,
    [traceKey(traceId)],
  )
  return rows
    .map((row) => fromBody(String(row[1]), Number(row[0])))
    .filter((event) => event.traceId === traceId)
}

export interface DecisionRow {
  readonly seq: number
  readonly id: string
  readonly verdict: string
  readonly body: string
}

export async function readDecision(database: Database, id: string): Promise<DecisionRow | undefined> {
  const rows = await database.query(
    'SELECT d.seq, d.id, d.verdict, j.body FROM decision d JOIN journal j ON j.seq = d.seq WHERE d.id = ?',
    [id],
  )
  return rows.map(toDecisionRow)[0]
}

/** What a list of decisions is narrowed down to. */
export interface DecisionFilter {
  /** Seqs from here on. */
  readonly first?: number
  readonly symbol?: string | undefined
  /** A rule or limit that denied, held or could not tell. */
  readonly rule?: string | undefined
}

/**
 * Newest first, before seq `before`. Bodies are canonical text, so a member is found in them as it is
 * written; no table but the decisions' own is walked.
 */
export async function readDecisions(
  database: Database,
  before: number,
  limit: number,
  verdict?: string,
  { first = 0, symbol, rule }: DecisionFilter = {},
): Promise<readonly DecisionRow[]> {
  const where = ['d.seq < ?', 'd.seq >= ?']
  const args: (string | number)[] = [before, first]
  const narrow = (condition: string, arg: string | undefined): void => {
    if (arg === undefined) return
    where.push(condition)
    args.push(arg)
  }
  narrow('d.verdict = ?', verdict)
  narrow(`instr(j.body, '"symbol":"' || ? || '"') > 0`, symbol)
  narrow(`instr(${IN_THE_WAY}, '"' || ? || '"') > 0`, rule)
  const rows = await database.query(
    `SELECT d.seq, d.id, d.verdict, j.body FROM decision d JOIN journal j ON j.seq = d.seq
      WHERE ${where.join(' AND ')} ORDER BY d.seq DESC LIMIT ?`,
    [...args, limit],
  )
  return rows.map(toDecisionRow)
}

const IN_THE_WAY = ['deniedBy', 'unknown', 'held', 'limitsDenied']
  .map((list) => `(j.body ->> '$.payload.${list}')`)
  .join(' || ')

function toDecisionRow(row: readonly unknown[]): DecisionRow {
  return { seq: Number(row[0]), id: String(row[1]), verdict: String(row[2]), body: String(row[3]) }
}

export interface OrderRow {
  readonly id: string
  readonly seq: number
  readonly status: string
  readonly lastSeq: number
}

export async function readOrders(
  database: Database,
  before: number,
  limit: number,
): Promise<readonly OrderRow[]> {
  const rows = await database.query(
    'SELECT id, seq, status, last_seq FROM orders WHERE seq < ? ORDER BY seq DESC LIMIT ?',
    [before, limit],
  )
  return rows.map((row) => ({
    id: String(row[0]),
    seq: Number(row[1]),
    status: String(row[2]),
    lastSeq: Number(row[3]),
  }))
}

export interface RunRow {
  readonly seq: number
  readonly id: string
  readonly kind: string
  readonly endedSeq: number | null
  readonly summary: string | null
}

/** Oldest first. */
export async function readRuns(database: Database): Promise<readonly RunRow[]> {
  const rows = await database.query('SELECT seq, id, kind, ended_seq, summary FROM run ORDER BY seq')
  return rows.map((row) => ({
    seq: Number(row[0]),
    id: String(row[1]),
    kind: String(row[2]),
    endedSeq: row[3] === null ? null : Number(row[3]),
    summary: row[4] === null ? null : String(row[4]),
  }))
}

export async function readEvent(database: Database, seq: number): Promise<ArkEvent | undefined> {
  const body = await readBody(database, seq)
  return body === undefined ? undefined : fromBody(body, seq)
}

export interface IdentityRow {
  readonly id: string
  readonly roles: readonly string[]
  readonly tokenHash: string
  readonly revoked: boolean
}

export async function readIdentities(database: Database): Promise<readonly IdentityRow[]> {
  const rows = await database.query(
    'SELECT id, roles, token_hash, revoked_seq FROM identity ORDER BY created_seq',
  )
  return rows.map((row) => ({
    id: String(row[0]),
    roles: String(row[1]).split(','),
    tokenHash: String(row[2]),
    revoked: row[3] !== null,
  }))
}

/** Walks causes back to the input; newest first. A market row is told by its chunk and row. */
export async function readCauses(database: Database, event: ArkEvent): Promise<readonly ArkEvent[]> {
  const chain: ArkEvent[] = [event]
  let next = event.causeSeq
  while (next > 0 && chain.length <= 64) {
    const cause = await readEvent(database, next)
    if (cause === undefined) break
    chain.push(cause)
    next = cause.causeSeq
  }
  return chain
}
