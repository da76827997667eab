import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ark } from '#core/ark.ts'
import { equityOf } from '#core/book/book.ts'
import type { ArkEvent, EventType } from '#core/contract.ts'
import { createRefolder, refoldPage } from '#core/cycle/refold.ts'
import { createRunKernel } from '#core/cycle/run-kernel.ts'
import { takeSnapshot } from '#core/cycle/snapshot.ts'
import { ArkError } from '#core/errors.ts'
import { modeOf, modeReasons } from '#core/gate/mode.ts'
import { readPage } from '#core/journal/reader.ts'
import type { TestArk, TestArkOptions } from '../support/ark.ts'
import { type Box, createBox, createTestKeys } from '../support/box.ts'
import { bars, COIN, FEED, nextBar, order, trade } from '../support/trading.ts'

let box: Box
beforeEach(() => {
  box = createBox()
})
afterEach(() => box.remove())

const TERMS = { kind: 'paper', name: 'paper', seed: 'test' } as const
const boot = (options: TestArkOptions = {}): Promise<TestArk> => box.boot({ instruments: [COIN], ...options })

function kernelOf(ark: Ark) {
  if (ark.cycle === undefined) throw new Error('No run has begun.')
  return ark.cycle.kernel
}

/** What a restart must not change: the account, its orders, the verdicts so far. */
function accountOf(ark: Ark) {
  const { book, context, state } = kernelOf(ark)
  const held = book.state.symbols.filter((entry) => entry.position !== 0 || entry.open.length > 0)
  return {
    cash: book.state.cash,
    equity: equityOf(book),
    fees: book.state.fees,
    held: held.map(({ symbol, position, cost, mark, open }) => ({ symbol, position, cost, mark, open })),
    halted: context.mode.halted,
    decisions: state.decisions,
    decisionDigest: state.decisionDigest,
  }
}

async function journaled(from = 1): Promise<readonly ArkEvent[]> {
  const database = await box.open()
  const events: ArkEvent[] = []
  for (let first = from; ; ) {
    const page = await readPage(database, first)
    if (page === undefined) return events
    events.push(...page.events)
    first = page.last + 1
  }
}

const typesOf = (events: readonly ArkEvent[]): readonly EventType[] => events.map(({ type }) => type)

describe('a boot refuses', () => {
  it('a database of a newer schema', async () => {
    await (await boot()).ark.stop()
    const database = await box.open()
    await database.commit([{ sql: 'INSERT INTO schema_version VALUES (99)' }])
    await box.kill()
    await expect(boot()).rejects.toMatchObject({ code: 'STORE_FAILED', where: 'schema' })
  })

  it('a run that another box’s key began, since its heads are not ours', async () => {
    const { ark } = await boot()
    await trade(box, ark)
    await ark.stop()
    await box.kill()
    const ports = { ...box.ports, keys: createTestKeys(2) }
    await expect(boot({ ports })).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' })
  })
})

