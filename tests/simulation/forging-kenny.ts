/**
 * Kenny as a plugin that tries its luck: it sends an order twice, under an id that nobody approved, or larger than it
 * was judged. Core must let through exactly what the gate approved, once.
 */

import type { ArkEvent, Draft, EventOf, Plugin, World } from '#core/contract.ts'
import kenny from '#plugins/kenny/index.ts'
import { nextState } from './random.ts'

type KennyState = ReturnType<typeof kenny.agent.initial>
type KennyConfig = Parameters<typeof kenny.agent.reduce>[2]

interface ForgingState {
  readonly inner: KennyState
  chance: number
}

export const forgingKenny: Plugin = {
  ...kenny,
  agent: {
    stateVersion: 1,
    initial: (): ForgingState => ({ inner: kenny.agent.initial(), chance: 1 }),
    reduce: (state, event, config, world) =>
      reduce(state as ForgingState, event, config as KennyConfig, world),
  },
}

function reduce(state: ForgingState, event: ArkEvent, config: KennyConfig, world: World): readonly Draft[] {
  const said = kenny.agent.reduce(state.inner, event, config, world)
  const [sent] = said
  if (sent?.type !== 'order/submitted') return said
  state.chance = nextState(state.chance)
  return forge(sent, state.chance % 18)
}

function forge(
  sent: Draft & { readonly payload: EventOf<'order/submitted'>['payload'] },
  kind: number,
): Draft[] {
  const { payload } = sent
  const submit = (changes: object): Draft => ({
    type: 'order/submitted',
    payload: { ...payload, ...changes },
  })
  if (kind === 0) return [sent, sent]
  if (kind === 1) return [submit({ orderId: `${payload.orderId}-more` }), sent]
  if (kind === 2) return [submit({ order: { ...payload.order, quantity: '9999' } }), sent]
  return [sent]
}
