import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionOf } from '#core/book/sessions.ts'
import type { Bar } from '#core/contract.ts'
import { PRICE_SCALE } from '#core/math.ts'
import { DAY, MINUTE } from '#core/time.ts'
import { engineRows, engineSymbols, writeEngineCsv } from '#runtimes/bench/engine-market.ts'
import { besidePeer, type EnginePeer, findEnginePeers } from '#runtimes/bench/engine-peers.ts'
import { openEngineMarket, readAlone } from '#runtimes/bench/engine-read.ts'
import { type EngineRun, type Gate, marketOf, planEngine, runEngine } from '#runtimes/bench/engine-run.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'

const BARS = 5_000
let folder: string
let file: string

beforeAll(() => {
  folder = createTempDir()
  file = join(folder, 'bars.csv')
  const handle = openSync(file, 'w')
  writeEngineCsv(handle, BARS, 2)
  closeSync(handle)
})

afterAll(() => removeDir(folder))

describe('the market of the engine’s benches', () => {
  it('has a bar of each symbol for every minute of a session, and none outside', () => {
    const bars = barsOf(BARS, 2)
    expect(bars).toHaveLength(BARS)
    const times = bars.map(({ end }) => end)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(bars.slice(0, 3).map(({ symbol }) => symbol)).toEqual(['FUND0', 'FUND1', 'FUND0'])
    for (const { end } of bars) {
      const session = sessionOf(Math.floor(end / DAY))
      expect(end - MINUTE).toBeGreaterThanOrEqual(session?.open ?? Number.NaN)
      expect(end).toBeLessThanOrEqual(session?.close ?? Number.NaN)
    }
  })

  it('has whole cents, and highs and lows that hold the rest of the bar', () => {
    const odd = barsOf(BARS, 1).filter(({ open, high, low, close }) => {
      const cents = [open, high, low, close].every((price) => price % (PRICE_SCALE / 100) === 0)
      return !cents || high < Math.max(open, close) || low > Math.min(open, close) || low <= 0
    })
    expect(odd).toEqual([])
  })

  it('reads from its file as it was made', async () => {
    const market = await openEngineMarket(file, 2)
    const read: unknown[] = []
    for await (const step of market.steps()) if (step.kind === 'rows') read.push(...step.rows.rows)
    expect(read).toEqual(barsOf(BARS, 2))
    expect(market.quality.symbols.map(({ symbol }) => symbol)).toEqual(engineSymbols(2))
  })
})

describe('a run of the engine’s benches', () => {
  it('is no figure when nothing was traded', async () => {
    await expect(run(20, 'enforce')).rejects.toThrow('traded nothing')
  })

  it('is no figure when the file holds other rows than were written', async () => {
    await expect(readAlone(file, BARS + 1)).rejects.toThrow(`${BARS} rows were read`)
  })

  it('enters, fills and leaves with the gate enforced, and nearly alike when it observes', async () => {
    const enforced = await run(BARS, 'enforce')
    const observed = await run(BARS, 'observe')
    expect(enforced.approvals).toBeGreaterThan(100)
    expect(enforced.fills).toBeGreaterThan(enforced.approvals)
    expect(enforced.trades).toBeGreaterThan(50)
    expect(enforced.digest).toBe((await run(BARS, 'enforce')).digest)
    expect(Math.abs(observed.trades - enforced.trades)).toBeLessThan(enforced.trades / 20)
  })
})

describe('other engines', () => {
  it('are none where they were not fetched', () => {
    expect(findEnginePeers('/nowhere')).toEqual([])
  })

  it('that fail are named', async () => {
    const ours = () => run(BARS, 'enforce')
    await expect(besidePeer(peer('process.exit(3)'), file, ours)).rejects.toThrow('other failed')
  })

  it('are told the file and the terms, and compared by bars a second', async () => {
    const told = { version: '1.2.3', bars: 1_000, seconds: 2, trades: 7, endEquity: 12.345 }
    const script = `const [file, terms] = process.argv.slice(-2)
      if (file !== ${JSON.stringify(file)} || JSON.parse(terms).fast !== 12) process.exit(3)
      console.log('noise'); console.log(${JSON.stringify(JSON.stringify(told))})`
    const ours = { bars: 30_000, ms: 2_000, trades: 9, endEquity: '1.00' } as EngineRun
    const { value, detail } = await besidePeer(peer(script), file, async () => ours)
    expect(value).toBe(30)
    expect(detail).toMatchObject({ version: '1.2.3', trades: 9, peerTrades: 7, peerEndEquity: '12.35' })
  })
})

describe('ark bench engine', () => {
  it.each([
    [['bench', 'engine', '--only', 'speed'], 'There is no figure "speed"'],
    [['bench', 'engine', '--bars', '9'], 'wanted a whole number from 10000'],
  ])('%j is bad usage', async (argv, why) => {
    const { code, out, err } = await runHere(argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(why)
  })

  it('--only prints one line for the run and one for the figure, fills with it', async () => {
    const words = ['bench', 'engine', '--only', 'ema-cross', '--rounds', '1', '--bars', '10000']
    const { code, out } = await runHere(words)
    const [head, figure, ...rest] = out.trim().split('\n')
    expect({ code, rest }).toEqual({ code: 0, rest: [] })
    expect(JSON.parse(head ?? '')).toMatchObject({ bench: 'engine', bars: 10_000, rounds: 1 })
    const { fills, ...told } = JSON.parse(figure ?? '') as { fills: number }
    expect(told).toMatchObject({ figure: 'ema-cross', bars: 10_000, unit: 'bars/s' })
    expect(fills).toBeGreaterThan(0)
  })
})

function barsOf(count: number, symbols: number): readonly Bar[] {
  return [...engineRows(count, symbols)].flatMap(({ rows }) => rows as readonly Bar[])
}

async function run(bars: number, gate: Gate): Promise<EngineRun> {
  return runEngine(await planEngine('bench', 1, gate), marketOf(engineRows(bars, 1), bars))
}

function peer(script: string): EnginePeer {
  return { name: 'other', goal: 'ratio stated', command: [process.execPath, '-e', script] }
}
