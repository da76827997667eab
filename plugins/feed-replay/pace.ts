/**
 * Lets rows through at so many a second, or as fast as they are taken.
 *
 * Used by the replay service. It looks every 50 ms, and after a stall it goes on at its speed rather than
 * make up for the time lost.
 */

import type { ClockPort, TimerPort } from '#core/contract.ts'

export interface Pace {
  /** How many of `wanted` rows may go now, at least 1; 0 once stopped. */
  take(wanted: number): Promise<number>
  stopped(): boolean
  stop(): void
}

const STEP_MS = 50

export function createPace(speed: number | 'max', clock: ClockPort, timers: TimerPort): Pace {
  const startMs = clock.monotonic()
  let given = 0
  let stopped = false
  let wake = (): void => {}
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const cancel = timers.after(STEP_MS, resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })
  return {
    take: async (wanted) => {
      while (!stopped) {
        if (speed === 'max') return wanted
        const due = Math.floor(((clock.monotonic() - startMs) * speed) / 1_000)
        given = Math.max(given, due - Math.ceil(speed))
        const now = Math.min(wanted, due - given)
        if (now > 0) {
          given += now
          return now
        }
        await pause()
      }
      return 0
    },
    stopped: () => stopped,
    stop: () => {
      stopped = true
      wake()
    },
  }
}
