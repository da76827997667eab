/** Results that others computed, from the folder beside the checkout; a test is skipped where it is absent. */

import { existsSync, readFileSync } from 'node:fs'
import { expect, type TestContext } from 'vitest'

const FOLDER = new URL('../../../../../shared/data/indicators/', import.meta.url)

export interface Table {
  /** The texts of one column; blank where there is no result. */
  texts(column: string): readonly string[]
  /** The numbers of some columns, row by row. */
  rows(...columns: readonly string[]): readonly (readonly number[])[]
}

/** Of a file with a header. */
export function readTable(name: string, context: TestContext): Table {
  const [header = '', ...lines] = readLines(name, context)
  const names = header.split(',').map((each) => each.trim())
  const cells = lines.map((line) => line.split(','))
  const texts = (column: string) => {
    const index = names.indexOf(column)
    if (index < 0) expect.fail(`${name} has no column ${column}, but ${names.join(', ')}`)
    return cells.map((row) => row[index] ?? '')
  }
  return {
    texts,
    rows: (...columns) => {
      const found = columns.map(texts)
      return cells.map((_, row) => found.map((column) => Number(column[row])))
    },
  }
}

export interface Vectors {
  /** One array of inputs a bar. */
  readonly bars: readonly (readonly number[])[]
  /** With blanks in front where there is no result yet. */
  readonly results: readonly (readonly string[])[]
}

/** Of Tulip, by a name such as `atr 4`: so many rows of inputs, then the results. */
export function readTulip(name: string, inputs: number, context: TestContext): Vectors {
  const lines = readLines('tulip_atoz.txt', context)
  const rows: string[][] = []
  for (const line of lines.slice(lines.indexOf(name) + 1)) {
    if (line.startsWith('{')) rows.push(line.slice(1, -1).split(','))
    else if (!line.startsWith('#')) break
  }
  const [first = []] = rows
  expect(rows.length, name).toBeGreaterThan(inputs)
  return {
    bars: first.map((_, index) => rows.slice(0, inputs).map((row) => Number(row[index]))),
    results: rows.slice(inputs).map((row) => [...Array<string>(first.length - row.length).fill(''), ...row]),
  }
}

function readLines(name: string, context: TestContext): readonly string[] {
  const file = new URL(name, FOLDER)
  if (!existsSync(file)) context.skip('needs ../shared/data beside the checkout')
  return readFileSync(file, 'utf8').trim().split(/\r?\n/)
}

/** What an indicator answers to one bar after the other. */
export function feed<State, Reading>(
  bars: readonly (readonly number[])[],
  state: State,
  update: (state: State, ...bar: number[]) => Reading,
): readonly Reading[] {
  return bars.map((bar) => update(state, ...bar))
}

/** One part of every reading. */
export function pluck<Key extends string>(
  readings: readonly { readonly [key in Key]: number }[],
  key: Key,
): readonly number[] {
  return readings.map((reading) => reading[key])
}

/** A half may be rounded either way for the last bit of ours. */
const LAST_BIT = 1e-9

/**
 * Our values begin at index `warm` and the texts at `begins`; from there on each is within `tolerance` of the
 * other.
 */
export function compare(
  texts: readonly string[] | undefined,
  values: readonly number[],
  tolerance: number,
  warm: number,
  begins = warm,
): void {
  expect(values.findIndex((value) => !Number.isNaN(value))).toBe(warm)
  expect(texts?.findIndex((text) => text !== '')).toBe(begins)
  texts?.forEach((text, index) => {
    const value = values[index] ?? Number.NaN
    const near = index < begins || Math.abs(value - Number(text)) <= tolerance + LAST_BIT
    // Not an assertion for each of thousands of rows; and the row is what one wants to know.
    if (!near || (index >= begins && text === '')) expect.fail(`row ${index}: was ${value}, wanted ${text}`)
  })
}
