/** How far a replay is: one line drawn again and again on a terminal, a line each tenth of the way elsewhere. */

import type { ReplayProgress } from '#plugins/feed-replay/index.ts'
import type { Cli } from './cli.ts'
import { bar, grouped } from './text.ts'

export interface ProgressLine {
  /** Draws the last state and stops. */
  stop(): void
  /** A log line on the same stream: the drawn line makes way for it. */
  log(text: string): void
}

const EVERY_MS = 100
const WIDTH = 30
const CLEAR = '\r\u001b[2K'

export function showProgress(cli: Cli, title: string, replay: ReplayProgress): ProgressLine {
  let tenth = 0
  let drawn = false
  const look = (): void => {
    const { rows, total } = replay.progress()
    if (total === undefined || total === 0) return
    const share = rows / total
    const text = `${Math.floor(share * 100)} %, ${grouped(rows)} of ${grouped(total)} bars`
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
