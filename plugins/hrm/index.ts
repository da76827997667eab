/**
 * HRM, the risk manager: the operational limits, the overlay's rules and the circuit breakers that stand
 * beside the Graveyard, tighter only.
 *
 * The gate calls `judge` once an order with facts that it derived itself; the agent part watches the
 * account and the market, and trips the breakers. Every limit reports once and nothing is allocated.
 */

import type { LimitReport, OrderFacts, Plugin } from '#core/contract.ts'
import { type BreakerState, createBreakerState, judgeBreakers, sizesLeft } from './breakers.ts'
import { type HrmConfig, hrmConfig } from './config.ts'
import { judgeLimits, LIMITS } from './limits.ts'
import { judgeRules } from './rules.ts'
import { watch } from './watch.ts'

export default {
  name: 'hrm',
  version: '2.0.0',
  contract: 1,
  consumes: ['run/started', 'clock/ticked', 'market/bar', 'market/trade', 'market/quote', 'order/filled'],
  emits: ['plan/proposed', 'breaker/tripped', 'breaker/reset'],
  needs: [],
  config: hrmConfig,
  agent: { stateVersion: 1, initial: createBreakerState, reduce: watch },
  overlay: {
    limits: ({ overlay }: HrmConfig) => [...LIMITS, ...overlay.limits],
    judge(
      order: OrderFacts,
      report: LimitReport,
      config: HrmConfig,
      state: Readonly<BreakerState> | undefined,
    ): void {
      const { overlay } = config
      const sizes = sizesLeft(state, overlay, order.now)
      judgeLimits(order, report, config, sizes)
      judgeRules(order, report, overlay.rules, LIMITS.length, sizes)
      judgeBreakers(order, report, overlay, LIMITS.length + overlay.rules.length, state)
    },
  },
} satisfies Plugin<BreakerState, HrmConfig>
