/**
 * LogPort: one line an entry on standard error, `12:03:04.005 info kyle message key=value`. Off a terminal
 * the date comes with the time, for files outlive the day. There is one form for people and `ark logs` alike:
 * values with spaces are JSON. A line never breaks, never exceeds 4 KiB, and shows neither secrets nor
 * personal data, by their names or by their looks.
 */

import type { LogLine, LogPort } from '#core/ports.ts'
import { redactPersonal, redactText } from '#core/secrets.ts'
import { formatTime } from '#core/time.ts'

export type LogLevel = LogLine['level']

export interface LogOptions {
  readonly level: LogLevel
  /** Default: standard error. `text` ends in a newline. */
  readonly write?: (text: string) => void
  /** Default: whether standard error is a terminal. */
  readonly terminal?: boolean
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']
const LINE_BYTES = 4096
const ELLIPSIS = ' …'
const SECRET_NAME = /token|secret|passw|passphrase|authorization|cookie|credential|(?<!public[_-]?)key/i
const SECRET_TEXT = /\b(bearer|basic)\s+[\w.~+/=-]+/gi
/** What must not reach a terminal or break a line. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g
const PLAIN_VALUE = /^[^\s"=]+$/

export function createLog(options: LogOptions): LogPort {
  const threshold = LEVELS.indexOf(options.level)
  const write = options.write ?? ((text: string) => void process.stderr.write(text))
  const timeFrom = (options.terminal ?? process.stderr.isTTY === true) ? 11 : 0
  return {
    write(line) {
      if (LEVELS.indexOf(line.level) < threshold) return
      write(`${cut(formatLine(line, formatTime(Date.now()).slice(timeFrom)))}\n`)
    },
  }
}

/** undefined when it names no level. */
export function parseLogLevel(text: string): LogLevel | undefined {
  return LEVELS.find((level) => level === text)
}

function formatLine(line: LogLine, time: string): string {
  let text = `${time} ${line.level.padEnd(5)} ${line.source.padEnd(8)} ${clean(line.message)}`
  for (const [name, value] of Object.entries(line.fields ?? {})) {
    if (value !== undefined) text += ` ${name}=${SECRET_NAME.test(name) ? '***' : formatValue(value)}`
  }
  return text.replace(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** No secret and no person leaves in a log line: rules 17 and 18. */
function clean(text: string): string {
  return String(redactPersonal(redactText(text.replace(SECRET_TEXT, '$1 ***'))))
}

function formatValue(value: unknown): string {
  if (typeof value === 'string') {
    const text = clean(value)
    return PLAIN_VALUE.test(text) ? text : JSON.stringify(text)
  }
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Error) return formatValue(value.message)
  try {
    return JSON.stringify(value, maskMember) ?? String(value)
  } catch {
    return '(not printable)'
  }
}

function maskMember(name: string, value: unknown): unknown {
  if (SECRET_NAME.test(name)) return '***'
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'string' ? clean(value) : value
}

const encoder = new TextEncoder()
/** Less the ellipsis (4 bytes) and the newline. */
const scratch = new Uint8Array(LINE_BYTES - 5)

function cut(text: string): string {
  const { read } = encoder.encodeInto(text, scratch)
  return read === text.length ? text : text.slice(0, read) + ELLIPSIS
}
