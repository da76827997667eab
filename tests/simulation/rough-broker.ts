/**
 * The paper broker as a bad line makes it look: it takes an order and times out, says things twice, or says them only
 * when it is next spoken to. Never in another order: a broker's events of one order come as they happened.
 */

import type { ArkEvent, Draft, Plugin, World } from '#core/contract.ts'
import { NOTHING } from '#core/math.ts'
import paper from '#plugins/broker-paper/index.ts'
import { nextState } from './random.ts'

type PaperState = ReturnType<typeof paper.broker.simulate.initial>
type PaperConfig = Parameters<typeof paper.broker.simulate.reduce>[2]

interface RoughState {
  readonly inner: PaperState
  chance: number
  held: Draft[]
}

export const roughBroker: Plugin = {
  ...paper,
  name: 'broker-rough',
  broker: {
    simulate: {
      stateVersion: 1,
      initial: (): RoughState => ({ inner: paper.broker.simulate.initial(), chance: 1, held: [] }),
      reduce: (state, event, config, world) =>
        reduce(state as RoughState, event, config as PaperConfig, world),
    },
  },
}

function reduce(state: RoughState, event: ArkEvent, config: PaperConfig, world: World): readonly Draft[] {
  const said = [...paper.broker.simulate.reduce(state.inner, event, config, world)]
  if (said.length === 0 && state.held.length === 0) return NOTHING
  state.chance = nextState(state.chance)
  if (event.type === 'order/submitted' && state.chance % 6 === 0) {
    const payload = { orderId: event.payload.orderId, principal: 'broker', reason: 'timed out' }
    const cancel = { ...event, type: 'order/cancel_requested', payload } as ArkEvent
    said.push(...paper.broker.simulate.reduce(state.inner, cancel, config, world))
  }
  const out = state.held
  state.held = []
  for (const draft of said) {
    const once = draft.type === 'order/filled' || draft.type === 'order/rejected'
    out.push(draft)
    if (!once && state.chance % 5 === 0) out.push(draft)
  }
  if (state.chance % 4 !== 0) return out
  state.held = out
  return NOTHING
}
