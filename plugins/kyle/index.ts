/**
 * Kyle looks: signals from outside are brought into one form, and bars are watched for breakouts, momentum
 * and unusual volume.
 *
 * An agent: pure, run inside the cycle before Joey. It emits at most one market signal per bar and symbol,
 * the strongest.
 */

import type { ArkEvent, Draft, Plugin } from '#core/contract.ts'
import { NOTHING } from '#core/math.ts'
import { type KyleConfig, kyleConfig } from './config.ts'
import { normaliseSignal } from './intake.ts'
import { createMarketFacts, type MarketFacts, readBar } from './market.ts'

const plugin = {
  name: 'kyle',
  version: '1.0.0',
  contract: 1,
  consumes: ['market/bar', 'market/trade', 'market/quote', 'signal/received'],
  emits: ['signal/accepted', 'signal/refused'],
  needs: [],
  config: kyleConfig,
  agent: { stateVersion: 1, initial: createMarketFacts, reduce },
} satisfies Plugin<MarketFacts, KyleConfig>

export default plugin

/** Trades and quotes are counted as ingested by whoever shows them; on their own they hold no setup. */
function reduce(facts: MarketFacts, event: ArkEvent, config: KyleConfig): readonly Draft[] {
  if (event.type === 'market/bar') {
    const signal = readBar(facts, event.payload, config)
    return signal === undefined ? NOTHING : [{ type: 'signal/accepted', payload: signal }]
  }
  if (event.type === 'signal/received') return [normaliseSignal(event.payload, config.externalConfidence)]
  return NOTHING
}
