/**
 * An event as the text that is stored, hashed and streamed, and back. The text is made once; leaf, journal
 * and live feed share it.
 *
 * Canonical JSON (RFC 8785) with the keys in order, so the frame is written out by hand and only the payload
 * is walked.
 */

import type { ArkEvent } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { formatTime, parseTime } from '../time.ts'
import { canonical } from './canonical.ts'

export function toBody(event: ArkEvent): string {
  const row = event.causeRow === undefined ? '' : `"causeRow":${event.causeRow},`
  const frame = `"seq":${event.seq},"source":"${event.source}","time":"${formatTime(event.time)}"`
  // A chunk is columns of safe integers under keys already in order, which is what JSON.stringify writes,
  // only faster.
  const payload = event.type === 'market/chunk' ? JSON.stringify(event.payload) : canonical(event.payload)
  const id = `"traceId":"${event.traceId}","type":"${event.type}"`
  return `{${row}"causeSeq":${event.causeSeq},"hop":${event.hop},"payload":${payload},${frame},${id}}`
}

/**
 * Throws JOURNAL_CORRUPT when the text is not an event. The payload is as typed as its writer was: leaves
 * prove the rest.
 */
export function fromBody(body: string, seq: number): ArkEvent {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch (error) {
    throw new ArkError('JOURNAL_CORRUPT', `seq ${seq}`, 'The stored text is not JSON.', { cause: error })
  }
  return toEvent(parsed, seq)
}

/** For readers that parse many bodies at once. Takes the object over. */
export function toEvent(parsed: unknown, seq: number): ArkEvent {
  const raw = parsed as { -readonly [Key in keyof ArkEvent]?: unknown }
  const time = typeof raw.time === 'string' ? parseTime(raw.time) : Number.NaN
  if (
    raw.seq !== seq ||
    Number.isNaN(time) ||
    typeof raw.type !== 'string' ||
    typeof raw.payload !== 'object'
  ) {
    throw new ArkError('JOURNAL_CORRUPT', `seq ${seq}`, 'The stored text is not the event of this seq.')
  }
  raw.time = time
  return raw as ArkEvent
}
