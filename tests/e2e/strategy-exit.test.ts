/** A strategy that ends the process does not pass for a run that went well. */

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sampleBars } from '#runtimes/plugin-new/bars.ts'
import { ark } from '#tests/support/cli.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'

let folder = ''
beforeAll(() => {
  folder = createTempDir()
})
afterAll(() => removeDir(folder))

it('process.exit in a strategy exits 1, names it, and leaves no half a backtest', async () => {
  const [data, strategy] = [join(folder, 'bars.csv'), join(folder, 'leaver.mjs')]
  writeFileSync(data, sampleBars())
  writeFileSync(
    strategy,
    `export default (ark) => ark.defineStrategy({ name: 'leaver', version: '1.0.0', params: ark.v.strictObject({}),
  initial: () => ({}), onBar: () => { process.exit(0); return undefined } })
`,
  )
  const words = ['--data', data, '--strategy', strategy, '--data-dir', join(folder, 'data')]
  const { code, err } = await ark(['backtest', ...words])
  // No two runtimes count columns alike.
  expect(err).toMatch(/^PLUGIN_FAILED at .*leaver\.mjs:2:\d+ on DEMO 2021-01-04: It ended the process\./m)
  expect([code, readdirSync(join(folder, 'data', 'runs'))]).toEqual([1, []])
})
