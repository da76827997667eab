/** Joey by himself: bars and signals go in, patterns come out. */

import * as v from 'valibot'
import type { ArkEvent, Bar, Draft, Pattern, Signal } from '#core/contract.ts'
import joey from '#plugins/joey/index.ts'
import { createValues, createWorld, type WorldValues } from '#tests/support/world.ts'

export function createJoey(config: object = {}, values: WorldValues = createValues()) {
  const settings = v.parse(joey.config, config)
  const world = createWorld(values)
  let state = joey.agent.initial()
  const show = (type: string, payload: unknown): readonly Draft[] => {
    const event = { type, payload, seq: 1, source: 'test', time: 0, traceId: '', causeSeq: 0, hop: 0 }
    return joey.agent.reduce(state, event as ArkEvent, settings, world)
  }
  return {
    show,
    bar: (changes: Partial<Bar>) => show('market/bar', makeBar(changes)),
    signal: (changes: Partial<Signal>) => show('signal/accepted', makeSignal(changes)),
    restart: () => {
      state = JSON.parse(JSON.stringify(state))
    },
    text: () => JSON.stringify(state),
  }
}

/** One currency unit as a price. */
export const ONE = 100_000_000

function makeBar(changes: Partial<Bar>): Bar {
  const close = changes.close ?? 10 * ONE
  const fixed = { symbol: 'XYZ', end: 1, open: close, high: close, low: close, volume: 1_000_000 }
  return { resolution: '1d', ...fixed, close, ...changes }
}

function makeSignal(changes: Partial<Signal>): Signal {
  return { symbol: 'XYZ', direction: 'long', kind: 'external', confidence: 0.7, ...changes }
}

export function patternsOf(drafts: readonly Draft[]): Pattern[] {
  return drafts.map((draft) => {
    if (draft.type !== 'pattern/recognised') throw new Error(`wanted a pattern, got ${draft.type}`)
    return draft.payload
  })
}
