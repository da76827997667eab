/**
 * Where a strategy of the user's own stood when it broke: its file, line and column, and the bar it was
 * shown. The kernel journals what was thrown and not where, since no two runtimes write the same stack.
 *
 * engine.ts puts it around a strategy that is a file. It promises, too, that a strategy which ends the process
 * is told on, and that this is never taken for a good end.
 */

import { writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ArkEvent, Plugin } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { DAY, formatDay, formatTime } from '#core/time.ts'

export interface Witness {
  /** As it was, and watched. */
  readonly plugin: Plugin
  /** "st/edge.mjs:2:75 on DEMO 2021-05-26"; call it before another event is shown. */
  place(): string
}

export function watchStrategy(plugin: Plugin, file: string): Witness {
  const { agent } = plugin
  let shown: ArkEvent | undefined
  let thrown: unknown
  const place = (): string => `${placeIn(file, stackOf(thrown))}${shown === undefined ? '' : on(shown)}`
  if (agent === undefined) return { plugin, place }
  listenForExit()
  const reduce: typeof agent.reduce = (state, event, config, world) => {
    shown = event
    running = { file, shown }
    try {
      return agent.reduce(state, event, config, world)
    } catch (error) {
      thrown = error
      throw error
    } finally {
      running = undefined
    }
  }
  const { initial, stateVersion } = agent
  return { plugin: { ...plugin, agent: { stateVersion, initial, reduce } }, place }
}

/** Whose code runs at this moment. */
let running: { readonly file: string; readonly shown: ArkEvent } | undefined
let isListening = false
// Nothing asynchronous is done any more by then.
let tell = (place: string): void => {
  writeSync(2, `${new ArkError('PLUGIN_FAILED', place, 'It ended the process.').toLine()}\n`)
}

/** Where else a process of ours says so. What it does must be done when it returns. */
export function tellExitBy(teller: typeof tell): void {
  tell = teller
}

function listenForExit(): void {
  if (isListening) return
  isListening = true
  process.once('exit', (code) => {
    if (running === undefined) return
    const { file, shown } = running
    tell(placeIn(file, stackOf(new Error())) + on(shown))
    if (code === 0) process.exitCode = 1
  })
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? '') : ''
}

/** The innermost frame in the file; the file alone where it was translated, or threw nothing itself. */
export function placeIn(file: string, stack: string): string {
  const path = resolve(file)
  const names = [`${path}:`, `${pathToFileURL(path).href}:`]
  const frame = stack.split('\n').find((line) => names.some((name) => line.includes(name)))
  const [position = ''] = /:\d+:\d+(?=\)?$)/.exec(frame ?? '') ?? []
  return file + position
}

function on({ payload, time, type }: ArkEvent): string {
  if (type !== 'market/bar') return ` at ${formatTime(time)}`
  const { end, resolution, symbol } = payload
  // A day may end at midnight.
  return ` on ${symbol} ${resolution === '1d' ? formatDay(Math.floor((end - 1) / DAY)) : formatTime(end)}`
}
