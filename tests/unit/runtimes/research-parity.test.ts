/** A paper session against its own backtest: nothing differs that need not; what differs is told with its reason. */

import * as v from 'valibot'
import { afterEach, describe, expect, it } from 'vitest'
import type { Ark } from '#core/ark.ts'
import { checkConfig } from '#core/config.ts'
import type { Plugin } from '#core/contract.ts'
import { installPlugins } from '#core/cycle/loader.ts'
import { digestConfig } from '#core/cycle/run-kernel.ts'
import { sealRoot } from '#core/gate/seal.ts'
import { readRuns } from '#core/journal/reader.ts'
import { defineStrategy } from '#core/strategy.ts'
import broker from '#plugins/broker-paper/index.ts'
import { compareWithBacktest, type Parity } from '#runtimes/research/parity.ts'
import { formatParity, isSame, toParityJson } from '#runtimes/research/parity-text.ts'
import { AGENTS } from '#tests/support/ark.ts'
import { type Box, createBox } from '#tests/support/box.ts'
import { bars, COIN, FEED, nextBar, order, renewLease, trade } from '#tests/support/trading.ts'

const opened: Box[] = []
afterEach(async () => {
  for (const box of opened.splice(0)) await box.remove()
})

type Act = (box: Box, ark: Ark) => Promise<void>

/** A session on a coin; `begin` makes it hold 10 at 100. */
async function session(act: Act, begin: Act = trade): Promise<Box> {
  const box = createBox()
  opened.push(box)
  const { ark } = await box.boot({ instruments: [COIN] })
  await begin(box, ark)
  await act(box, ark)
  await ark.stop()
  return box
}

async function parityOf(box: Box, plugins: readonly Plugin[] = AGENTS, config = checkConfig({}, 'test')) {
  const { ports } = box
  const database = await box.open()
  const installed = await installPlugins(plugins, config.plugins)
  const digests = {
    buildDigest: 'test',
    rulesetDigest: sealRoot(),
    configDigest: digestConfig(config, [COIN], plugins, ports.hash),
  }
  const lastSeq = Number((await database.query('SELECT max(seq) FROM journal'))[0]?.[0])
  const parts = { hash: ports.hash, config, instruments: [COIN], installed }
  const row = (await readRuns(database)).findLast(({ kind }) => kind === 'paper')
  if (row === undefined) throw new Error('There is no paper run.')
  return compareWithBacktest({ database, ports, parts, digests, lastSeq }, row, lastSeq)
}

const told = ({ differences }: Parity) =>
  differences.map(({ what, how, reason, paper, backtest }) => [what, how, reason, paper, backtest])

describe('a session differs from its backtest', () => {
  it('where the box had lost its lease', async () => {
    const box = await session(
      (own, ark) => nextBar(own, ark, 101),
      async (own, ark) => {
        // Nobody has renewed the lease yet that every start begins without.
        await ark.beginRun({ kind: 'paper', name: 'paper', seed: 'test' })
        await ark.offerRows(FEED, bars(own, [100, 100, 100]))
        await ark.offer('person', order('buy', 10))
        await nextBar(own, ark, 100)
      },
    )
    const parity = await parityOf(box)
    const [first, ...rest] = told(parity)
    expect(first?.slice(0, 3)).toEqual(['decision', 'verdict', 'mode'])
    expect(first?.[3]).toMatch(/^buy 10 COIN market, denied by .*watchdog_monitoring/)
    expect(first?.[4]).toBe('buy 10 COIN market, approved')
    // The backtest opens at once what the box refused.
    expect(rest.some(([what, how]) => what === 'fill' && how === 'extra')).toBe(true)
    expect(isSame(parity)).toBe(false)
    expect(parity.paper.fills).toBe(parity.backtest.fills - 1)
    expect(parity.host).toMatchObject({ 'lease/lost': 1, 'lease/renewed': 1 })
    expect(formatParity(parity)).toContain('mode, lease or audit of the box')
  })

  it('where a fill has another price and fee, as under other plugins', async () => {
    const box = await session((own, ark) => nextBar(own, ark, 101))
    const { simulate } = broker.broker as unknown as {
      simulate: { reduce: (...args: unknown[]) => unknown[] }
    }
    const dear = {
      ...broker,
      broker: {
        ...broker.broker,
        simulate: {
          ...simulate,
          reduce: (...args: unknown[]) =>
            simulate.reduce(...args).map((draft) => {
              const { type, payload } = draft as { type: string; payload: object }
              return type === 'order/filled'
                ? { type, payload: { ...payload, price: '100.5', fee: '3' } }
                : draft
            }),
        },
      },
    } as unknown as Plugin
    const parity = await parityOf(
      box,
      AGENTS.map((plugin) => (plugin.name === broker.name ? dear : plugin)),
    )
    expect(told(parity).map((row) => row.slice(0, 3))).toEqual([
      ['fill', 'price', 'queueing'],
      ['fill', 'fee', 'queueing'],
    ])
    expect(parity.backtest.fees).toBe(3_000_000)
    expect(parity.backtest.equity).toBeLessThan(parity.paper.equity)
  })

  it('where a person restricted the configuration since', async () => {
    const box = await session((own, ark) => nextBar(own, ark, 101))
    const parity = await parityOf(box, AGENTS, checkConfig({ restricted: ['COIN'] }, 'test'))
    expect(parity.sameDigests).toBe(false)
    expect(told(parity)[0]?.slice(0, 3)).toEqual(['decision', 'verdict', 'people'])
    expect(formatParity(parity)).toContain('under another configuration')
  })
})

