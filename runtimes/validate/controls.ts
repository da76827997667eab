/**
 * The standing controls: for each rule one scenario that violates it and nothing else, and one that violates
 * nothing. Played by the box's own gate on a world of its own, so no permit can come of them.
 */

const CLOCK = '2024-06-12T15:00:00Z'
const EARLIER = '2024-06-12T14:50:00Z'

export interface Control {
  readonly rule: string
  /** What the last step is answered with, exactly. */
  readonly deniedBy: readonly string[]
  readonly held: readonly string[]
  readonly scenario: object
}

const ORDER = {
  symbol: 'XYZ',
  side: 'buy',
  type: 'limit',
  quantity: '50',
  limitPrice: '100.00',
  stopLoss: { price: '95' },
  targets: [{ price: '108', portion: '1' }],
  strategy: 's',
}
const XYZ = { symbol: 'XYZ', floatShares: '50000000', adv20: '1000000', shortable: true }
const QUOTE = { symbol: 'XYZ', bid: '99.98', ask: '100.00', ageSeconds: 1 }
const CONSENTS = [{ subject: 'anna', scope: 'research', expires: '2025-01-01T00:00:00Z' }]
const LETTER = { subject: 'anna', scope: 'research', payload: { note: 'write to anna@example.com' } }

/** `world` = members of the scenario, `step` = members of its only step, `order` = fields of its order. */
interface Deviation {
  readonly world?: object
  readonly step?: object
  readonly order?: object
}

function scenarioOf({ world, step, order }: Deviation): object {
  return {
    clock: CLOCK,
    account: { equity: '100000' },
    instruments: [XYZ],
    market: [QUOTE],
    steps: [step !== undefined && 'request' in step ? step : { order: { ...ORDER, ...order }, ...step }],
    ...world,
  }
}

const held = (symbols: readonly string[], quantity: string): object => ({
  market: [QUOTE, ...symbols.map((symbol) => ({ ...QUOTE, symbol }))],
  positions: symbols.map((symbol) => ({
    symbol,
    quantity,
    averagePrice: '100',
    stops: [{ quantity, price: '95' }],
  })),
})
const lists = (members: object): Deviation => ({ world: { lists: members } })
const happened = (members: object): Deviation => ({
  world: { history: [{ at: EARLIER, symbol: 'XYZ', ...members }] },
})
const request = (members: object, known: object = {}): Deviation => ({
  world: { lists: known },
  step: { request: members },
})

const VIOLATIONS: { readonly [rule: string]: Deviation } = {
  no_insider_trading: lists({ restricted: ['XYZ'] }),
  no_market_manipulation: {
    world: {
      working: [
        { id: 'w1', symbol: 'XYZ', side: 'sell', quantity: '5', limitPrice: '100.00', strategy: 't' },
      ],
    },
  },
  no_pump_and_dump: happened({ type: 'publication', side: 'sell', channel: 'telegram' }),
  no_front_running: happened({ type: 'client_order', side: 'buy', quantity: '10' }),
  max_position_size: { order: { quantity: '101' } },
  max_daily_loss: { world: { account: { equity: '95000', dayStartEquity: '100000' } } },
  max_leverage: { world: held(['AAA', 'BBB'], '1000') },
  require_stop_loss: { order: { stopLoss: { price: '99.95' } } },
  min_risk_reward: { order: { targets: [{ price: '107.40', portion: '1' }] } },
  max_concurrent_trades: { world: held(['AAA', 'BBB', 'CCC', 'DDD', 'EEE'], '10') },
  require_hrm_approval: { order: { type: 'iceberg' } },
  audit_all_actions: lists({ audit: 'lagged' }),
  user_override_allowed: request({
    action: 'override',
    limit: 'order_notional',
    reason: 'a large client',
    until: '2024-06-12T16:00:00Z',
    principal: 'anna',
    second: 'ben',
  }),
  emergency_halt_enabled: { world: { mode: 'halted' } },
  protect_user_data: request({ action: 'share_data', sink: 'blog', ...LETTER }, { consents: CONSENTS }),
  require_consent: request(
    { action: 'share_data', sink: 'archive', ...LETTER },
    { sinks: { archive: ['personal'] } },
  ),
  anonymize_logs: request(
    { action: 'write_log', sink: 'log', payload: LETTER.payload },
    { sinks: { log: ['personal'] } },
  ),
  encrypt_credentials: request(
    {
      action: 'store_data',
      subject: 'anna',
      scope: 'research',
      sink: 'vault',
      fields: [{ name: 'key', class: 'secret' }],
    },
    { consents: CONSENTS, sinks: { vault: ['personal', 'secret'] } },
  ),
  immutable_graveyard: request({ action: 'change_rules' }),
  watchdog_monitoring: lists({ lease: 'lost' }),
  validate_data_sources: { world: { market: [{ ...QUOTE, ageSeconds: 901 }] } },
  prevent_infinite_loops: { step: { hops: 33 } },
  preserve_user_autonomy: lists({ paused: ['symbol:XYZ'] }),
  transparent_reasoning: { step: { cause: 'none' } },
  reversible_actions: lists({ venues: { XNYS: { cancel: false } } }),
  human_in_loop_critical: { world: { account: { equity: '100000', kind: 'live' }, lists: { drill: true } } },
}

/** This rule makes an order wait for a person instead of denying it. */
const HOLDS = 'human_in_loop_critical'

export const CONTROLS: readonly Control[] = Object.entries(VIOLATIONS).map(([rule, deviation]) => ({
  rule,
  deniedBy: rule === HOLDS ? [] : [rule],
  held: rule === HOLDS ? [rule] : [],
  scenario: scenarioOf(deviation),
}))

/** Asked in the name of any rule. */
export const GOOD_CONTROL: Control = {
  rule: 'max_position_size',
  deniedBy: [],
  held: [],
  scenario: scenarioOf({}),
}
