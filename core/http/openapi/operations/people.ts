/** What people do to the box, and the queues that wait for them. docs/PEOPLE.md says who may do what. */

import type { Role } from '../../../contract.ts'
import { ReasonSchema } from '../../bodies.ts'
import {
  AmendBody,
  DecideBody,
  FlattenBody,
  HaltBody,
  OverrideBody,
  PauseBody,
  RearmBody,
  RestrictBody,
  RevokeBody,
} from '../../people/bodies.ts'
import { accepted, decimal, judged, mode, time } from '../components.ts'
import { act, answer, type Body, type Operation, PAGE, read } from '../operation.ts'
import {
  choice,
  exactlyOneOf,
  flag,
  integer,
  listOf,
  named,
  names,
  object,
  orNull,
  page,
  text,
} from '../schema.ts'

const OPERATOR: readonly Role[] = ['operator']
const EITHER: readonly Role[] = ['operator', 'risk-officer']
const NOT_THERE = { problems: ['NOT_FOUND'] } as const
const TWO_PEOPLE = ['SECOND_PERSON', 'CONFLICT'] as const
const list = { problems: ['NOT_RUNNING'], query: PAGE } as const

const REASON: Body = { schema: ReasonSchema, example: { reason: 'as agreed' } }
const flattened = {
  cancelled: { ...names, description: 'Working orders that were asked to end.' },
  exits: listOf(named('Exit')),
}

const PAUSE: Body = {
  schema: PauseBody,
  narrow: exactlyOneOf('agent', 'symbol', 'strategy'),
  example: { symbol: 'BTC', reason: 'a fork' },
}
const PAUSED = { 200: answer('From this seq on.', object({ key: text, paused: flag, seq: integer })) }

export const MODE: readonly Operation[] = [
  act(
    'Mode',
    '/v1/halt',
    OPERATOR,
    'Halt',
    { schema: HaltBody, example: { reason: 'a feed looks wrong' } },
    { 200: answer('With `flatten`, what that did as well.', object({ mode, seq: integer }, flattened)) },
    { about: 'Entries are cancelled and nothing opens, over restarts, until a person resumes. Stops stay.' },
  ),
  act('Mode', '/v1/resume', OPERATOR, 'Resume', REASON, {
    200: answer('The mode now: `reducing` while something else keeps it so.', object({ mode, seq: integer })),
  }),
  act(
    'Mode',
    '/v1/drill/halt',
    OPERATOR,
    'Show that a halt holds',
    { ...REASON, example: { reason: 'weekly drill' } },
    {
      200: answer(
        'Whether the gate denied an opening while halted.',
        object({ passed: flag, seq: orNull(integer), mode }, { deniedBy: names }),
      ),
    },
    { about: 'Halts, asks the gate about an opening, resumes. A drill that fails leaves the box halted.' },
  ),
  read(
    'Mode',
    '/v1/pauses',
    'What is paused',
    answer('By key.', page(object({ key: text, kind: choice('agent', 'symbol', 'strategy'), name: text }))),
    list,
  ),
  act('Mode', '/v1/pause', OPERATOR, 'Pause an agent, a symbol or a strategy', PAUSE, PAUSED, {
    about: 'Nothing opens for what is paused; exits go on.',
  }),
  act('Mode', '/v1/unpause', OPERATOR, 'Take a pause back', PAUSE, PAUSED, NOT_THERE),
  read(
    'Mode',
    '/v1/latches',
    'What locked itself',
    answer(
      'After too many repetitions, or too large a loss.',
      page(
        object(
          { key: text, latch: choice('day_loss', 'repeated_execution') },
          { strategy: text, symbol: text, side: text },
        ),
      ),
    ),
    list,
  ),
  act(
    'Mode',
    '/v1/rearm',
    OPERATOR,
    'Re-arm what locked itself',
    {
      schema: RearmBody,
      example: { strategy: 'by-hand', symbol: 'BTC', side: 'buy', reason: 'looked into' },
    },
    { 200: answer('From this seq on.', object({ key: text, seq: integer })) },
    { problems: ['NOT_FOUND', 'CONFLICT'], about: 'A day’s loss only when its session is over.' },
  ),
  read(
    'Mode',
    '/v1/restrictions',
    'The restricted list',
    answer('Symbols that nothing may open.', page(object({ symbol: text }))),
    list,
  ),
  act(
    'Mode',
    '/v1/restrict',
    EITHER,
    'Restrict a symbol',
    { schema: RestrictBody, example: { symbol: 'BTC', reason: 'a merger' } },
    { 200: answer('From this seq on.', object({ symbol: text, restricted: flag, seq: integer })) },
  ),
]