describe('a session is repeated by its backtest', () => {
  it('with entries, exits, cancels and what people said', async () => {
    const box = await session(async (own, ark) => {
      for (const close of [101, 102, 103]) await nextBar(own, ark, close)
      await ark.offer('person', order('buy', 4, 103))
      await nextBar(own, ark, 104)
      await nextBar(own, ark, 111)
      await nextBar(own, ark, 112)
    })
    const parity = await parityOf(box)
    expect(told(parity)).toEqual([])
    expect(isSame(parity)).toBe(true)
    expect(parity.sameDigests).toBe(true)
    expect(parity.paper).toEqual(parity.backtest)
    // An entry and its target; the second order is denied in both. A look at the open is no decision anew.
    expect(parity.paper).toMatchObject({ decisions: 2, fills: 2 })
    expect(parity.inputs).toEqual({ 'order/requested': 2 })
    expect(parity.rows).toBe(10)
    expect(formatParity(parity)).toContain('nothing differs')
    expect(toParityJson(parity)).toMatchObject({ identical: true, differences: [], refused: { count: 0 } })
  })

  it('where agents decide on rows that reach the box late', async () => {
    const eager = defineStrategy({
      name: 'eager',
      version: '1.0.0',
      params: v.strictObject({}),
      initial: () => ({ bars: 0 }),
      onBar: (state, { close }) =>
        ++state.bars === 4
          ? {
              action: 'enter',
              direction: 'long',
              stop: close * 0.95,
              targets: [{ price: close * 1.15, portion: 1 }],
            }
          : undefined,
    }) as unknown as Plugin
    const kenny = AGENTS.findIndex(({ name }) => name === 'kenny')
    const plugins = [...AGENTS.slice(0, kenny), eager, ...AGENTS.slice(kenny)]
    const late = async (own: Box, ark: Ark, close: number) => {
      const rows = bars(own, [close])
      await own.time.advance(7_000)
      renewLease(ark)
      await ark.offerRows(FEED, rows)
      await own.time.advance(53_000)
    }
    const box = createBox()
    opened.push(box)
    const { ark } = await box.boot({ instruments: [COIN], plugins })
    await ark.beginRun({ kind: 'paper', name: 'paper', seed: 'test' })
    for (const close of [100, 101, 100, 101, 102, 103]) await late(box, ark, close)
    await ark.stop()
    const parity = await parityOf(box, plugins)
    expect(told(parity)).toEqual([])
    expect(parity.paper.fills).toBeGreaterThan(0)
    expect(parity.paper.decisions).toBeGreaterThan(0)
  })

  it('after a restart, with the account that the first run left behind', async () => {
    const box = await session(async (own, ark) => {
      await nextBar(own, ark, 101)
      // What the host said about itself then is no part of the account.
      await ark.control('watchdog', { type: 'lease/lost', payload: { reason: 'no beat' } })
    })
    const { ark } = await box.boot({ instruments: [COIN], buildDigest: 'another build' })
    await ark.beginRun({ kind: 'paper', name: 'paper', seed: 'test' })
    await ark.control('watchdog', { type: 'lease/renewed', payload: {} })
    await ark.offer('person', order('buy', 4, 101))
    for (const close of [102, 103, 112, 113]) await nextBar(box, ark, close)
    await ark.stop()
    const parity = await parityOf(box)
    expect(parity.runId).toBe('paper-2')
    expect(told(parity)).toEqual([])
    expect(parity.paper.fills).toBe(1)
    expect(parity.paper.equity).toBe(parity.backtest.equity)
  })
})
