/**
 * The figures of `ark bench engine`: backtests in memory, reading, growth, a second core, and other engines
 * over the same bars. The file that they share is written when the first figure asks for it.
 */

import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MarketRows } from '#core/contract.ts'
import { assert } from '#core/errors.ts'
import { growth } from './engine-growth.ts'
import { writeEngineCsv } from './engine-market.ts'
import { besidePeer, type EnginePeer } from './engine-peers.ts'
import { openEngineMarket, readAlone, readRows, readSurvey } from './engine-read.ts'
import { barsPerSecond, type EngineRun, type Gate, marketOf, planEngine, runEngine } from './engine-run.ts'
import { sweepCores } from './engine-sweep.ts'
import type { Figure, Sample } from './report.ts'

/** Two symbols, so that a job of the sweep takes two seconds and more. */
const SWEEP_SYMBOLS = 2
/** After the cold run and before the first sample: else the first figure alone would pay for the compiler. */
const WARM_UPS: readonly Gate[] = ['observe', 'enforce', 'observe']
const PAIRS = 3

export interface EngineBench {
  readonly figures: readonly Figure[]
  /** Removes what was written. */
  close(): void
}

export function createEngineBench(bars: number, peers: readonly EnginePeer[]): EngineBench {
  const folder = mkdtempSync(join(tmpdir(), 'ark-bench-'))
  const file = once(() => writeMarket(join(folder, 'bars.csv'), bars, 1))
  const wide = once(() => writeMarket(join(folder, 'wide.csv'), SWEEP_SYMBOLS * bars, SWEEP_SYMBOLS))
  const warm = once(async () => {
    const rows = await readMarket(file())
    const cold = barsPerSecond(await runOver(rows, 'enforce'))
    for (const gate of WARM_UPS) await runOver(rows, gate)
    return { rows, cold }
  })
  const run = async (gate: Gate) => runOver((await warm()).rows, gate)
  return {
    figures: [
      {
        name: 'ema-cross',
        unit: 'bars/s',
        goal: '>= 800000',
        sample: async () => sampleOf(await run('enforce'), (await warm()).cold),
      },
      { name: 'gate', unit: 'of observe', goal: '>= 0.9', sample: () => besideObserve(run) },
      { name: 'csv', unit: 'rows/s', goal: '>= 3000000', sample: () => readAlone(file(), bars) },
      { name: 'csv-survey', unit: 'rows/s', goal: 'reported apart', sample: () => readSurvey(file(), bars) },
      { name: 'csv-rows', unit: 'rows/s', goal: 'reported apart', sample: () => readRows(file(), bars) },
      { name: 'growth', unit: 'times the time', goal: '9 to 11, RSS flat', sample: () => growth(bars) },
      {
        name: 'sweep',
        unit: 'times one core',
        goal: '>= 1.6, jobs >= 2 s',
        sample: () => sweepCores(wide(), SWEEP_SYMBOLS),
      },
      ...peers.map((peer) => ({
        name: peer.name,
        unit: 'times as fast',
        goal: peer.goal,
        sample: () => besidePeer(peer, file(), () => run('enforce')),
      })),
    ],
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function writeMarket(path: string, bars: number, symbols: number): string {
  const file = openSync(path, 'w')
  writeEngineCsv(file, bars, symbols)
  closeSync(file)
  return path
}

/** Parsed and kept: what the runs go over is what the reader makes. */
async function readMarket(file: string): Promise<readonly MarketRows[]> {
  const market = await openEngineMarket(file, 1)
  const rows: MarketRows[] = []
  for await (const step of market.steps()) if (step.kind === 'rows') rows.push(step.rows)
  return rows
}

async function runOver(rows: readonly MarketRows[], gate: Gate): Promise<EngineRun> {
  const total = rows.reduce((sum, chunk) => sum + chunk.rows.length, 0)
  return runEngine(await planEngine('bench', 1, gate), marketOf(rows, total))
}

/** `cold`: bars a second of the first run, which a command that runs once gets. */
function sampleOf(run: EngineRun, cold: number): Sample {
  const { bars, cpuMs, events, ms } = run
  return {
    value: barsPerSecond(run),
    detail: {
      bars,
      fills: run.fills,
      trades: run.trades,
      decisions: run.decisions,
      approvals: run.approvals,
      denials: run.denials,
      withdrawn: run.withdrawn,
      eventsPerBar: Number((events / bars).toFixed(4)),
      endEquity: run.endEquity,
      cold: Math.round(cold),
      cpuShare: Number((cpuMs / ms).toFixed(2)),
    },
  }
}

/**
 * Pairs, the order changing: a drift of the machine meets both alike. The value is the middle pair's ratio.
 */
async function besideObserve(run: (gate: Gate) => Promise<EngineRun>): Promise<Sample> {
  const pairs: { enforced: EngineRun; observed: EngineRun }[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const early = await run(pair % 2 === 0 ? 'enforce' : 'observe')
    const late = await run(pair % 2 === 0 ? 'observe' : 'enforce')
    pairs.push(pair % 2 === 0 ? { enforced: early, observed: late } : { enforced: late, observed: early })
  }
  const ratio = (pair: (typeof pairs)[number]) => pair.observed.ms / pair.enforced.ms
  const middle = pairs.toSorted((one, other) => ratio(one) - ratio(other))[Math.floor(PAIRS / 2)]
  assert(middle !== undefined, 'bench', 'No pair was run.')
  const { enforced, observed } = middle
  return {
    value: ratio(middle),
    detail: {
      enforce: Math.round(barsPerSecond(enforced)),
      observe: Math.round(barsPerSecond(observed)),
      decisions: enforced.decisions,
      decisionsObserved: observed.decisions,
      fills: enforced.fills,
      fillsObserved: observed.fills,
    },
  }
}
