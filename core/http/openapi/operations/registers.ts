/** What people tell the box about the world, and who they are. */

import { IdentitySchema, InstrumentBody, ReasonSchema } from '../../bodies.ts'
import {
  ActionBody,
  CashBody,
  ClientOrderBody,
  ConsentBody,
  DividendBody,
  PublicationBody,
  SplitBody,
  TradingHaltBody,
  WithdrawBody,
} from '../../people/bodies.ts'
import { decimal, time } from '../components.ts'
import { act, answer, ENTERING, type Operation, PAGE, read } from '../operation.ts'
import { choice, flag, integer, listOf, named, names, object, orNull, page, text } from '../schema.ts'

const OPERATOR = ['operator'] as const
const ADMIN = ['admin'] as const
const terms = object({ quantity: decimal }, { limitPrice: decimal, stopPrice: decimal, trail: decimal })

export const REGISTERS: readonly Operation[] = [
  act(
    'Registers',
    '/v1/instruments',
    OPERATOR,
    'Register an instrument',
    {
      schema: InstrumentBody,
      example: { symbol: 'ETH', kind: 'crypto', venue: 'TEST', tick: '0.01', lot: '0.001', adv20: '500000' },
    },
    { 201: answer('From this seq on.', object({ symbol: text, seq: integer })) },
    {
      problems: ['CONFLICT'],
      about:
        'An unregistered symbol is common stock on the US calendar. Refused while the symbol has a position.',
    },
  ),
  act(
    'Registers',
    '/v1/publications',
    OPERATOR,
    'ARK published something',
    { schema: PublicationBody, example: { symbol: 'BTC', side: 'buy', channel: 'blog' } },
    {
      201: answer(
        'Nothing trades against it for 30 minutes.',
        object({ symbol: text, channel: text, seq: integer }),
      ),
    },
  ),
  act(
    'Registers',
    '/v1/client-orders',
    OPERATOR,
    'A client ordered',
    {
      schema: ClientOrderBody,
      example: { clientOrderId: 'client-1', symbol: 'BTC', side: 'buy', quantity: '2' },
    },
    { 201: answer('Ours do not overtake it.', object({ clientOrderId: text, seq: integer })) },
    { problems: ['CONFLICT'], about: '`expires` lies in the future.' },
  ),
  act(
    'Registers',
    '/v1/client-orders/:id/end',
    OPERATOR,
    'A client’s order is done',
    { schema: ReasonSchema, example: { reason: 'filled elsewhere' } },
    { 200: answer('From this seq on.', object({ clientOrderId: text, seq: integer })) },
    { problems: ['NOT_FOUND'], parameters: { id: 'Its clientOrderId.' } },
  ),
  act(
    'Registers',
    '/v1/consents',
    ADMIN,
    'Somebody consented',
    {
      schema: ConsentBody,
      example: { subject: 'client-1', scope: 'share_data', expires: '2999-01-01T00:00:00Z' },
    },
    {
      201: answer(
        'In force until it expires or is withdrawn.',
        object({ subject: text, scope: text, expires: time, seq: integer }),
      ),
    },
    { about: '`expires` lies in the future.' },
  ),
  act(
    'Registers',
    '/v1/consents/withdraw',
    ADMIN,
    'Somebody withdrew a consent',
    { schema: WithdrawBody, example: { subject: 'client-1', scope: 'share_data' } },
    {
      200: answer(
        'Gone, whether there was one or not.',
        object({ subject: text, scope: text, seq: integer }),
      ),
    },
  ),
  act(
    'Registers',
    '/v1/cash',
    OPERATOR,
    'Money was paid in or out',
    { schema: CashBody, example: { amount: '2500.00', reason: 'deposit of March' } },
    { 201: answer('The cash it leaves.', object({ amount: decimal, cash: decimal, seq: integer })) },
    { problems: ['CONFLICT'], about: 'Above zero is a deposit, below zero a withdrawal.' },
  ),
  act(
    'Registers',
    '/v1/splits',
    OPERATOR,
    'Shares were split',
    { schema: SplitBody, example: { symbol: 'ETH', ratio: '2:1', reason: 'announced' } },
    {
      201: answer(
        'What was carried through: the position, and each working order with its terms before and after.',
        object({
          symbol: text,
          numerator: integer,
          denominator: integer,
          seq: integer,
          position: object({ before: decimal, after: decimal }),
          orders: listOf(
            object({
              orderId: text,
              role: choice('entry', 'exit', 'stop', 'target'),
              before: terms,
              after: { ...orNull(terms), description: 'Null where the broker ended it.' },
            }),
          ),
        }),
      ),
    },
    { about: '`2:1` is two shares for each one held; `1:1` is refused.' },
  ),
  act(
    'Registers',
    '/v1/dividends',
    OPERATOR,
    'A dividend was paid',
    { schema: DividendBody, example: { symbol: 'ETH', amount: '0.25', reason: 'of the second quarter' } },
    {
      201: answer(
        'The position that it was paid on, and the cash it leaves.',
        object({ symbol: text, amount: decimal, position: decimal, cash: decimal, seq: integer }),
      ),
    },
    {
      problems: ['CONFLICT'],
      about: '`amount` is cash for each unit held. Who is short pays it; it is income and no deposit.',
    },
  ),
  act(
    'Registers',
    '/v1/trading-halts',
    OPERATOR,
    'A venue stops or resumes trading in a symbol',
    { schema: TradingHaltBody, example: { symbol: 'ETH', halted: false, reason: 'trading resumed' } },
    { 201: answer('From this seq on.', object({ symbol: text, halted: flag, seq: integer })) },
    { about: 'Working orders wait meanwhile, and none is filled; they may still be cancelled.' },
  ),
  {
    method: 'POST',
    path: '/v1/actions',
    group: 'Registers',
    summary: 'May this be done with data, or to the rules?',
    about:
      'Judged and answered, never obeyed. What looks like a secret is masked before it is ' +
      'journaled, and denied.',
    access: 'known',
    body: { schema: ActionBody, example: { action: 'share_data', subject: 'client-1', scope: 'share_data' } },
    answers: { 200: answer('The verdict.', named('ActionVerdict')) },
    problems: [...ENTERING, 'QUEUE_FULL'],
  },
]

