/**
 * What every strategy must keep, tried on two nervous symbols: the promises that make a backtest repeatable
 * and let a box go on after a stop.
 *
 * Called by `ark plugin test`. Each check returns, or throws why it failed.
 */

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
  { title: 'asks neither clock nor chance nor network', run: checkHost },
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

/** What gives another answer each time, and what a strategy has instead. */
const HOST: readonly (readonly [holder: object, name: string, advice: string])[] = [
  [globalThis, 'Date', 'bar.end is the time'],
  [Math, 'random', 'a strategy leaves nothing to chance'],
  [performance, 'now', 'bar.end is the time'],
  [globalThis, 'fetch', 'a strategy reads nothing but bars'],
  [globalThis, 'setTimeout', 'a strategy waits for nothing but bars'],
]

/** The host's own are back when it returns; nothing else of this process runs meanwhile. */
function withoutHost(body: () => void): void {
  const kept = HOST.map(([holder, name]) => Object.getOwnPropertyDescriptor(holder, name))
  try {
    for (const [holder, name, advice] of HOST) {
      const refuse = (): never => {
        throw new Error(`it uses ${name}; ${advice}`)
      }
      // Whatever is done with it; `new` is only told of a thing that could be made.
      const value = new Proxy(Object, { apply: refuse, construct: refuse, get: refuse })
      Object.defineProperty(holder, name, { value, configurable: true, writable: true })
    }
    body()
  } finally {
    for (const [index, [holder, name]] of HOST.entries()) {
      const own = kept[index]
      if (own === undefined) Reflect.deleteProperty(holder, name)
      else Object.defineProperty(holder, name, own)
    }
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