describe('a boot goes on', () => {
  it('after a clean stop, from the snapshot [REQ_INFRA_04] [REQ_MEM_02]', async () => {
    const before = await boot()
    await trade(box, before.ark)
    const account = accountOf(before.ark)
    expect(account.held[0]?.open.map(({ role }) => role)).toEqual(['stop', 'target'])
    await before.ark.stop()
    await box.kill()
    const { ark, fatal } = await boot()
    const run = await ark.beginRun(TERMS)
    expect(run).toMatchObject({ resumed: true, terms: { runId: 'paper-1' } })
    expect(accountOf(ark)).toEqual(account)
    expect(typesOf(await journaled()).filter((type) => type === 'run/started')).toHaveLength(1)
    expect(fatal).toEqual([])
  })

  it('after a kill, without any snapshot [REQ_MEM_02] [REQ_REC_02]', async () => {
    const before = await boot()
    await trade(box, before.ark)
    const account = accountOf(before.ark)
    const lastSeq = before.ark.journal.lastSeq
    await box.kill()
    expect(await (await box.open()).query('SELECT count(*) FROM snapshot')).toEqual([[0]])
    const { ark } = await boot()
    expect(ark.journal.lastSeq).toBe(lastSeq)
    await ark.beginRun(TERMS)
    expect(accountOf(ark)).toEqual(account)
  })

  it('as if it had never been away: what follows is the same as in a box never restarted [REQ_MEM_02]', async () => {
    const other = createBox()
    const straight = (await other.boot({ instruments: [COIN] })).ark
    await trade(other, straight)
    const { ark: before } = await boot()
    await trade(box, before)
    await box.kill()
    const { ark } = await boot()
    await ark.beginRun(TERMS)
    for (const [of, running] of [
      [other, straight],
      [box, ark],
    ] as const) {
      await running.control('watchdog', { type: 'lease/renewed', payload: {} })
      await running.offer('person', order('buy', 3))
      for (const close of [101, 112, 90]) await nextBar(of, running, close)
    }
    expect(accountOf(ark).decisions).toBe(2)
    expect(accountOf(ark)).toEqual(accountOf(straight))
    await other.remove()
  })

  it('with the lease lost, so that nothing opens before the watchdog has looked', async () => {
    const before = await boot()
    await trade(box, before.ark)
    await box.kill()
    const { ark } = await boot()
    await ark.beginRun(TERMS)
    expect(modeOf(kernelOf(ark).context.mode)).toBe('reducing')
    await ark.offer('person', order('buy', 1))
    const last = (await journaled()).findLast(({ type }) => type.startsWith('decision/'))
    expect(last).toMatchObject({
      type: 'decision/denied',
      payload: { deniedBy: expect.arrayContaining(['emergency_halt_enabled', 'watchdog_monitoring']) },
    })
  })

  it.each(['stop', 'kill'] as const)('halted after a %s, until a person resumes', async (end) => {
    const before = await boot()
    await trade(box, before.ark)
    const halt = { mode: 'halted', principal: 'person:test', reason: 'enough' } as const
    await before.ark.control('person', { type: 'mode/requested', payload: halt })
    if (end === 'stop') await before.ark.stop()
    await box.kill()
    const { ark } = await boot()
    await ark.beginRun(TERMS)
    await ark.control('watchdog', { type: 'lease/renewed', payload: {} })
    expect(modeReasons(kernelOf(ark).context.mode)).toEqual(['enough'])
    await ark.control('person', { type: 'mode/requested', payload: { ...halt, mode: 'active' } })
    expect(modeOf(kernelOf(ark).context.mode)).toBe('active')
  })

  it('with a new run after one that has ended', async () => {
    const before = await boot()
    await trade(box, before.ark)
    await before.ark.endRun('done', () => '{}')
    await before.ark.stop()
    await box.kill()
    const { ark } = await boot()
    const run = await ark.beginRun(TERMS)
    expect(run).toMatchObject({ resumed: false, terms: { runId: 'paper-2', previousSeq: 0 } })
    expect(accountOf(ark)).toMatchObject({ cash: 100_000_000_000, held: [], decisions: 0 })
  })

  it('with a new backtest after one that kept no market data and was killed', async () => {
    const terms = { kind: 'backtest', name: 'history', seed: 'test', market: 'digest' } as const
    const before = await boot()
    await before.ark.beginRun(terms)
    await before.ark.offerRows(FEED, bars(box, [100, 100]))
    await before.ark.offer('person', order('buy', 10))
    await box.kill()
    const { ark } = await boot()
    expect(await ark.beginRun(terms)).toMatchObject({ resumed: false, terms: { runId: 'history-2' } })
  })
})

