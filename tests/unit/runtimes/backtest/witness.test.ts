/** A strategy that breaks is told on by file, line and bar. */

import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placeIn } from '#runtimes/backtest/witness.ts'
import { sampleBars } from '#runtimes/plugin-new/bars.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'

let folder = ''
let bars = ''
beforeAll(() => {
  folder = createTempDir()
  bars = join(folder, 'bars.csv')
  writeFileSync(bars, sampleBars())
})
afterAll(() => removeDir(folder))

/** What a backtest of it says, and the file: its onBar, the third line of it, is the text on bar 100. */
async function breakOn(name: string, onBar: string) {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(
    file,
    `export default (ark) => ark.defineStrategy({ name: '${name}', version: '1.0.0',
  params: ark.v.strictObject({}), initial: () => ({ n: 0 }), onBar: (state, bar) => { if (++state.n < 100) return
    ${onBar} } })
`,
  )
  const words = ['--data', bars, '--strategy', file, '--data-dir', join(folder, 'data')]
  const { code, err } = await runHere(['backtest', ...words], { ARK_LOG_LEVEL: 'error' })
  return { code, file, line: err.split('\n').filter((text) => text.startsWith('PLUGIN_FAILED')) }
}

describe('a strategy that breaks ends the run with one line', () => {
  it('naming the place in its file and the bar, and leaves no folder behind', async () => {
    const { code, file, line } = await breakOn('thrower', `throw new Error('boom\\n in bar 100.')`)
    const place = `PLUGIN_FAILED at ${file}:3:11 on DEMO 2021-05-26: thrower threw: boom in bar 100. Mend it;`
    expect([code, line]).toEqual([1, [expect.stringContaining(place)]])
    const runs = join(folder, 'data', 'runs')
    expect(existsSync(runs) ? readdirSync(runs) : []).toEqual([])
  })

  it('naming the file and the bar when what it said is no advice', async () => {
    const { file, line } = await breakOn(
      'asker',
      `return { action: 'enter', direction: 'long', stop: Number.NaN }`,
    )
    expect(line).toEqual([
      expect.stringContaining(
        `PLUGIN_FAILED at ${file} on DEMO 2021-05-26: asker threw: its advice has the stop NaN`,
      ),
    ])
  })
})

describe('the place in a file', () => {
  const path = resolve('st/edge.mjs')

  it.each([
    ['by its address', `at onBar (${pathToFileURL(path).href}:2:75)`, 'st/edge.mjs:2:75'],
    ['by its path', `onBar@${path}:2:75`, 'st/edge.mjs:2:75'],
    [
      'behind what it called',
      `at helper (${path}.helper.mjs:9:9)\n at onBar (${path}:3:1)`,
      'st/edge.mjs:3:1',
    ],
    ['innermost first', `at inner (${path}:8:2)\n at onBar (${path}:3:1)`, 'st/edge.mjs:8:2'],
    ['nowhere', 'at elsewhere (/other/edge.mjs:1:1)', 'st/edge.mjs'],
  ])('is found %s', (_, stack, place) => {
    expect(placeIn('st/edge.mjs', `Error: boom\n ${stack}`)).toBe(place)
  })
})
