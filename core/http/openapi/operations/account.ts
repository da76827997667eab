/** Money, positions, orders, and what is left of each limit. */

import { decimal, mode, order, orderOptions, time } from '../components.ts'
import { answer, LIMIT, type Operation, PAGE, RUN, read, SEQ_CURSOR, SYMBOL } from '../operation.ts'
import { choice, flag, integer, listOf, names, object, orNull, page, text } from '../schema.ts'

const running = { problems: ['NOT_RUNNING'] } as const
/** Which run, and how far. */
export const run = { runId: text, runKind: choice('backtest', 'paper', 'live'), mode, asOfSeq: integer }
const room = object({ quantity: decimal, boundBy: names })
const position = object({
  symbol: text,
  kind: text,
  side: choice('long', 'short'),
  quantity: { ...decimal, description: 'Signed.' },
  averagePrice: decimal,
  mark: decimal,
  markTime: time,
  value: decimal,
  unrealised: decimal,
  working: listOf(object({ orderId: text, quantity: decimal })),
})

const listedOrder = object(
  { orderId: text, status: text, seq: integer, time, traceId: text, lastSeq: integer, lastTime: time },
  {
    ...order,
    ...orderOptions,
    role: choice('entry', 'exit', 'stop', 'target'),
    parent: text,
    remaining: decimal,
  },
)

const headroom = object({
  name: text,
  of: { ...text, description: '`account`, a symbol, or strategy|symbol|side.' },
  unit: choice('ratio', 'count', 'quantity', 'cash', 'flag'),
  used: orNull(text),
  limit: orNull(text),
  left: { ...orNull(text), description: 'Below zero beyond the limit.' },
  denies: flag,
})

const risk = object({
  ...run,
  time,
  account: object({
    equity: decimal,
    dayStartEquity: decimal,
    dayLoss: decimal,
    dayLossLeft: decimal,
    gross: decimal,
    grossLeft: decimal,
    leverage: orNull(decimal),
  }),
  against: { ...names, description: 'What stands against every opening now.' },
  limits: listOf(headroom),
  positions: listOf(
    object({
      symbol: text,
      quantity: decimal,
      mark: decimal,
      value: decimal,
      share: orNull(decimal),
      covered: decimal,
      uncovered: decimal,
      stop: orNull(decimal),
      stopDistance: orNull(decimal),
    }),
  ),
  capacity: listOf(object({ symbol: text, price: decimal, buy: room, sell: room })),
  leftOff: integer,
  paused: names,
  restricted: names,
  latched: names,
  approvals: listOf(object({ decisionId: text, expires: time })),
  overrides: listOf(object({ limit: text, until: time })),
})

export const ACCOUNT: readonly Operation[] = [
  read(
    'Account',
    '/v1/account',
    'Money now',
    answer(
      'Out of the live book.',
      object({
        ...run,
        equity: decimal,
        cash: decimal,
        realised: decimal,
        unrealised: decimal,
        fees: decimal,
        dayStartEquity: decimal,
        dayPnl: decimal,
        turnover: decimal,
        positions: integer,
        workingOrders: integer,
        approvals: integer,
        denials: integer,
        time,
      }),
    ),
    running,
  ),
  read('Account', '/v1/positions', 'Open positions', answer('With their working orders.', page(position)), {
    ...running,
    query: PAGE,
  }),
  read(
    'Account',
    '/v1/orders',
    'Orders, newest first',
    answer('Told by their first and last event.', page(listedOrder)),
    {
      query: [LIMIT, SEQ_CURSOR, RUN],
      problems: ['NOT_RUNNING', 'NOT_FOUND'],
    },
  ),
  read(
    'Account',
    '/v1/risk',
    'What may still be sent',
    answer('Headroom of each limit, found by asking the gate.', risk),
    {
      ...running,
      query: [SYMBOL],
      about:
        'Of up to 20 symbols, or of the one that is named; account and positions are whole all the same. ' +
        'An answer that took long is given again for a while: `asOfSeq` and `time` say what it holds of.',
    },
  ),
]
