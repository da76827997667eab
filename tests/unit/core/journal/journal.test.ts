import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ArkEvent, EventPayloads, EventType } from '#core/contract.ts'
import { restoreTree } from '#core/cycle/boot.ts'
import { toBody } from '#core/journal/body.ts'
import { toChunk } from '#core/journal/chunk.ts'
import { appendEvent, flush, type Journal, openJournal, signHead } from '#core/journal/journal.ts'
import { leafHash, root } from '#core/journal/merkle.ts'
import {
  readBody,
  readDecision,
  readIdentities,
  readLeaves,
  readOrders,
  readPage,
  readRuns,
  readTrace,
} from '#core/journal/reader.ts'
import { readSnapshot, saveSnapshot } from '#core/journal/snapshots.ts'
import type { Database } from '#core/ports.ts'
import { openDatabase } from '#runtimes/shared/database.ts'
import { nativeHash } from '#runtimes/shared/hash.ts'
import { createTestKeys } from '../../../support/box.ts'
import { createVirtualTime, type EventStamp, eventOf } from '../../../support/host.ts'

let database: Database
let journal: Journal
beforeEach(async () => {
  database = await openDatabase(':memory:')
  journal = await open()
})
afterEach(() => database.close())

const open = () =>
  openJournal({ database, hash: nativeHash, keys: createTestKeys(1), clock: createVirtualTime().clock })
const trace = (number: number) => number.toString(16).padStart(12, '0').padEnd(32, '0')

let seq = 0
beforeEach(() => {
  seq = 0
})
const next = <T extends EventType>(type: T, payload: EventPayloads[T], stamp: EventStamp = {}): ArkEvent =>
  eventOf(type, payload, { seq: ++seq, traceId: trace(seq), ...stamp })
const signal = (payload: Record<string, string | number> = {}, stamp: EventStamp = {}) =>
  next('signal/received', payload, stamp)

/** Appends and commits in one batch; returns the bodies. */
async function write(...events: readonly ArkEvent[]): Promise<readonly string[]> {
  const bodies = events.map((event) => appendEvent(journal, event))
  await flush(journal, 0)
  return bodies
}

describe('the journal keeps every text byte for byte [REQ_AGENT_01]', () => {
  it.each([
    ['unicode', 'é ü 日本 🦊 \u2028 \u2029 \u{10ffff}'],
    ['escapes', '"\\\u0000\u0001\u001f\b\f\n\r\t/'],
    ['what SQL or JSON paths would read', `'; DROP TABLE journal; -- $.a[0] ? ?1 :a @b %s`],
    ['numbers in other spellings', '1e5 1E+5 -0 0.1000'],
  ])('%s', async (_name, text) => {
    const event = signal({ [text]: text, n: 1e21, small: 1e-7, minus: -0 })
    const [body] = await write(event)
    expect(await readBody(database, 1)).toBe(body)
    expect(body).toBe(toBody(event))
  })

  it('whatever the strings', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }),
        async (texts) => {
          const bodies = await write(...texts.map((text) => signal({ text })))
          const page = await readPage(database, seq - texts.length + 1)
          expect(page?.text).toBe(bodies.join(','))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('across the bounds of statements, pages and chunks', async () => {
    const events: ArkEvent[] = []
    for (let number = 0; number < 2_300; number++) {
      if (number % 700 === 650) {
        const rows = [{ symbol: 'A', time: 1, price: 100, quantity: 5 }]
        events.push(next('market/chunk', toChunk('feed', { kind: 'trades', rows })))
      } else events.push(signal({ number }))
    }
    const bodies = await write(...events)
    const pages = [
      await readPage(database, 1),
      await readPage(database, 1_001),
      await readPage(database, 2_001),
    ]
    expect(pages.map((page) => page?.events.length)).toEqual([1_000, 1_000, 300])
    expect(pages.map((page) => page?.text).join(',')).toBe(bodies.join(','))
    const leaves = bodies.map((body) => leafHash(nativeHash, body))
    expect(await readLeaves(database, 1, 2_300)).toBe(leaves.join(''))
  })
})

