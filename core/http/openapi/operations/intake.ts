/** What enters, and what is only asked. */

import * as v from 'valibot'
import { ScenarioSchema } from '../../../scenario/schema.ts'
import { AlertSchema, OrderSchema, SignalSchema } from '../../bodies.ts'
import { MarketSchema } from '../../market-body.ts'
import { accepted, verdict, verdictOptions } from '../components.ts'
import { act, answer, type Body, type Operation } from '../operation.ts'
import {
  exactlyOneOf,
  flag,
  integer,
  listOf,
  named,
  names,
  object,
  orNull,
  type Schema,
  text,
} from '../schema.ts'

const taken = answer('Committed; it is judged next.', object(accepted))

/** A price that its type needs has to be there, and one that it would ignore has not. */
const priceOf = (name: string, ...types: readonly string[]): Schema => ({
  if: { properties: { type: { enum: types } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: { required: [name] },
  else: { properties: { [name]: false } },
})

/** A stop that waits for an auction would sleep through what it is there for. */
const AUCTION: Schema = {
  if: { properties: { timeInForce: { enum: ['opg', 'cls'] } }, required: ['timeInForce'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: { properties: { type: { enum: ['market', 'limit'] } } },
}

const ORDER: Body = {
  schema: OrderSchema,
  narrow: {
    allOf: [
      priceOf('limitPrice', 'limit', 'stop_limit'),
      priceOf('stopPrice', 'stop', 'stop_limit', 'trailing_stop'),
      priceOf('trail', 'trailing_stop'),
      AUCTION,
    ],
  },
  example: {
    symbol: 'BTC',
    side: 'buy',
    type: 'limit',
    quantity: '0.5',
    limitPrice: '100.00',
    stopLoss: { price: '95' },
    targets: [{ price: '110', portion: '1' }],
    strategy: 'by-hand',
  },
}

const SIGNAL: Body = {
  schema: v.union([SignalSchema, AlertSchema]),
  example: { symbol: 'BTC', direction: 'long', price: '100.00', pattern: 'breakout' },
}
const SIGNAL_ABOUT =
  'Either form: symbol and direction, or the alert of a charting service with ticker and action. ' +
  'Whatever else it says is kept and believed by nobody; a price in it is never a reference.'
const QUEUED = ['QUEUE_FULL'] as const

const controlStep = object({
  number: integer,
  allowed: flag,
  deniedBy: names,
  unknown: names,
  held: names,
  limits: names,
  passed: { ...orNull(flag), description: 'Null where the step expects nothing.' },
})

export const INTAKE: readonly Operation[] = [
  act(
    'Intake',
    '/v1/signals',
    ['intake'],
    'Send a signal',
    SIGNAL,
    { 202: taken },
    {
      about: SIGNAL_ABOUT,
      problems: QUEUED,
    },
  ),
  {
    ...act(
      'Intake',
      '/v1/signals/:token',
      ['intake'],
      'Send a signal without a header',
      SIGNAL,
      { 202: taken },
      {
        about: `${SIGNAL_ABOUT} For senders that can set no header; the token is kept out of the log.`,
        problems: QUEUED,
      },
    ),
    access: { roles: ['intake'], inPath: true },
    parameters: { token: 'The bearer token.' },
  },
  act(
    'Intake',
    '/v1/market-data',
    ['feed'],
    'Send market data',
    {
      schema: MarketSchema,
      narrow: exactlyOneOf('bars', 'trades', 'quotes'),
      example: {
        source: 'test',
        trades: [{ symbol: 'BTC', time: '2024-06-12T15:00:00Z', price: '100.00', quantity: '2.5' }],
      },
    },
    { 202: taken },
    {
      about:
        'Up to 1,000 rows of one kind, of each symbol in time order; one bad row refuses the whole ' +
        'body. All bars of a body have one resolution. Rows of a source that the configuration ' +
        'does not register are on record and move nothing.',
      problems: [...QUEUED, 'DATA_INVALID', 'DATA_BACKWARDS'],
    },
  ),
  act(
    'Intake',
    '/v1/orders',
    ['operator'],
    'Send an order',
    ORDER,
    { 202: taken },
    {
      about: 'By a person; judged like any other. It moves nothing unless the gate allows it.',
      problems: QUEUED,
    },
  ),
]

export const QUESTIONS: readonly Operation[] = [
  {
    method: 'POST',
    path: '/v1/evaluate',
    group: 'Questions',
    summary: 'What would the gate say of this order?',
    about:
      'Judged as if it were sent now. Its decisionId is not stored. Works during the first-run ' +
      'replay, and without a price, which then denies.',
    access: 'read',
    body: ORDER,
    answers: {
      200: answer('The verdict; of a denial with the nearest order that would pass.', named('Verdict')),
    },
    problems: ['NOT_RUNNING'],
  },
  {
    method: 'POST',
    path: '/v1/controls/:rule',
    group: 'Questions',
    summary: 'Play a scenario against the rules',
    about:
      'A standing control: the same gate on a world of its own, so the mode, the journal and the ' +
      'watchdog never hear of it. A step holds one of `order`, `cancel`, `modify`, `market`, ' +
      '`publish` and `request`; at most 50 of them.',
    access: { roles: ['operator'] },
    parameters: { rule: 'The rule that it controls; `GET /v1/rules` lists them.' },
    body: {
      schema: ScenarioSchema,
      example: {
        clock: '2024-06-12T15:00:00Z',
        account: { equity: '100000' },
        instruments: [{ symbol: 'XYZ', floatShares: '50000000', adv20: '1000000' }],
        market: [{ symbol: 'XYZ', bid: '99.98', ask: '100.00' }],
        steps: [
          {
            order: {
              symbol: 'XYZ',
              side: 'buy',
              type: 'limit',
              quantity: '50',
              limitPrice: '100.00',
              targets: [{ price: '108', portion: '1' }],
              strategy: 's',
            },
            expect: { deniedBy: ['require_stop_loss'] },
          },
        ],
      },
    },
    answers: {
      200: answer(
        'The last step’s verdict, and in short those before it.',
        object({ ...verdict, rule: text, passed: flag, steps: listOf(controlStep) }, verdictOptions),
      ),
    },
    problems: ['NOT_FOUND'],
  },
]
