/** What happened and why, and what the box says of itself. */

import { decision, time } from '../components.ts'
import { answer, CURSOR, LIMIT, type Operation, PAGE, RUN, read, SEQ_CURSOR, SYMBOL } from '../operation.ts'
import {
  anything,
  byName,
  choice,
  flag,
  integer,
  listOf,
  named,
  names,
  number,
  object,
  page,
  type Schema,
  text,
} from '../schema.ts'
import { run } from './account.ts'

const running = { problems: ['NOT_RUNNING'] } as const
const afterwards: Schema = {
  anyOf: [object({ unknown: text }), object({ stream: text, rows: integer, until: time, outcome: text })],
}

const explained = object(
  {
    ...decision,
    rules: listOf(named('RuleResult')),
    limits: listOf(named('LimitResult')),
    facts: text,
    factsDigest: text,
    orderHash: text,
    rulesetDigest: text,
    rederived: object({ agrees: flag, factsDigest: text }),
    causes: listOf(named('ShownEvent')),
    permit: { anyOf: [choice('redeemed', 'lapsed', 'open'), { type: 'null' }] },
    consequences: listOf(named('ShownEvent')),
    afterwards,
    explanation: object({
      request: text,
      outcome: text,
      because: names,
      nearest: names,
      steps: names,
      afterwards: names,
    }),
  },
  { nearest: named('OrderChange'), noNearest: names },
)

export const JOURNAL: readonly Operation[] = [
  read('Journal', '/v1/decisions', 'Decisions, newest first', answer('In short.', page(named('Decision'))), {
    query: [
      LIMIT,
      SEQ_CURSOR,
      RUN,
      { name: 'verdict', about: 'Only these.', schema: choice('approved', 'denied', 'held') },
      SYMBOL,
      { name: 'rule', about: 'Where this rule, or this limit, stood in the way.', schema: text },
    ],
    problems: ['NOT_RUNNING', 'NOT_FOUND'],
  }),
  read(
    'Journal',
    '/v1/decisions/:id',
    'One decision, explained',
    answer(
      'All 26 rules judged again from the recorded facts, causes, consequences, the nearest order.',
      explained,
    ),
    { parameters: { id: 'decisionId' }, problems: ['DECISION_NOT_FOUND'] },
  ),
  read(
    'Journal',
    '/v1/traces/:traceId',
    'One trace from input to verification',
    answer(
      'Its events, and which of the six agents had their say.',
      object({
        traceId: text,
        events: listOf(named('ShownEvent')),
        agentsSeen: names,
        agentsMissing: names,
        complete: flag,
        latencyMs: { ...number, description: 'From receipt to durable commit.' },
      }),
    ),
    { parameters: { traceId: '32 hex digits' }, problems: ['TRACE_NOT_FOUND'] },
  ),
  read(
    'Journal',
    '/v1/events',
    'The journal, oldest first',
    {
      about:
        'A page of it; with Accept text/event-stream the live feed: id = seq, event = type, data = body.',
      schema: page(named('Event')),
      also: { 'text/event-stream': text },
    },
    {
      about: 'The live feed resumes by Last-Event-ID, or begins after `after`.',
      query: [
        { name: 'after', about: 'Events after this seq.', schema: CURSOR.schema },
        { name: 'agent', about: 'Of this source only.', schema: text },
        { name: 'type', about: 'Of this type only.', schema: text },
        LIMIT,
        CURSOR,
      ],
    },
  ),
  read(
    'Journal',
    '/v1/audit/checkpoint',
    'The signed head of the journal',
    {
      about: 'The whole note and the key that it verifies with.',
      schema: object({ origin: text, size: integer, root: text, checkpoint: text, publicKey: text }),
      also: { 'text/plain': text },
    },
    { problems: ['NOT_FOUND'], about: 'With Accept text/plain the note alone.' },
  ),
]

const plugin = object({
  name: text,
  version: text,
  kind: text,
  consumes: names,
  emits: names,
  needs: names,
  state: text,
  handled: integer,
  failures: integer,
  slowestMs: number,
  why: text,
})
const rule = object({
  number: integer,
  rule: text,
  category: text,
  value: { type: ['number', 'boolean'] },
  severity: text,
  effect: text,
  summary: text,
})

export const BOX: readonly Operation[] = [
  read('Box', '/v1/plugins', 'What is loaded', answer('In load order.', page(plugin)), { query: PAGE }),
  read(
    'Box',
    '/v1/rules',
    'The 26 rules',
    answer('As sealed.', page(rule, { graveyardDigest: text, sealHolds: flag })),
    { query: PAGE },
  ),
  read(
    'Box',
    '/v1/mode',
    'What is allowed now',
    answer('The mode and why.', object({ ...run, reasons: names })),
    running,
  ),
  read(
    'Box',
    '/v1/config',
    'What is configured',
    answer(
      'With all defaults; secrets are masked.',
      object({ configDigest: text, config: byName(anything) }),
    ),
  ),
]