describe('readLeaves', () => {
  it('cuts out any range, from whichever batches hold it', async () => {
    const leaves: string[] = []
    for (const size of [1, 3, 2, 5]) {
      const bodies = await write(...Array.from({ length: size }, () => signal()))
      leaves.push(...bodies.map((body) => leafHash(nativeHash, body)))
    }
    for (let from = 1; from <= 11; from++)
      for (let to = from; to <= 11; to++)
        expect(await readLeaves(database, from, to)).toBe(leaves.slice(from - 1, to).join(''))
  })
})

describe('a failed commit', () => {
  it('leaves the file and the newest seq as they were [COMP_MUTABLE_CORE]', async () => {
    await write(signal())
    appendEvent(journal, signal())
    appendEvent(journal, { ...signal(), seq: 1 })
    await expect(flush(journal, 0)).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(journal.lastSeq).toBe(1)
    expect(
      await database.query('SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM batch)'),
    ).toEqual([[1, 1]])
  })
})

describe('the tables that people look things up in', () => {
  it('find the events of a trace, wherever they stand, and no others [COMP_TRACING]', async () => {
    const [one, two] = [trace(1), `${trace(1).slice(0, 12)}${'f'.repeat(20)}`]
    const traces = [one, one, two, one, trace(9), one]
    await write(...traces.slice(0, 4).map((traceId) => signal({}, { traceId })))
    await write(...traces.slice(4).map((traceId) => signal({}, { traceId })))
    expect((await readTrace(database, one)).map((event) => event.seq)).toEqual([1, 2, 4, 6])
    expect((await readTrace(database, two)).map((event) => event.seq)).toEqual([3])
    expect(await readTrace(database, trace(5))).toEqual([])
  })

  it('follow an order from its submission to its end', async () => {
    const order = { symbol: 'A', side: 'buy', type: 'market', quantity: '2' } as const
    const working = (orderId: string, parent?: string) =>
      next('order/accepted', {
        orderId,
        ...order,
        role: parent === undefined ? 'entry' : 'stop',
        strategy: 's',
        ...(parent === undefined ? {} : { parent }),
      })
    const fill = (orderId: string, remaining: string) =>
      next('order/filled', {
        orderId,
        role: 'entry',
        symbol: 'A',
        side: 'buy',
        quantity: '1',
        price: '1',
        fee: '0',
        remaining,
        liquidity: 'taker',
        reason: '',
      })
    await write(
      next('order/submitted', { orderId: 'a', order, intent: 'open' }),
      working('a'),
      fill('a', '1'),
    )
    expect(await readOrders(database, 100, 10)).toEqual([
      { id: 'a', seq: 1, status: 'partly_filled', lastSeq: 3 },
    ])
    await write(fill('a', '0'), working('a.stop', 'a'))
    await write(next('order/rejected', { orderId: 'a', code: 'PERMIT_USED', reason: 'a forgery' }))
    await write(next('order/cancelled', { orderId: 'a.stop', remaining: '1', reason: '' }))
    await write(next('order/rejected', { orderId: 'b', code: 'DATA_INVALID', reason: 'refused' }))
    expect(await readOrders(database, 100, 10)).toEqual([
      { id: 'b', seq: 8, status: 'rejected', lastSeq: 8 },
      { id: 'a.stop', seq: 5, status: 'cancelled', lastSeq: 7 },
      { id: 'a', seq: 1, status: 'filled', lastSeq: 4 },
    ])
  })

  it.each(['approved', 'denied', 'held'] as const)('know a %s decision by its id', async (verdict) => {
    const decision = { decisionId: 'run-1-1' } as EventPayloads['decision/approved']
    const [body] = await write(next(`decision/${verdict}`, decision))
    expect(await readDecision(database, 'run-1-1')).toEqual({ seq: 1, id: 'run-1-1', verdict, body })
    expect(await readDecision(database, 'run-1-2')).toBeUndefined()
  })

  it('know each run and its end', async () => {
    const terms = { runId: 'paper-1', kind: 'paper' } as EventPayloads['run/started']
    await write(next('run/started', terms))
    expect(await readRuns(database)).toMatchObject([{ seq: 1, id: 'paper-1', kind: 'paper', endedSeq: null }])
    await write(next('run/ended', { runId: 'paper-1', reason: 'done', decisionDigest: '' }))
    expect(await readRuns(database)).toMatchObject([{ endedSeq: 2 }])
  })

  it('know an identity, its revocation, and its return under another token', async () => {
    const created = (tokenHash: string, roles: readonly string[]) =>
      next('identity/created', { id: 'ada', roles, tokenHash, by: 'person:root' })
    await write(created('h1', ['viewer', 'intake']))
    expect(await readIdentities(database)).toEqual([
      { id: 'ada', roles: ['viewer', 'intake'], tokenHash: 'h1', revoked: false },
    ])
    await write(next('identity/revoked', { id: 'ada', by: 'person:root' }))
    expect(await readIdentities(database)).toMatchObject([{ revoked: true }])
    await write(created('h2', ['admin']))
    expect(await readIdentities(database)).toEqual([
      { id: 'ada', roles: ['admin'], tokenHash: 'h2', revoked: false },
    ])
  })
})

