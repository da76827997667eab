/**
 * The live feed: server-sent events that catch up from the journal and then follow the commits.
 *
 * What waits for one client is bounded. A client that is too slow for that loses nothing and holds up nobody:
 * it is put back to reading the journal at its own pace, until it is level again.
 */

import type { Context } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import type { ArkEvent } from '../contract.ts'
import { toMessage } from '../errors.ts'
import type { Filter, Line } from '../journal/reader.ts'
import type { Door, Env } from './door.ts'
import { readLines } from './events.ts'

const WAITING_MAX = 256
const PAGE = 100

/** Sends everything after seq `after` that fits the filter: id = seq, event = type, data = body. */
export function streamEvents(c: Context<Env>, door: Door, after: number, filter: Filter): Response {
  return streamSSE(c, async (stream) => {
    const tail = followCommits(door, filter)
    stream.onAbort(tail.close)
    try {
      await send(stream, door, tail, after, filter)
    } catch (error) {
      const fields = { why: toMessage(error) }
      door.ark.options.ports.log.write({
        level: 'warn',
        source: 'http',
        message: 'a live feed ended',
        fields,
      })
    } finally {
      tail.close()
    }
  })
}

async function send(
  stream: SSEStreamingApi,
  door: Door,
  tail: Tail,
  after: number,
  filter: Filter,
): Promise<void> {
  let last = after
  // A line break on its own makes proxies and browsers see the answer's head before there is an event.
  await stream.write('\n')
  while (!stream.aborted) {
    if (tail.behind) {
      // Taken back before reading: what is committed from here on is in the tail, or it falls behind once
      // more.
      tail.restart()
      last = await catchUp(stream, door, last, filter)
    }
    for (const line of tail.take()) {
      if (line.seq <= last || stream.aborted) continue
      await write(stream, line)
      last = line.seq
    }
    if (!tail.behind) await tail.moved()
  }
}

/** Returns the seq up to which everything was sent or passed over. */
async function catchUp(stream: SSEStreamingApi, door: Door, after: number, filter: Filter): Promise<number> {
  let last = after
  while (!stream.aborted) {
    const end = door.ark.journal.lastSeq
    const { lines, next } = await readLines(door, last, PAGE, filter)
    for (const line of lines) if (!stream.aborted) await write(stream, line)
    if (next === undefined) return Math.max(last, end, lines.at(-1)?.seq ?? 0)
    last = next
  }
  return last
}

function write(stream: SSEStreamingApi, { seq, body }: Line): Promise<void> {
  return stream.writeSSE({ id: String(seq), event: typeOf(body), data: body })
}

/** The type is the last member of every body, and holds nothing that would be escaped. */
function typeOf(body: string): string {
  return body.slice(body.lastIndexOf(':"') + 2, -2)
}

interface Tail {
  /** More was committed than may wait. True at first. */
  readonly behind: boolean
  restart(): void
  take(): readonly Line[]
  /** Resolves when something waits, or the tail is closed. */
  moved(): Promise<void>
  close(): void
}

function followCommits(door: Door, { type, source }: Filter): Tail {
  let waiting: Line[] = []
  let behind = true
  let closed = false
  let wake = (): void => undefined
  const fits = (event: ArkEvent): boolean =>
    (type === undefined || event.type === type) && (source === undefined || event.source === source)
  const cancel = door.ark.subscribe((events, bodies) => {
    if (behind) return
    for (const [index, event] of events.entries())
      if (fits(event)) waiting.push({ seq: event.seq, body: bodies[index] ?? '' })
    if (waiting.length > WAITING_MAX) {
      behind = true
      waiting = []
      wake()
    } else if (waiting.length > 0) wake()
  })
  return {
    get behind() {
      return behind
    },
    restart: () => {
      behind = false
      waiting = []
    },
    take: () => {
      const taken = waiting
      waiting = []
      return taken
    },
    moved: () => {
      if (waiting.length > 0 || behind || closed) return Promise.resolve()
      return new Promise((resolve) => {
        wake = resolve
      })
    },
    close: () => {
      closed = true
      cancel()
      wake()
    },
  }
}