describe('under another build', () => {
  it('the account, its working orders and its mode go over into a new run', async () => {
    const before = await boot()
    await trade(box, before.ark)
    const halt = { mode: 'halted', principal: 'person:test', reason: 'enough' } as const
    await before.ark.control('person', { type: 'mode/requested', payload: halt })
    const account = accountOf(before.ark)
    await box.kill()
    const { ark } = await boot({ buildDigest: 'next' })
    const run = await ark.beginRun(TERMS)
    expect(run).toMatchObject({
      resumed: false,
      terms: { runId: 'paper-2', previousSeq: 1, buildDigest: 'next' },
    })
    const { decisions: _decisions, decisionDigest: _digest, ...carried } = account
    expect(accountOf(ark)).toMatchObject(carried)
    expect(modeReasons(kernelOf(ark).context.mode)[0]).toBe('enough')
  })

  it('what left lately still counts against the rules on loops and rates', async () => {
    const before = await boot()
    await trade(box, before.ark)
    const { executions, parents } = kernelOf(before.ark).context.flow
    expect(executions).toHaveLength(1)
    await box.kill()
    const { ark } = await boot({ buildDigest: 'next' })
    await ark.beginRun(TERMS)
    expect(kernelOf(ark).context.flow).toMatchObject({ executions, parents })
  })

  it('the carried stop fills, once', async () => {
    const before = await boot()
    await trade(box, before.ark)
    await box.kill()
    const { ark } = await boot({ buildDigest: 'next' })
    const run = await ark.beginRun(TERMS)
    await nextBar(box, ark, 94)
    await nextBar(box, ark, 94)
    const since = await journaled(run.seq)
    expect(since.filter(({ type }) => type === 'order/filled')).toMatchObject([
      { payload: { orderId: 'paper-1-1.stop', role: 'stop', quantity: '10', remaining: '0' } },
    ])
    expect(accountOf(ark).held).toEqual([])
  })

  it('orders that were decided inside a chunk of many rows are worked by the rows that followed them', async () => {
    const before = await boot()
    const { ark: old } = before
    await old.beginRun({ kind: 'paper', name: 'paper', seed: 'test' })
    await old.control('watchdog', { type: 'lease/renewed', payload: {} })
    await old.offerRows(FEED, wave(box))
    const account = accountOf(old)
    expect(typesOf(await journaled())).toContain('order/filled')
    const brokerState = (ark: Ark) => {
      const state = kernelOf(ark).slots.broker?.state as { books: unknown }
      return JSON.parse(JSON.stringify(state.books)) as unknown
    }
    const books = brokerState(old)
    await box.kill()
    const { ark } = await boot({ buildDigest: 'next' })
    await ark.beginRun(TERMS)
    expect(accountOf(ark).held).toEqual(account.held)
    expect(brokerState(ark)).toEqual(books)
  })

  it('the loss of the day stays latched', async () => {
    const before = await boot()
    await before.ark.beginRun(TERMS)
    await before.ark.control('watchdog', { type: 'lease/renewed', payload: {} })
    await before.ark.offerRows(FEED, bars(box, [100, 100, 100]))
    await before.ark.offer('person', order('buy', 90))
    await nextBar(box, before.ark, 100)
    const { book, context } = kernelOf(before.ark)
    book.state.dayStartEquity = book.state.dayStartEquity * 1.06
    await before.ark.offer('person', order('buy', 1))
    expect(context.mode.causes.day_loss).toBeDefined()
    await box.kill()
    const { ark } = await boot({ buildDigest: 'next' })
    await ark.beginRun(TERMS)
    expect(kernelOf(ark).context.mode.causes.day_loss).toBeDefined()
    expect(kernelOf(ark).book.state.dayLossLatched).toBe(true)
  })

  it('the new run resumes by itself, and a third build still knows what the first one bought', async () => {
    const first = await boot()
    await trade(box, first.ark)
    const { held, cash } = accountOf(first.ark)
    await box.kill()
    await (await boot({ buildDigest: 'next' })).ark.beginRun(TERMS)
    await box.kill()
    const second = await boot({ buildDigest: 'next' })
    expect(await second.ark.beginRun(TERMS)).toMatchObject({ resumed: true, terms: { runId: 'paper-2' } })
    expect(accountOf(second.ark)).toMatchObject({ held, cash })
    await nextBar(box, second.ark, 101)
    await second.ark.stop()
    await box.kill()
    const third = await boot({ buildDigest: 'third' })
    expect(await third.ark.beginRun(TERMS)).toMatchObject({ resumed: false, terms: { runId: 'paper-3' } })
    expect(accountOf(third.ark)).toMatchObject({
      cash,
      held: [{ symbol: 'COIN', position: held[0]?.position }],
    })
  })

  it('money is carried over, not taken from a configuration that says otherwise now', async () => {
    const before = await boot()
    await trade(box, before.ark)
    const { cash } = accountOf(before.ark)
    await box.kill()
    const { ark } = await boot({ config: { account: { openingCash: '900000' } } })
    await ark.beginRun(TERMS)
    expect(accountOf(ark).cash).toBe(cash)
  })

  it('a symbol that is restricted now is refused in the new run', async () => {
    const before = await boot()
    await trade(box, before.ark)
    await box.kill()
    const { ark } = await boot({ config: { restricted: ['COIN'] } })
    await ark.beginRun(TERMS)
    await ark.control('watchdog', { type: 'lease/renewed', payload: {} })
    await nextBar(box, ark, 100)
    await ark.offer('person', order('buy', 1))
    const last = (await journaled()).findLast(({ type }) => type.startsWith('decision/'))
    expect(last).toMatchObject({
      type: 'decision/denied',
      payload: { deniedBy: expect.arrayContaining(['no_insider_trading']) },
    })
  })
})

