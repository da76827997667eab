/** The journal as it is: pages of events, and the live feed of the same. */

import type { Context } from 'hono'
import { type Filter, type Line, readBodies } from '../journal/reader.ts'
import type { Guard } from './auth.ts'
import type { App, Door, Env } from './door.ts'
import { streamEvents } from './live.ts'
import { integerOf, limitOf } from './pages.ts'

/** A filter reads every body that it passes over, so one query looks at no more than this many seqs. */
const WINDOW = 1_000
/** Windows one request may look through before it answers with a cursor to go on from. */
const WINDOWS_MAX = 10

export function mountEvents(app: App, door: Door, guard: Guard): void {
  app.get('/v1/events', guard.read, async (c) => {
    const filter = { type: c.req.query('type'), source: c.req.query('agent') }
    const after = integerOf(c, 'after', 0, Number.MAX_SAFE_INTEGER)
    if (wantsStream(c)) return streamEvents(c, door, lastSeen(c) ?? after ?? door.ark.journal.lastSeq, filter)
    const cursor = integerOf(c, 'cursor', 0, Number.MAX_SAFE_INTEGER)
    const { lines, next } = await readLines(door, cursor ?? after ?? 0, limitOf(c), filter)
    // The bodies are JSON already, and they are what was hashed: byte for byte.
    const items = lines.map(({ body }) => body).join(',')
    const text = `{"items":[${items}],"next":${next === undefined ? null : `"${next}"`}}`
    return c.body(text, 200, { 'content-type': 'application/json' })
  })
}

/** `next` = seq to go on after; undefined when the end of the journal was reached. */
export async function readLines(
  door: Door,
  after: number,
  limit: number,
  filter: Filter,
): Promise<{ readonly lines: readonly Line[]; readonly next: number | undefined }> {
  const lines: Line[] = []
  let from = after
  for (let window = 0; window < WINDOWS_MAX; window++) {
    const end = door.ark.journal.lastSeq
    if (from >= end) return { lines, next: undefined }
    const to = Math.min(from + WINDOW, end)
    lines.push(...(await readBodies(door.reader, from, to, limit - lines.length, filter)))
    if (lines.length === limit) return { lines, next: lines.at(-1)?.seq }
    from = to
  }
  return { lines, next: from }
}

function wantsStream(c: Context<Env>): boolean {
  return c.req.header('accept')?.includes('text/event-stream') === true
}

function lastSeen(c: Context<Env>): number | undefined {
  const id = c.req.header('last-event-id') ?? ''
  return /^\d{1,15}$/.test(id) ? Number(id) : undefined
}
