/** One trace from the input to its verification, and which of the six agents had their say in it. */

import type { ArkEvent } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { readEvent, readTrace } from '../journal/reader.ts'
import type { Database } from '../ports.ts'
import type { Guard } from './auth.ts'
import { type ShownEvent, showEvent } from './cause.ts'
import type { App, Door } from './door.ts'

const AGENTS = ['kyle', 'joey', 'kenny', 'hrm', 'aletheia', 'id']
const TRACE_ID = /^[0-9a-f]{32}$/

export interface Trace {
  readonly traceId: string
  readonly events: readonly ShownEvent[]
  readonly agentsSeen: readonly string[]
  readonly agentsMissing: readonly string[]
  /** All six have been seen, whatever the verdict. */
  readonly complete: boolean
  /**
   * From the receipt of the first event to the durable commit of the last, what Aletheia said afterwards left
   * aside.
   */
  readonly latencyMs: number
}

export function mountTraces(app: App, { reader }: Door, guard: Guard): void {
  app.get('/v1/traces/:traceId', guard.read, async (c) =>
    c.json(await findTrace(reader, c.req.param('traceId'))),
  )
}

/** Throws TRACE_NOT_FOUND. */
export async function findTrace(reader: Database, traceId: string): Promise<Trace> {
  const events = TRACE_ID.test(traceId) ? await readTrace(reader, traceId) : []
  const [first] = events
  if (first === undefined) throw new ArkError('TRACE_NOT_FOUND', 'traceId', 'No event carries this trace id.')
  const cause = await readRowCause(reader, first)
  const shown = events.map((event) => showEvent(event))
  if (cause !== undefined) shown.unshift(cause)
  const sources = new Set(shown.map(({ source }) => source))
  const agentsMissing = AGENTS.filter((agent) => !sources.has(agent))
  return {
    traceId,
    events: shown,
    agentsSeen: AGENTS.filter((agent) => sources.has(agent)),
    agentsMissing,
    complete: agentsMissing.length === 0,
    latencyMs: await readLatency(reader, shown[0]?.seq ?? first.seq, lastOf(events).seq),
  }
}

/** A trace born from a market row begins with that row; the chunk that carried it has a trace of its own. */
async function readRowCause(reader: Database, first: ArkEvent): Promise<ShownEvent | undefined> {
  if (first.causeRow === undefined || first.causeSeq === 0) return undefined
  const chunk = await readEvent(reader, first.causeSeq)
  return chunk?.type === 'market/chunk' ? showEvent(chunk, first.causeRow) : undefined
}

function lastOf(events: readonly ArkEvent[]): ArkEvent {
  const own = events.filter(({ source }) => source !== 'aletheia')
  const last = own.at(-1) ?? events.at(-1)
  if (last === undefined) throw new ArkError('TRACE_NOT_FOUND', 'traceId', 'No event carries this trace id.')
  return last
}

async function readLatency(reader: Database, first: number, last: number): Promise<number> {
  const rows = await reader.query(
    `SELECT (SELECT committed_at FROM batch WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1)
      - (SELECT received_at FROM batch WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1)`,
    [last, first],
  )
  return Math.max(0, Number(rows[0]?.[0] ?? 0))
}