describe('a commit that fails', () => {
  it('ends the box once, answers nobody with success, and the next boot is clean', async () => {
    const failing = createFailing()
    const { ark, fatal } = await boot({ database: failing.wrap(await box.open()) })
    await trade(box, ark)
    const account = accountOf(ark)
    const { lastSeq } = ark.journal
    failing.next()
    const outcomes = await Promise.allSettled([
      ark.offer('intake', { type: 'signal/received', payload: { symbol: 'COIN', direction: 'long' } }),
      ark.offer('person', order('buy', 1)),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await box.time.advance(5_000)
    expect(fatal).toMatchObject([{ code: 'STORE_FAILED' }])
    await expect(ark.offer('person', order('buy', 1))).rejects.toMatchObject({ code: 'STOPPING' })
    await ark.stop()
    await box.kill()
    const next = await boot()
    expect(next.ark.journal.lastSeq).toBe(lastSeq)
    await next.ark.beginRun(TERMS)
    expect(accountOf(next.ark)).toEqual(account)
    expect(next.fatal).toEqual([])
  })

  it('of a head alone ends the box once as well', async () => {
    const failing = createFailing()
    const { ark, fatal } = await boot({ database: failing.wrap(await box.open()) })
    await trade(box, ark)
    failing.next()
    await box.time.advance(5_000)
    expect(fatal).toMatchObject([{ code: 'STORE_FAILED' }])
    await expect(ark.offer('person', order('buy', 1))).rejects.toMatchObject({ code: 'STOPPING' })
  })
})

it('recomputation from the beginning of a run gives the state that the snapshot holds', async () => {
  const { ark, database } = await boot()
  await trade(box, ark)
  await nextBar(box, ark, 94)
  const { options, run } = ark
  if (run === undefined) throw new Error('No run has begun.')
  const parts = {
    hash: options.ports.hash,
    config: options.config,
    instruments: [COIN],
    installed: ark.installed,
  }
  const kernel = createRunKernel(parts, run.terms, run.seq, 'chunks')
  const page = await readPage(database, 1)
  if (page === undefined) throw new Error('The journal is empty.')
  refoldPage(createRefolder(kernel, 1), page)
  expect(JSON.parse(takeSnapshot(kernel))).toEqual(JSON.parse(takeSnapshot(kernelOf(ark))))
})

/** Bars of the last ten minutes that rise, fall and rise, so that agents open and close on their own. */
function wave(of: Box) {
  const closes = Array.from({ length: 200 }, (_, minute) => {
    const phase = minute % 80
    return 100 + (phase < 40 ? phase : 80 - phase) * 0.5
  })
  return bars(of, closes, COIN.symbol, '3s')
}

function createFailing() {
  let fails = false
  return {
    next: () => {
      fails = true
    },
    wrap: (database: Awaited<ReturnType<Box['open']>>) => ({
      ...database,
      commit: (statements: Parameters<typeof database.commit>[0]) => {
        if (!fails) return database.commit(statements)
        fails = false
        return Promise.reject(new ArkError('STORE_FAILED', box.path, 'The database refused (disk full).'))
      },
    }),
  }
}
