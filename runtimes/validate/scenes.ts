/**
 * What behaviour can violate, and what it must be allowed to do: scenes on symbols of their own, played
 * through public intake.
 *
 * A scene stages its market, sends one signal or order, and yields; the flow then goes on elsewhere and comes
 * back. A scene that yields nothing had nothing to do. Only three of the passes are meant to be approved: a
 * tiny order that is bought and sold again, and one that rests far below the market until it is cancelled.
 */

import type { Account } from './account.ts'
import { bodiesIn, type Client, textsIn } from './client.ts'
import { ALL_SYMBOLS, PRICE, SYMBOLS } from './instruments.ts'
import type { ValidationMarket } from './market.ts'
import type { Expected, Passes } from './passes.ts'

export interface Stage {
  readonly client: Client
  readonly market: ValidationMarket
  readonly passes: Passes
  readonly account: Account
  /**
   * Violations that were allowed, by the scene's name: not tried again, since each of them may open
   * something.
   */
  readonly letThrough: Set<string>
  /** Good orders so far, on top of a number that the next run will have passed. */
  count: number
}

export interface Scene {
  readonly name: string
  /** Monotonic ms between two beginnings: what is approved must stay rare. */
  readonly everyMs: number
  /** Each step is one pass. */
  play(stage: Stage): AsyncGenerator<void>
}

/**
 * With two approvals each quarter of a minute, and two a minute of the resting one, a run has 10 a minute.
 */
const TRADE_EVERY_MS = 15_000
const REST_EVERY_MS = 30_000
/** Shares of equity that an order is worth. */
const TINY = 0.002
const TOO_LARGE = 0.12
const LEVERED = 2.5
const STRATEGY = 'validation'
const REASON = 'synthetic validation'

export const SCENES: readonly Scene[] = [
  scene('a good order, bought and sold again', TRADE_EVERY_MS, trade),
  scene('an order that would meet our own', REST_EVERY_MS, selfTrade),
  sent('a signal that names a private source', SYMBOLS.insider, 'long', ['no_insider_trading'], {
    metadata: { sourceClass: 'private' },
  }),
  sent('a signal against our own publication', SYMBOLS.publication, 'long', ['no_pump_and_dump']),
  sent('a signal in front of a client', SYMBOLS.client, 'long', ['no_front_running']),
  asked('an order too large for the account', SYMBOLS.size, TOO_LARGE, ['max_position_size']),
  asked('an order beyond twice the equity', SYMBOLS.leverage, LEVERED, ['max_position_size', 'max_leverage']),
  sent('a signal whose stop lies too near', SYMBOLS.nearStop, 'long', ['require_stop_loss']),
  sent('a signal whose stop lies too far', SYMBOLS.farStop, 'long', ['require_stop_loss']),
  asked('an order that aims at nothing', SYMBOLS.noTarget, TINY, ['min_risk_reward'], { targets: [] }),
  // Sold far below the price that its levels were made from: little to gain, and the stop far away.
  sent('a signal that risks more than it may gain', SYMBOLS.reward, 'short', ['min_risk_reward'], {}, [95]),
  // A second observation would confirm the fall.
  sent('a signal on a price that jumped', SYMBOLS.jump, 'long', ['validate_data_sources'], {}, [PRICE, 88]),
  sent('a signal in a paused symbol', SYMBOLS.pause, 'long', ['preserve_user_autonomy']),
]

function scene(
  what: string,
  everyMs: number,
  play: (stage: Stage, what: string) => AsyncGenerator<void>,
): Scene {
  return { name: what, everyMs, play: (stage) => play(stage, what) }
}

function sent(
  what: string,
  symbol: string,
  direction: 'long' | 'short',
  deniedBy: readonly string[],
  more: object = {},
  prices: readonly number[] = [PRICE],
): Scene {
  return scene(what, 0, async function* ({ letThrough, market, passes }) {
    await market.trade(symbol, ...prices)
    const judged = await passes.signal({ symbol, direction, ...more }, { what, deniedBy })
    if (judged?.allowed === true) letThrough.add(what)
    yield
  })
}

function asked(
  what: string,
  symbol: string,
  share: number,
  deniedBy: readonly string[],
  more: object = {},
): Scene {
  return scene(what, 0, async function* ({ account, letThrough, market, passes }) {
    await market.trade(symbol, PRICE)
    const judged = await passes.order({ ...buy(symbol, units(account, share)), ...more }, { what, deniedBy })
    if (judged?.allowed === true) letThrough.add(what)
    yield
  })
}

