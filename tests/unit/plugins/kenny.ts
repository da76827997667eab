/** Kenny on a bench of his own, for his test files: a world that the test may change between events. */

import * as v from 'valibot'
import type { ArkEvent, Decision, Draft, Order, Pattern, Plan, World } from '#core/contract.ts'
import kenny, { type KennyState } from '#plugins/kenny/index.ts'
import { createValues, createWorld, type WorldValues } from '#tests/support/world.ts'

/** A long breakout seen at 100 with an ATR of 2. */
export function breakout(changes: Partial<Pattern> = {}): Pattern {
  return {
    symbol: 'XYZ',
    direction: 'long',
    pattern: 'breakout',
    confidence: 0.8,
    price: '100',
    atr: '2',
    evidence: {},
    ...changes,
  }
}

export function decision(decisionId: string, intent: 'open' | 'exit' = 'open'): Decision {
  const order: Order = { symbol: 'XYZ', side: 'buy', type: 'market', quantity: '1' }
  return { decisionId, order, intent, allowed: true } as Decision
}

export const UNBUFFERED = { sizeBuffer: 0 }

export function createKenny(values: Partial<WorldValues> = {}, config: object = {}, fee?: World['fee']) {
  const settings = v.parse(kenny.config, config)
  const seen = createValues(values)
  const world = { ...createWorld(seen), ...(fee === undefined ? {} : { fee }) }
  let state: KennyState = kenny.agent.initial()
  const send = (draft: Draft) => kenny.agent.reduce(state, toEvent(draft), settings, world)
  return {
    seen,
    send,
    see: (pattern: Pattern) => send({ type: 'pattern/recognised', payload: pattern }),
    approve: (payload: Decision) => send({ type: 'decision/approved', payload }),
    cut: (factor: number, breaker = 'drawdown') =>
      send({
        type: 'breaker/tripped',
        payload: { breaker, action: 'reduce_size', reason: 'the test says so', factor },
      }),
    restart: () => {
      state = JSON.parse(JSON.stringify(state)) as KennyState
    },
  }
}

export function planOf(drafts: readonly Draft[]): Plan {
  const [draft] = drafts
  if (draft?.type !== 'plan/proposed') throw new Error(`wanted a plan, got ${JSON.stringify(draft)}`)
  return draft.payload
}

export function reasonOf(drafts: readonly Draft[]): string {
  const [draft] = drafts
  if (draft?.type !== 'plan/dropped') throw new Error(`wanted no plan, got ${JSON.stringify(draft)}`)
  return draft.payload.reason
}

export function planFor(
  changes: Partial<Pattern> = {},
  values: Partial<WorldValues> = {},
  config: object = {},
): Plan {
  return planOf(createKenny(values, config).see(breakout(changes)))
}

function toEvent(draft: Draft): ArkEvent {
  return { ...draft, seq: 1, source: 'test', time: 0, traceId: '', causeSeq: 0, hop: 0 } as ArkEvent
}