const token = object({ id: text, roles: names, token: { ...text, description: 'Shown this once.' } })
const IDENTITY = { id: 'Of `GET /v1/identities`.' }
const stopping = ['STOPPING', 'NOT_RUNNING'] as const

export const IDENTITIES: readonly Operation[] = [
  {
    ...read(
      'Identities',
      '/v1/identities',
      'Who has a token',
      answer('Revoked ones too.', page(object({ id: text, roles: names, revoked: flag }))),
      { query: PAGE },
    ),
    access: { roles: ADMIN },
  },
  {
    method: 'POST',
    path: '/v1/identities',
    group: 'Identities',
    summary: 'Make an identity',
    access: { roles: ADMIN },
    body: { schema: IdentitySchema, example: { id: 'night-desk', roles: ['operator'] } },
    answers: { 201: answer('The token.', token) },
    problems: ['CONFLICT', ...stopping],
  },
  {
    method: 'POST',
    path: '/v1/identities/:id/rotate',
    group: 'Identities',
    summary: 'Exchange a token',
    about: 'One event ends the old one and begins the new one. Takes no body.',
    access: { roles: ADMIN },
    parameters: IDENTITY,
    answers: { 200: answer('The new token.', token) },
    problems: ['NOT_FOUND', ...stopping],
  },
  {
    method: 'POST',
    path: '/v1/identities/:id/revoke',
    group: 'Identities',
    summary: 'End a token',
    about: 'The last admin stays. Takes no body.',
    access: { roles: ADMIN },
    parameters: IDENTITY,
    answers: { 200: answer('From this seq on.', object({ id: text, seq: integer })) },
    problems: ['NOT_FOUND', 'CONFLICT', ...stopping],
  },
]