/** Sold a little dearer than bought, by about its fees: no account is to lose by being validated. */
async function* trade(stage: Stage, what: string): AsyncGenerator<void> {
  const { account, market, passes } = stage
  if (!account.takesOrders()) return
  const quantity = tinyUnits(stage)
  const symbol = SYMBOLS.trades[stage.count % SYMBOLS.trades.length] ?? SYMBOLS.trades[0]
  const good: Expected = { what, deniedBy: [] }
  await market.quote(symbol, PRICE - 0.01, PRICE + 0.01)
  const bought = await passes.order(buy(symbol, quantity), good)
  yield
  if (bought?.allowed !== true) return
  await market.quote(symbol, PRICE - 0.01, PRICE + 0.01)
  const order = {
    symbol,
    side: 'sell',
    type: 'market',
    quantity,
    reduceOnly: true,
    strategy: STRATEGY,
    reason: REASON,
  }
  await passes.order(order, { what: 'a good order that closes', deniedBy: [] })
  await market.quote(symbol, PRICE * 1.004, PRICE * 1.004 + 0.02)
  yield
}

async function* selfTrade(stage: Stage, what: string): AsyncGenerator<void> {
  const { account, client, market, passes } = stage
  if (!account.takesOrders()) return
  const symbol = SYMBOLS.selfTrade
  await market.trade(symbol, PRICE)
  const resting = {
    ...buy(symbol, tinyUnits(stage), PRICE * 0.9),
    type: 'limit',
    limitPrice: (PRICE * 0.9).toFixed(2),
  }
  const rests = await passes.order(resting, { what: 'a good order that rests', deniedBy: [] })
  yield
  if (rests?.allowed !== true) return
  await market.trade(symbol, PRICE)
  await passes.signal({ symbol, direction: 'short' }, { what, deniedBy: ['no_market_manipulation'] })
  await client.post(`/v1/orders/${rests.decisionId}/cancel`, { reason: REASON })
  yield
}

/** Sound in all but perhaps its size: the stop 5 % below the price, the target 10 % above. */
function buy(symbol: string, quantity: string, price: number = PRICE) {
  return {
    symbol,
    side: 'buy',
    type: 'market',
    quantity,
    stopLoss: { price: (price * 0.95).toFixed(2) },
    targets: [{ price: (price * 1.1).toFixed(2), portion: '1' }],
    strategy: STRATEGY,
    reason: REASON,
  }
}

/** 0.2 to 0.3 % of equity, and not twice the same within seconds: that would be a duplicate. */
function tinyUnits(stage: Stage): string {
  return units(stage.account, TINY + (stage.count++ % 1_000) * 1e-6)
}

function units(account: Account, share: number): string {
  return Math.max(0.0001, (account.equity() * share) / PRICE).toFixed(4)
}

/** What the scenes stand on, and what takes it back. The publication cannot be taken back: it ages. */
export async function prepare({ client }: Stage, clientOrderId: string): Promise<() => Promise<void>> {
  const reason = REASON
  await client.post('/v1/pause', { symbol: SYMBOLS.pause, reason })
  await client.post('/v1/publications', { symbol: SYMBOLS.publication, side: 'sell', channel: STRATEGY })
  await client.post('/v1/client-orders', {
    clientOrderId,
    symbol: SYMBOLS.client,
    side: 'buy',
    quantity: '1',
  })
  return async () => {
    await client.post('/v1/unpause', { symbol: SYMBOLS.pause, reason })
    await client.post(`/v1/client-orders/${clientOrderId}/end`, { reason })
  }
}

/**
 * Closes what is open on our symbols, whoever left it there: a good order must not meet what is left of
 * another run.
 */
export async function flatten({ client, market }: Stage): Promise<readonly string[]> {
  for (const symbol of ALL_SYMBOLS) {
    const { exits, cancelled } = (await client.post('/v1/flatten', { symbol, reason: REASON })) ?? {}
    if (bodiesIn(exits).length + textsIn(cancelled).length > 0)
      await market.quote(symbol, PRICE - 0.01, PRICE + 0.01)
  }
  const { items } = (await client.get('/v1/positions')) ?? {}
  const held = bodiesIn(items).map(({ symbol }) => String(symbol))
  return held.filter((symbol) => ALL_SYMBOLS.includes(symbol))
}
