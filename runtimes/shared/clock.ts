/**
 * The host's clock and timers, the same on every runtime. Core and services reach them through their ports
 * only.
 */

import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers'
import type { ClockPort, TimerPort } from '#core/contract.ts'

export const clockPort: ClockPort = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

/**
 * node:timers, not the globals: Deno's global setTimeout and a test's fake one return handles of other kinds.
 */
export const timerPort: TimerPort = {
  every(ms, callback) {
    const timer = setInterval(callback, ms)
    timer.unref()
    return () => clearInterval(timer)
  },
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