export const LOOSENING: readonly Operation[] = [
  act(
    'Loosening',
    '/v1/unrestrict',
    EITHER,
    'Ask to take a symbol off the restricted list',
    { schema: RestrictBody, example: { symbol: 'BTC', reason: 'public now' } },
    { 202: answer('It waits 15 minutes for a second person, and dies with the process.', named('Waiting')) },
    { problems: ['NOT_FOUND', ...TWO_PEOPLE] },
  ),
  read(
    'Loosening',
    '/v1/overrides',
    'Limits that are lifted now',
    answer('Until when.', page(object({ limit: text, until: time }))),
    list,
  ),
  act(
    'Loosening',
    '/v1/overrides',
    EITHER,
    'Ask to lift a limit for a while',
    {
      schema: OverrideBody,
      narrow: exactlyOneOf('until', 'untilSeconds'),
      example: { limit: 'order_size', untilSeconds: 600, reason: 'a block trade' },
    },
    { 202: answer('It waits 15 minutes for a second person, and dies with the process.', named('Waiting')) },
    {
      problems: ['DENIED', ...TWO_PEOPLE],
      about:
        'A day at most. Reaches limits beside the rules; for one of the 26 the answer is DENIED ' +
        'with the verdict, which is journaled.',
    },
  ),
  act(
    'Loosening',
    '/v1/overrides/revoke',
    EITHER,
    'End an override',
    { schema: RevokeBody, example: { limit: 'order_size', reason: 'done early' } },
    { 200: answer('The limit holds again.', object({ limit: text, seq: integer })) },
    { ...NOT_THERE, about: 'Tightens, so one person does it.' },
  ),
  read(
    'Loosening',
    '/v1/approvals',
    'What waits for a person',
    answer('Held orders, and requests.', page(named('Waiting'))),
    list,
  ),
  act(
    'Loosening',
    '/v1/approvals/:id',
    EITHER,
    'Approve or reject what waits',
    { schema: DecideBody, example: { approve: true, reason: 'checked' } },
    {
      200: answer(
        'Of an order the verdict on it; of a request what came of it.',
        object(
          { id: text, kind: choice('order', 'override', 'unrestrict'), approved: flag },
          { ...accepted, ...judged, symbol: text, restricted: flag, limit: text, until: time },
        ),
      ),
    },
    {
      parameters: { id: 'Of `GET /v1/approvals`.' },
      problems: ['NOT_FOUND', 'DENIED', ...TWO_PEOPLE],
      about:
        'Bound to the hash of the order; the order is judged again at once, so no approval works ' +
        'twice. Nobody approves what they asked for themselves.',
    },
  ),
]

const ORDER_ID = { id: 'orderId of a working order.' }

export const ORDERS: readonly Operation[] = [
  act(
    'Orders',
    '/v1/flatten',
    OPERATOR,
    'Close positions',
    { schema: FlattenBody, example: { reason: 'out before the weekend' } },
    { 200: answer('What was cancelled, and an exit for each position.', object(flattened)) },
    { about: 'All symbols unless one is named. Works in every mode; each exit is judged like any order.' },
  ),
  act(
    'Orders',
    '/v1/orders/:id/cancel',
    OPERATOR,
    'Cancel a working order',
    { ...REASON, example: { reason: 'changed my mind' } },
    {
      200: answer(
        'Never denied. `cancelled` is false while a broker elsewhere has yet to answer.',
        object({ orderId: text, ...accepted, cancelled: flag }),
      ),
    },
    { ...NOT_THERE, parameters: ORDER_ID },
  ),
  act(
    'Orders',
    '/v1/orders/:id/amend',
    OPERATOR,
    'Amend a working order',
    { schema: AmendBody, example: { stopPrice: '96.50', reason: 'trail it' } },
    {
      200: answer(
        'Rule 8 denies a stop that moves away from the market, or less of one than is held.',
        object(
          { orderId: text, ...accepted, amended: flag, deniedBy: names },
          { quantity: decimal, limitPrice: decimal, stopPrice: decimal, trail: decimal },
        ),
      ),
    },
    {
      about:
        'In place goes what lowers the risk: a smaller quantity (what has filled is part of it), a stop closer ' +
        'to the market, a narrower trail, another limit of what closes. Anything else is a conflict: send an ' +
        'order that `replaces` this one, and it is judged as an order.',
      problems: ['NOT_FOUND', 'CONFLICT'],
      parameters: ORDER_ID,
    },
  ),
]
