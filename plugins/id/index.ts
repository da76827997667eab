/**
 * ID, the notary: states who stands behind every proposal, and attests each run with this box's key.
 *
 * The gate judges nothing that ID has not confirmed. The agent part confirms; the service part signs,
 * because signing is asynchronous. Identities themselves are made by identities.ts.
 */

import * as v from 'valibot'
import type { ArkEvent, Draft, Host, Plugin, RunningService } from '#core/contract.ts'
import { ArkError, toMessage } from '#core/errors.ts'
import { NOTHING } from '#core/math.ts'
import { attest } from './attest.ts'

export interface IdState {
  /** Number of the last order that a person requested. */
  requests: number
}

export const idConfig = v.strictObject({})
export type IdConfig = v.InferOutput<typeof idConfig>

export default {
  name: 'id',
  version: '1.0.0',
  contract: 1,
  consumes: ['plan/proposed', 'order/requested', 'identity/created', 'identity/revoked', 'run/started'],
  emits: ['identity/confirmed', 'identity/attested', 'identity/created', 'identity/revoked'],
  needs: ['keys'],
  config: idConfig,
  agent: { stateVersion: 1, initial: () => ({ requests: 0 }), reduce },
  service: { start },
} satisfies Plugin<IdState, IdConfig>

/**
 * Changes of identities pass by unused: tokens are checked at the door, and no decision may depend on who
 * may log in.
 */
function reduce(state: IdState, event: ArkEvent): readonly Draft[] {
  switch (event.type) {
    case 'plan/proposed': {
      const { planId, strategy } = event.payload
      // Core proposes again in the name of whoever asked first; an agent speaks for itself alone.
      const principal =
        event.source === 'core' ? (event.payload.principal ?? 'core') : `agent:${event.source}`
      const payload = { planId, principal, kind: 'agent', strategy } as const
      return [{ type: 'identity/confirmed', payload }]
    }
    case 'order/requested': {
      const { principal, order } = event.payload
      state.requests++
      const planId = `person-${state.requests}`
      const payload = {
        planId,
        principal,
        kind: 'person',
        strategy: order.strategy ?? 'manual',
      } as const
      return [{ type: 'identity/confirmed', payload }]
    }
    default:
      return NOTHING
  }
}

function start(host: Host): Promise<RunningService> {
  const { keys } = host.ports
  if (keys === undefined) throw new ArkError('PORT_NOT_GRANTED', 'id', 'ID signs with the port keys.')
  const pending = new Set<Promise<void>>()
  return Promise.resolve({
    onEvent(event) {
      if (event.type !== 'run/started') return
      const work = attest(host, keys, event)
        .catch((error: unknown) => {
          host.log('error', 'The run could not be attested.', {
            runId: event.payload.runId,
            why: toMessage(error),
          })
        })
        .finally(() => pending.delete(work))
      pending.add(work)
    },
    async stop() {
      await Promise.all(pending)
    },
  })
}
