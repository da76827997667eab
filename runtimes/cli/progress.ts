/**
 * How far a replay is, how fast it goes and how long it will take: one line drawn again and again on a
 * terminal, a line each tenth of the way elsewhere.
 */

import type { Cli } from './cli.ts'
import { bar, grouped } from './text.ts'

export interface ProgressLine {
  /** Draws the last state and stops. */
  stop(): void
  /** A log line on the same stream: the drawn line makes way for it. */
  log(text: string): void
}

/** `total` is absent while it is not known yet. */
export interface Progressing {
  progress(): { readonly rows: number; readonly total?: number }
}

const EVERY_MS = 100
const WIDTH = 30
const CLEAR = '\r\u001b[2K'
/** A rate over less time says nothing. */
const RATE_AFTER_MS = 500

export function showProgress(cli: Cli, title: string, replay: Progressing): ProgressLine {
  let tenth = 0
  let drawn = false
  let first: { readonly at: number; readonly rows: number } | undefined
  const look = (): void => {
    const { rows, total } = replay.progress()
    if (total === undefined || total === 0) return
    first ??= { at: performance.now(), rows }
    const share = rows / total
    const pace = paceOf(rows - first.rows, total - rows, performance.now() - first.at)
    const text = `${Math.floor(share * 100)} %, ${grouped(rows)} of ${grouped(total)} rows${pace}`
    if (cli.terminal) {
      cli.draw(`${CLEAR}${title}  ${bar(rows, total, WIDTH).padEnd(WIDTH, '░')}  ${text}`)
      drawn = true
    } else if (Math.floor(share * 10) > tenth) {
      tenth = Math.floor(share * 10)
      cli.err(`${title}: ${text}`)
    }
  }
  const clear = (): void => {
    if (drawn) cli.draw(CLEAR)
    drawn = false
  }
  const timer = setInterval(look, EVERY_MS)
  return {
    stop: () => {
      clearInterval(timer)
      look()
      if (drawn) cli.draw('\n')
    },
    log: (text) => {
      clear()
      cli.draw(text)
    },
  }
}

/** ", 812,000 a second, 3 min left"; nothing before there is something to reckon with. */
export function paceOf(done: number, left: number, elapsedMs: number): string {
  if (elapsedMs < RATE_AFTER_MS || done === 0) return ''
  const rate = (done / elapsedMs) * 1_000
  const ending = left > 0 ? `, ${durationOf(left / rate)} left` : ''
  return `, ${grouped(Math.round(rate))} a second${ending}`
}

function durationOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`
}
