/**
 * Joey reads: bars become indicators, indicators and Kyle's signals become patterns with a price, an ATR
 * and levels.
 *
 * An agent: pure, run inside the cycle between Kyle and Kenny. It proposes; whether anything may be sent is
 * not its business.
 */

import type { ArkEvent, Draft, Plugin } from '#core/contract.ts'
import { NOTHING } from '#core/math.ts'
import { type JoeyConfig, joeyConfig } from './config.ts'
import { recognise } from './patterns.ts'
import { toPattern } from './signal.ts'
import { createJoeyState, findTrack, foldBar, type JoeyState } from './track.ts'

const plugin = {
  name: 'joey',
  version: '1.0.0',
  contract: 1,
  consumes: ['market/bar', 'signal/accepted'],
  emits: ['pattern/recognised'],
  needs: [],
  config: joeyConfig,
  agent: { stateVersion: 1, initial: createJoeyState, reduce },
} satisfies Plugin<JoeyState, JoeyConfig>

export default plugin

function reduce(state: JoeyState, event: ArkEvent, config: JoeyConfig): readonly Draft[] {
  if (event.type === 'market/bar') {
    const bar = event.payload
    const track = findTrack(state, bar, config)
    return track === undefined ? NOTHING : recognise(track, foldBar(track, bar), bar, config)
  }
  return event.type === 'signal/accepted' ? toPattern(state, event.payload, config) : NOTHING
}
