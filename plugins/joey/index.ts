/**
 * Joey reads: bars become indicators and days; those and Kyle's signals become patterns with a price, an ATR
 * and levels, or one of the ten setups of setups/table.ts.
 *
 * An agent: pure, run inside the cycle between Kyle and Kenny. It proposes; whether anything may be sent is
 * not its business.
 */

import type { ArkEvent, Bar, Decision, Draft, Plugin, World } from '#core/contract.ts'
import { NOTHING } from '#core/math.ts'
import { type JoeyConfig, joeyConfig } from './config.ts'
import { recognise } from './patterns.ts'
import { foldDay, forgetDays } from './setups/days.ts'
import { closeHold, followHold, toHold } from './setups/hold.ts'
import { restDays, watchDays } from './setups/watch.ts'
import { toPattern } from './signal.ts'
import {
  createJoeyState,
  findSymbol,
  findTrack,
  foldBar,
  type JoeyState,
  type SymbolTracks,
  type Track,
  takeTurn,
} from './track.ts'

const plugin = {
  name: 'joey',
  version: '1.1.0',
  contract: 1,
  consumes: [
    'market/bar',
    'signal/accepted',
    'decision/approved',
    'decision/denied',
    'decision/held',
    'split/applied',
  ],
  emits: ['pattern/recognised'],
  needs: [],
  config: joeyConfig,
  agent: { stateVersion: 2, initial: createJoeyState, reduce },
} satisfies Plugin<JoeyState, JoeyConfig>

export default plugin

function reduce(state: JoeyState, event: ArkEvent, config: JoeyConfig, world: World): readonly Draft[] {
  switch (event.type) {
    case 'market/bar':
      return readBar(state, event.payload, config, world)
    case 'signal/accepted':
      return toPattern(state, event.payload, config, world)
    case 'decision/approved':
    case 'decision/denied':
    case 'decision/held':
      return noteDecision(state, event.payload, world)
    case 'split/applied':
      return noteSplit(state, event.payload.symbol)
    default:
      return NOTHING
  }
}

/** Exits come before entries, and a setup has its turn before the patterns: it says more than they do. */
function readBar(state: JoeyState, bar: Bar, config: JoeyConfig, world: World): readonly Draft[] {
  const track = findTrack(state, bar, config)
  const entry = findSymbol(state, bar.symbol)
  if (track === undefined || entry === undefined) return NOTHING
  const reading = foldBar(track, bar)
  const exit = entry.hold === null ? undefined : endHold(entry, bar, world)
  const setup = seeSetup(entry, track, bar, config, world)
  const patterns = recognise(track, reading, bar, config)
  if (exit === undefined && setup === undefined) return patterns
  return [exit, ...patterns, setup].filter((draft) => draft !== undefined)
}

function seeSetup(
  { days }: SymbolTracks,
  track: Track,
  bar: Bar,
  config: JoeyConfig,
  world: World,
): Draft | undefined {
  if (!foldDay(days, bar)) return undefined
  const found = watchDays(days, bar.symbol, config.minConfidence, world)
  if (found === undefined || !takeTurn(track, found.direction, config.restBars)) return undefined
  restDays(days, found.setup)
  return found.draft
}

/** The time that a setup may be held begins with the decision that lets it in. */
function noteDecision(state: JoeyState, decision: Decision, world: World): readonly Draft[] {
  const entry = findSymbol(state, decision.order.symbol)
  const hold = entry === undefined ? undefined : toHold(decision, world)
  if (entry !== undefined && hold !== undefined) entry.hold = hold
  return NOTHING
}

/** A price that became a quarter by a split is no fall. */
function noteSplit(state: JoeyState, symbol: string): readonly Draft[] {
  const entry = findSymbol(state, symbol)
  if (entry !== undefined) forgetDays(entry.days)
  return NOTHING
}

function endHold(entry: SymbolTracks, bar: Bar, world: World): Draft | undefined {
  const { hold } = entry
  if (hold === null) return undefined
  const state = followHold(hold, bar, world)
  if (state === 'over') entry.hold = null
  return state === 'due' ? closeHold(hold, bar) : undefined
}
