/** Scenarios as tests write and play them: with the limits that the real plugins bring. */

import { installPlugins } from '#core/cycle/loader.ts'
import { sealRoot } from '#core/gate/seal.ts'
import { parseScenarios } from '#core/scenario/parse.ts'
import { type Played, play } from '#core/scenario/play.ts'
import type { Scenario } from '#core/scenario/schema.ts'
import type { ScenarioDeps } from '#core/scenario/stage.ts'
import { PLUGINS } from '#runtimes/plugins.ts'
import { nativeHash } from '#runtimes/shared/hash.ts'

export async function scenarioDeps(): Promise<ScenarioDeps> {
  const installed = await installPlugins(
    PLUGINS.filter(({ overlay }) => overlay !== undefined),
    {},
  )
  return { installed, hash: nativeHash, rulesetDigest: sealRoot() }
}

/** XYZ at 99.98 to 100.00 on an account of 100,000; what is given goes on top. */
export function scenarioOf(steps: readonly unknown[], changes: object = {}) {
  return {
    clock: '2024-06-12T15:00:00Z',
    account: { equity: '100000' },
    instruments: [{ symbol: 'XYZ', floatShares: '50000000', adv20: '1000000', shortable: true }],
    market: [{ symbol: 'XYZ', bid: '99.98', ask: '100.00', ageSeconds: 1 }],
    steps,
    ...changes,
  }
}

/** Buys 50 at 100.00; allowed. */
export function buyOf(changes: object = {}) {
  return {
    symbol: 'XYZ',
    side: 'buy',
    type: 'limit',
    quantity: '50',
    limitPrice: '100.00',
    stopLoss: { price: '95' },
    targets: [{ price: '108', portion: '1' }],
    strategy: 's',
    ...changes,
  }
}

/** Throws when it is none. */
export function read(raw: unknown): Scenario {
  const { misfits, scenarios } = parseScenarios(JSON.stringify(raw))
  const [scenario] = scenarios ?? []
  if (scenario === undefined) throw new Error(JSON.stringify(misfits))
  return scenario
}

export function playRaw(raw: unknown, deps: ScenarioDeps): Played {
  return play(read(raw), deps)
}
