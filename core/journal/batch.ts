/**
 * One commit's worth of events as SQL: a thin row an event, and the small tables that people look things up
 * in.
 *
 * Bodies go in as one JSON array (libSQL keeps each element's text byte for byte); chunks go in one by one,
 * because parsing 1,000 rows of columns only to copy their text would cost more than the commit.
 */

import { isForgery } from '../book/fold.ts'
import type { ArkEvent } from '../contract.ts'
import type { Statement } from '../ports.ts'

const ROWS_A_STATEMENT = 500
const KEY_DIGITS = 12

export interface Batch {
  firstSeq: number
  lastSeq: number
  /** Runs of consecutive small events: [first seq, bodies]. */
  readonly runs: [number, string[]][]
  readonly chunks: [number, string][]
  /** Hex leaves, 64 digits each, joined. */
  leaves: string
  readonly traces: [number, number, number][]
  readonly decisions: [number, string, string][]
  readonly orders: Map<string, [string, number, string, number]>
  readonly others: Statement[]
  bytes: number
  events: number
}

export function createBatch(): Batch {
  return {
    firstSeq: 0,
    lastSeq: 0,
    runs: [],
    chunks: [],
    leaves: '',
    traces: [],
    decisions: [],
    orders: new Map(),
    others: [],
    bytes: 0,
    events: 0,
  }
}

export function addToBatch(batch: Batch, event: ArkEvent, body: string, leaf: string): void {
  const { seq } = event
  if (batch.events === 0) batch.firstSeq = seq
  const run = batch.runs[batch.runs.length - 1]
  if (event.type === 'market/chunk') batch.chunks.push([seq, body])
  else if (run !== undefined && run[0] + run[1].length === seq && run[1].length < ROWS_A_STATEMENT)
    run[1].push(body)
  else batch.runs.push([seq, [body]])
  batch.lastSeq = seq
  batch.leaves += leaf
  batch.bytes += body.length
  batch.events++
  indexTrace(batch, event)
  indexEvent(batch, event)
}

export function toStatements(batch: Batch, receivedAt: number, committedAt: number): Statement[] {
  const statements: Statement[] = batch.runs.map(([first, bodies]) => ({
    sql: 'INSERT INTO journal SELECT ?1 + key, value FROM json_each(?2)',
    args: [first, `[${bodies.join(',')}]`],
  }))
  for (const [seq, body] of batch.chunks)
    statements.push({ sql: 'INSERT INTO journal VALUES (?, ?)', args: [seq, body] })
  const { firstSeq, lastSeq, leaves } = batch
  statements.push({
    sql: 'INSERT INTO batch VALUES (?, ?, ?, ?, unhex(?))',
    args: [firstSeq, lastSeq, receivedAt, committedAt, leaves],
  })
  table(
    statements,
    'INSERT INTO trace SELECT value->>0, value->>1, value->>2 FROM json_each(?)',
    batch.traces,
  )
  table(
    statements,
    'INSERT INTO decision SELECT value->>0, value->>1, value->>2 FROM json_each(?)',
    batch.decisions,
  )
  const upsert = `INSERT INTO orders SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?) WHERE true
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, last_seq = excluded.last_seq`
  table(statements, upsert, [...batch.orders.values()])
  statements.push(...batch.others)
  return statements
}

function table(statements: Statement[], sql: string, rows: readonly unknown[]): void {
  if (rows.length > 0) statements.push({ sql, args: [JSON.stringify(rows)] })
}

/** First 48 bits of a trace id: an integer key costs a third of the text. */
export function traceKey(traceId: string): number {
  return Number.parseInt(traceId.slice(0, KEY_DIGITS), 16)
}

function indexTrace(batch: Batch, event: ArkEvent): void {
  const key = traceKey(event.traceId)
  const last = batch.traces[batch.traces.length - 1]
  if (last !== undefined && last[0] === key && last[2] === event.seq - 1) last[2] = event.seq
  else batch.traces.push([key, event.seq, event.seq])
}

function indexEvent(batch: Batch, event: ArkEvent): void {
  const { seq } = event
  switch (event.type) {
    case 'decision/approved':
    case 'decision/denied':
    case 'decision/held':
      batch.decisions.push([seq, event.payload.decisionId, event.type.slice('decision/'.length)])
      return
    case 'order/submitted':
    case 'order/accepted':
      return indexOrder(
        batch,
        event.payload.orderId,
        seq,
        event.type === 'order/submitted' ? 'submitted' : 'working',
      )
    case 'order/filled':
      return indexOrder(
        batch,
        event.payload.orderId,
        seq,
        event.payload.remaining === '0' ? 'filled' : 'partly_filled',
      )
    case 'order/rejected':
      if (!isForgery(event.payload.code)) indexOrder(batch, event.payload.orderId, seq, 'rejected')
      return
    case 'order/cancelled':
      return indexOrder(batch, event.payload.orderId, seq, 'cancelled')
    case 'run/started':
      batch.others.push({
        sql: 'INSERT INTO run VALUES (?, ?, ?, NULL, NULL)',
        args: [seq, event.payload.runId, event.payload.kind],
      })
      return
    case 'run/ended':
      batch.others.push({
        sql: 'UPDATE run SET ended_seq = ? WHERE id = ?',
        args: [seq, event.payload.runId],
      })
      return
    case 'identity/created': {
      const { id, roles, tokenHash } = event.payload
      batch.others.push({
        sql: `INSERT INTO identity VALUES (?, ?, ?, ?, NULL) ON CONFLICT (id) DO UPDATE
          SET roles = excluded.roles, token_hash = excluded.token_hash,
            created_seq = excluded.created_seq, revoked_seq = NULL`,
        args: [id, roles.join(), tokenHash, seq],
      })
      return
    }
    case 'identity/revoked':
      batch.others.push({
        sql: 'UPDATE identity SET revoked_seq = ? WHERE id = ?',
        args: [seq, event.payload.id],
      })
      return
    default:
      return
  }
}

function indexOrder(batch: Batch, id: string, seq: number, status: string): void {
  const known = batch.orders.get(id)
  if (known === undefined) batch.orders.set(id, [id, seq, status, seq])
  else {
    known[2] = status
    known[3] = seq
  }
}
