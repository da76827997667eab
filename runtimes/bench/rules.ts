/** The figures of `ark bench rules`: one verdict beside two other engines, intake, halt, and a steady mix. */

import { haltUnderLoad } from './halt.ts'
import { mixSteady } from './mix.ts'
import type { Peer } from './peers.ts'
import type { Figure } from './report.ts'
import { signalsDurable } from './signals.ts'
import { verdictLive } from './verdict-live.ts'

/** `seconds` of load a sample; each sample of a served figure starts a box of its own. */
export function rulesFigures(seconds: number, peers: readonly Peer[]): readonly Figure[] {
  const verdictGoal = 'p50 <= 6, p99 <= 30, >= 50 times each peer'
  return [
    {
      name: 'verdict-live-approval',
      unit: 'us p50',
      goal: verdictGoal,
      sample: () => verdictLive('approval', peers),
    },
    {
      name: 'verdict-live-denial',
      unit: 'us p50',
      goal: verdictGoal,
      sample: () => verdictLive('denial', peers),
    },
    {
      name: 'signals',
      unit: 'of a bare POST',
      goal: '>= 0.7 (Node), >= 0.4 (Deno, Bun), p99 <= max(25 ms, 2 x bare)',
      sample: () => signalsDurable(seconds),
    },
    {
      name: 'halt',
      unit: 'ms p99',
      goal: '<= 50, leaked 0, survives kill -9',
      sample: () => haltUnderLoad(seconds),
    },
    {
      name: 'mix',
      unit: 'ms p99',
      goal: '2000/s, no errors, p99 <= 25, RSS flat',
      sample: () => mixSteady(seconds),
    },
  ]
}
