/**
 * What core and the watchdog may do to a running box: each call is an event on the control lane, and none
 * that would change nothing. A renewal of a lease that is held is only noted, so that its absence shows.
 */

import type { ControlPort, Draft } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { sealHolds } from '../gate/seal.ts'
import type { HashPort } from '../ports.ts'
import type { Cycle } from './cycle.ts'

export interface Control extends ControlPort {
  send(source: string, draft: Draft): void
  haltAs(principal: string, reason: string): void
}

/** How the reason of a halt begins that is only a drill. */
export const DRILL = 'drill: '

/** `cycle` is undefined before the first run; what is said until then has nobody to hear it. */
export function createControl(cycle: () => Cycle | undefined, hash: HashPort): Control {
  const send = (source: string, draft: Draft): void => {
    const running = cycle()
    if (running === undefined || running.queue.closed) return
    running.control(source, draft).catch((error: unknown) => {
      if (!(error instanceof ArkError)) throw error
    })
  }
  const mode = () => cycle()?.kernel.context.mode
  const control: Control = {
    send,
    haltAs: (principal, reason) => {
      // Another's halt may be taken back without knowing of this one, so only the same is not said again.
      if (mode()?.halted === reason) return
      send(principal, { type: 'mode/requested', payload: { mode: 'halted', principal, reason } })
    },
    halt: (reason) => control.haltAs('watchdog', reason),
    isolate: (plugin, reason) => send('watchdog', { type: 'plugin/isolated', payload: { plugin, reason } }),
    loseLease: (reason) => {
      if (mode()?.causes.lease === undefined) send('watchdog', { type: 'lease/lost', payload: { reason } })
    },
    renewLease: () => {
      cycle()?.noteRenewal()
      if (mode()?.causes.lease !== undefined) send('watchdog', { type: 'lease/renewed', payload: {} })
    },
    sealHolds: () => sealHolds(hash),
  }
  return control
}
