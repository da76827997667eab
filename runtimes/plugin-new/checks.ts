/**
 * What every strategy must keep, tried on two nervous symbols: the promises that make a backtest repeatable
 * and let a box go on after a stop.
 *
 * Called by `ark plugin test`. Each check returns, or throws why it failed.
 */

import processes from 'node:child_process'
import fs from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import type { Bar, Plugin } from '#core/contract.ts'
import { canonical } from '#core/journal/canonical.ts'
import { PRICE_SCALE } from '#core/math.ts'
import { DAY, parseTime } from '#core/time.ts'
import { createStage, type Stage, toBar } from './stage.ts'

interface Check {
  readonly title: string
  run(plugin: Plugin, params: unknown): void
}

export const CHECKS: readonly Check[] = [
  { title: 'advises soundly, without clock, chance, files or network', run: checkHost },
  { title: 'says the same of the same bars', run: checkRepeats },
  { title: 'keeps its state in plain JSON, and goes on from it', run: checkState },
  { title: 'changes nothing that it is shown', run: checkFrozen },
]

function checkHost(plugin: Plugin, params: unknown): void {
  withoutHost(() => void run(createStage(plugin, params)))
}

function checkState(plugin: Plugin, params: unknown): void {
  const straight = createStage(plugin, params)
  const restored = createStage(plugin, params)
  for (const [number, bar] of NOISE.entries()) {
    restored.state = JSON.parse(JSON.stringify(restored.state))
    const [one, other] = [straight.show(bar), restored.show(bar)]
    if (canonical(one) !== canonical(other))
      throw new Error(`on bar ${number} it says something else after its state went through JSON`)
    if (JSON.stringify(straight.state) !== JSON.stringify(restored.state))
      throw new Error(`after bar ${number} its state is another once it went through JSON`)
    canonical(straight.state)
  }
}

function checkRepeats(plugin: Plugin, params: unknown): void {
  const [one, other] = [run(createStage(plugin, params)), run(createStage(plugin, params))]
  if (one !== other) throw new Error('two runs over the same bars differ')
}

function checkFrozen(plugin: Plugin, params: unknown): void {
  const stage = createStage(plugin, freeze(params))
  for (const bar of NOISE) stage.show(Object.freeze({ ...bar }))
}

function run(stage: Stage): string {
  return canonical(NOISE.map((bar) => stage.show(bar)))
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) freeze(member)
  return Object.freeze(value)
}

type Reach = readonly [holder: object, name: string, advice: string]

const READS = 'a strategy reads nothing but bars'
const FILES = 'open openSync readFile readFileSync createReadStream existsSync statSync readdirSync'
const { Deno = {}, Bun = {} } = globalThis as { readonly Deno?: object; readonly Bun?: object }

function reads(holder: object, names: string): readonly Reach[] {
  return names.split(' ').flatMap((name) => (name in holder ? [[holder, name, READS] as const] : []))
}

/** What gives another answer each time, and what a strategy has instead. */
const HOST: readonly Reach[] = [
  [globalThis, 'Date', 'bar.end is the time'],
  [Math, 'random', 'a strategy leaves nothing to chance'],
  [performance, 'now', 'bar.end is the time'],
  [globalThis, 'setTimeout', 'a strategy waits for nothing but bars'],
  [process, 'exit', 'a strategy that has nothing to say returns undefined'],
  ...reads(globalThis, 'fetch'),
  ...[fs, fs.promises, promises].flatMap((holder) => reads(holder, FILES)),
  ...reads(processes, 'exec execSync execFile execFileSync spawn spawnSync'),
  ...reads(Deno, 'open openSync readFile readFileSync readTextFile readTextFileSync statSync Command'),
  ...reads(Bun, 'file spawn spawnSync'),
]

/** The host's own are back when it returns; nothing else of this process runs meanwhile. */
function withoutHost(body: () => void): void {
  const kept = HOST.map(([holder, name]) => Object.getOwnPropertyDescriptor(holder, name))
  try {
    for (const [index, [holder, name, advice]] of HOST.entries()) {
      const refuse = (): never => {
        throw new Error(`it uses ${name}; ${advice}`)
      }
      // Whatever is done with it; `new` is only told of a thing that could be made.
      const value = new Proxy(Object, { apply: refuse, construct: refuse, get: refuse })
      // Some may be written and not be redefined; others belong to a prototype, and go again afterwards.
      const configurable = kept[index]?.configurable ?? true
      Object.defineProperty(holder, name, { value, configurable })
    }
    // For those who import them by name; Deno and Bun have bound such imports for good.
    syncBuiltinESMExports()
    body()
  } finally {
    for (const [index, [holder, name]] of HOST.entries()) {
      const own = kept[index]
      if (own === undefined) Reflect.deleteProperty(holder, name)
      else Object.defineProperty(holder, name, own)
    }
    syncBuiltinESMExports()
  }
}

const BARS = 600
const FIRST = parseTime('2020-01-02T21:00:00Z')

/** Two symbols by turns, out of a generator of whole numbers. */
const NOISE: readonly Bar[] = Array.from({ length: BARS * 2 }, (_unused, index) => {
  const trend = Math.abs((Math.floor(index / 2) % 120) - 60)
  const cent = PRICE_SCALE / 100
  const open = (8_000 + 60 * trend + ((index * 7_919) % 97)) * cent
  const close = open + (((index * 104_729) % 301) - 150) * cent
  const high = Math.max(open, close) + ((index * 31) % 40) * cent
  const low = Math.min(open, close) - ((index * 17) % 40) * cent
  return toBar(index % 2 === 0 ? 'ONE' : 'TWO', FIRST + Math.floor(index / 2) * DAY, [open, high, low, close])
})