describe('restoreTree', () => {
  async function reopened(): Promise<Journal> {
    const other = await open()
    await restoreTree(other)
    return other
  }

  it('of an empty journal is the empty tree', async () => {
    expect(root((await reopened()).tree)).toBe(root(journal.tree))
  })

  it.each([0, 2])(
    'comes from leaves alone, or from a snapshot and the leaves after it',
    async (snapshotAt) => {
      for (let batch = 1; batch <= 4; batch++) {
        await write(...Array.from({ length: batch * 300 }, () => signal()))
        await signHead(journal)
        if (batch === snapshotAt) await saveSnapshot(journal, 1, '{}')
      }
      await write(signal())
      const other = await reopened()
      expect(other.tree.size).toBe(3_001)
      expect(root(other.tree)).toBe(root(journal.tree))
    },
  )

  it('leaves aside a snapshot that no signed head covers', async () => {
    await write(signal())
    await saveSnapshot(journal, 1, '{}')
    await database.commit([{ sql: `UPDATE snapshot SET tree = '{"size":1,"nodes":["${'0'.repeat(64)}"]}'` }])
    expect(root((await reopened()).tree)).toBe(root(journal.tree))
  })

  it('refuses a snapshot’s tree that the head does not sign [REQ_REC_02] [CLAIM_11]', async () => {
    await write(signal())
    await signHead(journal)
    await saveSnapshot(journal, 1, '{}')
    await database.commit([{ sql: `UPDATE snapshot SET tree = '{"size":1,"nodes":["${'0'.repeat(64)}"]}'` }])
    await expect(reopened()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT', where: 'head 1' })
  })
})

describe('snapshots', () => {
  it('keep the two newest, and the state that each run began with [REQ_MEM_03]', async () => {
    for (const runSeq of [2, 2, 2, 5, 5]) {
      await write(signal())
      await saveSnapshot(journal, runSeq, `after ${seq}`)
    }
    const rows = await database.query('SELECT seq, run_seq FROM snapshot ORDER BY seq')
    expect(rows).toEqual([
      [1, 2],
      [4, 5],
      [5, 5],
    ])
    expect(await readSnapshot(database, 2, 'newest', journal.ports)).toMatchObject({
      seq: 1,
      state: 'after 1',
    })
    expect(await readSnapshot(database, 5, 'first', journal.ports)).toMatchObject({
      seq: 4,
      state: 'after 4',
    })
    expect(await readSnapshot(database, 5, 'newest', journal.ports)).toMatchObject({
      seq: 5,
      state: 'after 5',
    })
    expect(await readSnapshot(database, 9, 'newest', journal.ports)).toBeUndefined()
  })

  it.each([
    ['state', `replace(state, 'cash', 'cush')`],
    ['tree', `'{"size":0,"nodes":[]}'`],
    ['signature', `substr(signature, 5) || substr(signature, 1, 4)`],
  ])('are refused when somebody has changed the %s', async (column, value) => {
    await write(signal())
    await saveSnapshot(journal, 1, '{"cash":1}')
    await database.commit([{ sql: `UPDATE snapshot SET ${column} = ${value}` }])
    await expect(readSnapshot(database, 1, 'newest', journal.ports)).rejects.toMatchObject({
      code: 'JOURNAL_CORRUPT',
      where: 'snapshot 1',
    })
  })
})
