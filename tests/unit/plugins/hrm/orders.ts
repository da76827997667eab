/** Orders as HRM sees them, and what it says of them by the names of its limits. */

import * as v from 'valibot'
import type { Json, OrderFacts, Pattern, Setup } from '#core/contract.ts'
import { PRICE_SCALE, parseCash, parsePrice, parseQuantity, parseVolume } from '#core/math.ts'
import { parseTime } from '#core/time.ts'
import type { BreakerState } from '#plugins/hrm/breakers.ts'
import hrm from '#plugins/hrm/index.ts'

export type Changes = Partial<OrderFacts>
export type Judged = Record<string, { denies: boolean; observed: number; limit: number }>

export const NOW = parseTime('2024-06-12T15:00:00Z')
/** Shares and ratios are integers of 1e-8. */
export const ratio = (share: number): number => Math.round(share * PRICE_SCALE)

const PATTERN: Pattern = {
  symbol: 'XYZ',
  direction: 'long',
  pattern: 'breakout',
  confidence: 0.8,
  price: '100',
  atr: '2',
  evidence: { rsi: 55 },
}

/** What an agent's order stands on; with metadata it follows from a signal from outside. */
export function setupOf(changes: Partial<Pattern> = {}, metadata?: { readonly [key: string]: Json }): Setup {
  const pattern = { ...PATTERN, ...changes }
  const signal = { symbol: 'XYZ', direction: 'long', kind: 'external', confidence: 0.7 } as const
  return { pattern, signal: metadata === undefined ? undefined : { ...signal, metadata } }
}

export const saying = (metadata: { readonly [key: string]: Json }): Changes => ({
  setup: setupOf({}, metadata),
})

/**
 * A buy of 50 at a limit of 100, reference 100, stop 95, on a quote, proposed on a pattern: nothing to
 * object to.
 */
export function orderFacts(changes: Changes = {}): OrderFacts {
  return {
    symbol: 'XYZ',
    kind: 'equity',
    side: 'buy',
    type: 'limit',
    opening: true,
    quantity: parseQuantity('50'),
    referencePrice: parsePrice('100'),
    orderPrice: parsePrice('100'),
    entryPrice: parsePrice('100'),
    stopPrice: parsePrice('95'),
    notional: parseCash('5000'),
    equity: parseCash('100000'),
    positionAfter: parseQuantity('50'),
    shortable: false,
    exits60s: 0,
    onBars: false,
    strategy: 'breakout',
    agent: 'kenny',
    proposer: 'agent',
    now: NOW,
    exposureAfter: parseCash('5000'),
    rewardToRisk: ratio(2.5),
    averageVolume: parseVolume('1000000'),
    turnoverToday: 0,
    ordersToday: 0,
    messagesLeft: 20,
    messages60s: 0,
    duplicateAgeMs: Number.POSITIVE_INFINITY,
    inRegularHours: true,
    loss24h: 0,
    lossWeek: 0,
    lossToday: 0,
    setup: setupOf(),
    ...changes,
  }
}

/** By name of limit; `state` is that of the breakers. */
export function judge(
  changes: Changes = {},
  settings: object = {},
  state: BreakerState | undefined = hrm.agent.initial(),
): Judged {
  const config = v.parse(hrm.config, settings)
  const limits = hrm.overlay.limits(config)
  const judged: Judged = {}
  hrm.overlay.judge(
    orderFacts(changes),
    (index, denies, observed, limit) => {
      judged[limits[index]?.name ?? 'unknown'] = { denies, observed, limit }
    },
    config,
    state,
  )
  return judged
}

/** Names of what denies; a missing observation denies like the gate has it. */
export function denied(changes: Changes = {}, settings: object = {}, state?: BreakerState): string[] {
  return Object.entries(judge(changes, settings, state))
    .filter(([, { denies, observed }]) => denies || Number.isNaN(observed))
    .map(([name]) => name)
}

export const file = (text: string, name = 'limits.yaml'): object => ({ rulesets: [{ file: name, text }] })

/** What is said of settings that are refused. */
export function findings(settings: object): string[] {
  return (v.safeParse(hrm.config, settings).issues ?? []).map(({ message }) => message)
}
