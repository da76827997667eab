/**
 * The same bars and the same strategy in other engines, each in a process of its own that reads the same
 * file, and is timed inside around its run alone. None is a dependency of ARK: `node scripts/peers.mjs
 * --engine` fetches them, and what is not there is not measured.
 *
 * Each says how many trades it made and what was left, so that a reader sees how far the work was the same;
 * what each leaves out stands in docs/BENCHMARKS.md.
 */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { toMessage } from '#core/errors.ts'
import { ENGINE_CASH, type EngineRun } from './engine-run.ts'
import type { Sample } from './report.ts'

export interface EnginePeer {
  readonly name: string
  readonly goal: string
  /** Program and words that come before the file. */
  readonly command: readonly [program: string, ...words: string[]]
}

/** What a peer's process prints as its last line. */
interface Told {
  readonly version: string
  readonly bars: number
  readonly seconds: number
  readonly trades: number
  readonly endEquity: number
}

export const ENGINE_PEERS_MISSING =
  'the other engines are not fetched, so they are left out: node scripts/peers.mjs --engine fetches them'

/** What Kenny's cap comes to, and the strategy's and the broker's defaults. */
const TERMS = {
  fast: 12,
  slow: 26,
  atr: 14,
  stop: 2,
  target: 4,
  cash: ENGINE_CASH,
  notional: 10_000 / 1.02,
  feePerShare: 0.005,
  feeMinimum: 1,
}

/** Beside the bundle's folder or the sources', both of which lie in the root. */
function rootFolder(): string {
  return join(dirname(process.argv[1] ?? ''), '..')
}

/** Those that are there. */
export function findEnginePeers(root = rootFolder()): readonly EnginePeer[] {
  const cache = join(root, '.cache', 'engine-peers')
  const script = (name: string) => join(root, 'scripts', 'peers', name)
  const python = join(cache, 'python', 'bin', 'python')
  const all: EnginePeer[] = [
    {
      name: 'grademark',
      goal: 'ratio stated',
      command: [process.execPath, script('grademark.mjs'), join(cache, 'package.json')],
    },
    { name: 'backtrader', goal: '>= 20', command: [python, script('backtrader_peer.py')] },
    { name: 'nautilus', goal: 'ratio stated', command: [python, script('nautilus_peer.py')] },
  ]
  return existsSync(join(cache, 'package.json')) ? all.filter(({ command }) => existsSync(command[0])) : []
}

/** How many times faster we are; `ours` runs before and after the peer, in this process. */
export async function besidePeer(
  { name, command }: EnginePeer,
  file: string,
  ours: () => Promise<EngineRun>,
): Promise<Sample> {
  const before = await ours()
  const told = await askPeer(name, command, file)
  const run = await ours()
  const rate = told.bars / told.seconds
  const own = ((before.bars + run.bars) / (before.ms + run.ms)) * 1_000
  return {
    value: own / rate,
    detail: {
      version: told.version,
      bars: told.bars,
      barsPerSecond: Math.round(own),
      peerBarsPerSecond: Math.round(rate),
      trades: run.trades,
      peerTrades: told.trades,
      endEquity: run.endEquity,
      peerEndEquity: told.endEquity.toFixed(2),
    },
  }
}

async function askPeer(name: string, command: EnginePeer['command'], file: string): Promise<Told> {
  const [program, ...words] = command
  const told = await promisify(execFile)(program, [...words, file, JSON.stringify(TERMS)], {
    maxBuffer: 16_777_216,
  }).catch((error: unknown) => {
    throw new Error(`${name} failed: ${toMessage(error)}`, { cause: error })
  })
  return JSON.parse(told.stdout.trim().split('\n').at(-1) ?? '') as Told
}
