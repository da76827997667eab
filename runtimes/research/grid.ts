/**
 * Which parameters a sweep tries: every combination of the values that `--grid` names, in a fixed order.
 *
 * Called by the commands of research. A combination becomes a BacktestSpec that equals the one which
 * `--param` would have made, so that a backtest repeats any row of the table.
 */

import { formatFault } from '#core/config.ts'
import { nameOfStrategy, type Planned, readValue } from '../backtest/options.ts'
import { checkParams, paramFaults } from '../backtest/params.ts'
import type { BacktestSpec } from '../backtest/spec.ts'
import { type Options, usage } from '../cli/options.ts'
import { grouped } from '../cli/text.ts'

export interface Axis {
  readonly name: string
  readonly values: readonly unknown[]
}

/** The last axis varies fastest. */
export type Grid = readonly Axis[]

/** Values by the name of their axis. */
export type Combination = { readonly [name: string]: unknown }

export const COMBINATIONS_MAX = 100_000

/** Throws BAD_USAGE naming what is wrong with a grid, or how many combinations are too many. */
export function readGrid(options: Options): Grid {
  const texts = options.list('grid')
  if (texts.length === 0) throw usage('--grid', 'At least one range is wanted: --grid fast=10:30:5.')
  const axes = texts.map(readAxis)
  const given = options.list('param').map((text) => text.split('=')[0])
  for (const [index, { name }] of axes.entries()) {
    if (axes.findIndex((axis) => axis.name === name) < index)
      throw usage('--grid', `--grid names ${name} twice.`)
    if (given.includes(name)) throw usage('--grid', `${name} is varied by --grid and fixed by --param.`)
  }
  assertFew(countOf(axes))
  return axes
}

export function assertFew(count: number): void {
  if (count <= COMBINATIONS_MAX) return
  const asked = `${grouped(count)} backtests are asked for, at most ${grouped(COMBINATIONS_MAX)} are run`
  throw usage('--grid', `${asked}: widen a step, or fix a parameter with --param.`)
}

const AXIS = /^([a-zA-Z][\w-]*)=(.+)$/
const RANGE = /^(-?\d+(?:\.\d+)?):(-?\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/

function readAxis(text: string): Axis {
  const [, name = '', list = ''] = AXIS.exec(text) ?? []
  if (name === '') throw usage('--grid', `--grid is "${text}", wanted fast=10:30:5 or slow=40,60,80.`)
  const range = RANGE.exec(list)
  const values = range === null ? list.split(',').map(readValue) : readRange(text, range)
  const texts = values.map((value) => JSON.stringify(value))
  const twice = texts.find((value, index) => value === '""' || texts.indexOf(value) !== index)
  if (twice === undefined) return { name, values }
  throw usage('--grid', `--grid ${text}: ${twice === '""' ? 'a value is empty' : `${twice} stands twice`}.`)
}

/** Both ends included; each value is worked out from the first, so that no rounding adds up. */
function readRange(text: string, range: RegExpExecArray): readonly number[] {
  const [from = 0, to = 0, step = 0] = range.slice(1).map(Number)
  if (!(step > 0) || to < from)
    throw usage('--grid', `--grid ${text}: wanted FROM:TO:STEP with FROM not above TO and STEP above 0.`)
  const count = Math.floor((to - from) / step + 1e-9) + 1
  assertFew(count)
  return Array.from({ length: count }, (_unused, index) => Number((from + index * step).toFixed(10)))
}

export function countOf(grid: Grid): number {
  return grid.reduce((product, { values }) => product * values.length, 1)
}

export function combinationsOf(grid: Grid): readonly Combination[] {
  let all: readonly Combination[] = [{}]
  for (const { name, values } of grid)
    all = all.flatMap((one) => values.map((value) => ({ ...one, [name]: value })))
  return all
}

/** The same backtest with other parameters. */
export function vary({ spec, plugins }: Planned, combination: Combination): BacktestSpec {
  const { config, params } = spec
  const name = nameOfStrategy(plugins)
  const settings = { ...(config.plugins[name] as object | undefined), ...combination }
  return {
    ...spec,
    params: { ...params, ...combination },
    config: { ...config, plugins: { ...config.plugins, [name]: settings } },
  }
}

export interface Sorted {
  readonly taken: readonly Combination[]
  /** Which the strategy does not take, as fast = 30 with slow = 20, and why. */
  readonly refused: readonly { readonly params: Combination; readonly why: string }[]
}

/** Throws BAD_USAGE with the first reason when the strategy takes none of them. */
export async function sortOut(planned: Planned, combinations: readonly Combination[]): Promise<Sorted> {
  const taken: Combination[] = []
  const refused: { params: Combination; why: string }[] = []
  const strategy = planned.plugins.find(({ name }) => name === nameOfStrategy(planned.plugins))
  if (strategy === undefined) return { taken: combinations, refused }
  const settingsWith = (params: Combination) => vary(planned, params).config.plugins[strategy.name]
  for (const params of combinations) {
    const faults = await paramFaults(strategy, settingsWith(params))
    if (faults.length === 0) taken.push(params)
    else refused.push({ params, why: faults.map(formatFault).join('; ') })
  }
  const [first] = refused
  if (taken.length === 0 && first !== undefined) {
    await checkParams(strategy, settingsWith(first.params), Object.keys(first.params), '--grid')
    throw usage('--grid', `${formatCombination(first.params)}: ${first.why}.`)
  }
  return { taken, refused }
}

/** "fast=10 slow=40", as one types it after --param. */
export function formatCombination(params: Combination): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${formatValue(value)}`)
    .join(' ')
}

export function formatValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
