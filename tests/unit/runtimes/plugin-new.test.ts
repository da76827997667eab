/** From `ark plugin new` to a backtest that trades, as a newcomer does it. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { strategyNames } from '#runtimes/strategies.ts'
import { findStale } from '#scripts/generate-kit-types.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'

/** What a module imports from node:fs by name, nobody can exchange. */
const BINDS_FOR_GOOD = 'Deno' in globalThis || 'Bun' in globalThis
/** So it is tried on Node alone. */
const BY_NAME: [string, string, string][] = BINDS_FOR_GOOD
  ? []
  : [['a file by name', `readFileSync('bars.csv')`, 'it uses readFileSync; a strategy reads nothing']]
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

let folder = ''
beforeAll(() => {
  folder = createTempDir()
})
afterAll(() => removeDir(folder))

const plugin = (...words: string[]) => runHere(['plugin', ...words])

describe('plugin new refuses', () => {
  it.each([
    ['no name', []],
    ['capitals', ['MyEdge']],
    ['a path', ['../edge']],
    ['a digit in front', ['9lives']],
    ['a name too long', ['a'.repeat(41)]],
    ['the name of an agent', ['kenny']],
    ['the name of a strategy', ['ema-cross']],
    ['Kyle and Joey', ['patterns']],
    ['two names', ['one', 'two']],
  ])('%s', async (_, words) => {
    const { code, err } = await plugin('new', ...words, '--dir', folder)
    expect([code, err]).toEqual([2, expect.stringMatching(/^BAD_USAGE/)])
  })

  it('a folder that is there, and touches nothing in it', async () => {
    const own = join(folder, 'taken')
    mkdirSync(own)
    writeFileSync(join(own, 'taken.ts'), 'mine')
    const { code, err } = await plugin('new', 'taken', '--dir', folder)
    expect([code, err]).toEqual([2, expect.stringContaining('is there already')])
    expect(readFileSync(join(own, 'taken.ts'), 'utf8')).toBe('mine')
  })
})

describe('plugin new', () => {
  const at = (name: string) => join(folder, 'my-edge', name)

  beforeAll(async () => {
    const { code, out } = await plugin('new', 'my-edge', '--dir', folder)
    expect(code).toBe(0)
    // The commands that it says come next.
    expect(out).toContain(`plugin test ${join(folder, 'my-edge')}\n`)
    expect(out).toContain(`backtest --data ${at('bars.csv')} --strategy ${at('my-edge.ts')}\n`)
  })

  it('makes a strategy that passes its own tests and every check', async () => {
    const { code, out } = await plugin('test', join(folder, 'my-edge'))
    expect(out).toContain('✓ enters when the averages cross up, leaves when they cross down')
    expect(out).toMatch(/^(✓ .*\n){7}7 of 7 passed\n$/)
    expect(code).toBe(0)
  })

  it('makes one that trades under the rules, winning and losing', async () => {
    const words = [
      '--data',
      at('bars.csv'),
      '--strategy',
      at('my-edge.ts'),
      '--data-dir',
      join(folder, 'data'),
    ]
    const { code, out, err } = await runHere(['backtest', ...words, '--json'], { ARK_LOG_LEVEL: 'error' })
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
    const summary = JSON.parse(out) as Record<string, number | string | object>
    expect(summary).toMatchObject({ bars: 756, denialsByRule: {} })
    expect(summary.fills).toBeGreaterThan(10)
    expect(summary.winRate).toBeGreaterThan(0)
    expect(summary.winRate).toBeLessThan(1)
  })

  it('lays down the types as they stand in the tree', () => {
    const types = readFileSync(`${ROOT}runtimes/plugin-new/ark.d.ts`, 'utf8')
    expect(readFileSync(at('ark.d.ts'), 'utf8')).toBe(types)
    expect(findStale(ROOT)).toEqual([])
  })
})

describe('plugin test says what is wrong:', () => {
  /** A strategy whose onBar is the text; `state.bars` counts. */
  function strategy(name: string, onBar: string, initial = '{ bars: 0 }'): string {
    const path = join(folder, `${name}.mjs`)
    writeFileSync(
      path,
      `import fs, { readFileSync } from 'node:fs'
let outside = 0
export default (ark) => ark.defineStrategy({ name: '${name}', version: '1.0.0', params: ark.v.strictObject({}),
  initial: () => (${initial}), onBar: (state, bar, view) => { ${onBar} } })`,
    )
    return path
  }
  const say = `{ action: 'enter', direction: 'long', evidence: { state: state.bars } }`

  it.each<[string, string, string, string?]>([
    ['the clock', `return Date.now() > 0 ? ${say} : undefined`, 'it uses Date; bar.end is the time'],
    ['a new date', `return new Date() > 0 ? ${say} : undefined`, 'it uses Date; bar.end is the time'],
    [
      'chance',
      `return Math.random() > 0.5 ? ${say} : undefined`,
      'it uses random; a strategy leaves nothing',
    ],
    ['a file', `fs.readFileSync('bars.csv')`, 'it uses readFileSync; a strategy reads nothing but bars'],
    ...BY_NAME,
    ['the end of the process', 'process.exit(0)', 'it uses exit; a strategy that has nothing to say'],
    ['the network', `fetch('http://127.0.0.1')`, 'it uses fetch; a strategy reads nothing but bars'],
    [
      'a memory of its own',
      `outside++; if (outside % 7 === 0) return ${say}`,
      'two runs over the same bars differ',
    ],
    [
      'a map',
      `state.seen.set(bar.end, 1); if (state.seen.size > 5) return ${say}`,
      '',
      '{ seen: new Map() }',
    ],
    ['NaN in its state', 'state.bars = Number.NaN', 'NaN'],
    ['a bar that it changes', 'bar.close = 1', ''],
    ['parameters that it changes', 'view.params.fast = 1', ''],
    [
      'an unknown action',
      `return { action: 'buy', direction: 'long' }`,
      'action buy, wanted enter, exit or amend',
    ],
    [
      'a stop that is no number',
      `return { action: 'enter', direction: 'long', stop: Number.NaN }`,
      'the stop NaN, wanted a number',
    ],
    [
      'a sizing of no kind',
      `return { action: 'enter', direction: 'long', sizing: { kind: 'martingale' } }`,
      'the sizing kind martingale, wanted risk,',
    ],
    ['an asynchronous answer', 'return Promise.resolve(undefined)', 'wanted enter, exit or amend'],
    ['a throw', `throw new Error('tired')`, 'tired'],
  ])('%s', async (name, onBar, why, initial) => {
    const own = strategy(name.replaceAll(' ', '-').toLowerCase(), onBar, initial)
    const { code, out } = await plugin('test', own)
    expect(code).toBe(1)
    expect(out).toMatch(/^✗ /m)
    expect(out).toContain(why)
    // The host has its own back.
    expect([Date.now() > 0, Math.random() < 1, existsSync(own)]).toEqual([true, true, true])
  })

  it('a test that fails, throws or answers later, and one that tests nothing', async () => {
    const path = strategy('tested', 'return undefined')
    const tests = join(folder, 'tested.test.mjs')
    writeFileSync(
      tests,
      `export default ({ test, play }) => {
      test('is well', () => undefined)
      test('fails', () => { throw new Error('as it should') })
      test('later', async () => undefined)
      test('no price', () => play({ closes: [0] }))
      test('no such parameter', () => play({ closes: [1], params: { fast: 1 } }))
    }`,
    )
    const { code, out } = await plugin('test', path)
    expect(code).toBe(1)
    expect(out).toContain('✓ is well\n✗ fails: as it should\n✗ later: it is asynchronous')
    expect(out).toContain('✗ no price: bar 0 is no price above 0')
    expect(out).toMatch(/✗ no such parameter: params: .*fast/)
    const none = strategy('untested', 'return undefined')
    writeFileSync(join(folder, 'untested.test.mjs'), 'export const x = 1')
    expect((await plugin('test', none)).err).toMatch(
      /^PLUGIN_INVALID at .*untested\.test\.mjs: it tests nothing/,
    )
  })

  it('a folder without a strategy, a name that is none, and nothing at all', async () => {
    const empty = join(folder, 'empty')
    if (!existsSync(empty)) mkdirSync(empty)
    expect((await plugin('test', empty)).err).toContain('There is no strategy in')
    expect((await plugin('test', 'no-such')).err).toContain('There is no folder no-such')
    expect((await plugin('test')).code).toBe(2)
  })
})

describe('plugin list', () => {
  it('shows the strategies of the house as what they are', async () => {
    const { out } = await plugin('list', '--json')
    const { items } = JSON.parse(out) as { items: readonly { name: string; kind: string }[] }
    const listed = items.filter(({ kind }) => kind === 'strategy').map(({ name }) => name)
    expect(['patterns', ...listed]).toEqual(strategyNames())
    expect((await plugin('list')).out).toMatch(/^ema-cross +1\.0\.0 +strategy/m)
  })

  it('has a help that names every action', async () => {
    const { out } = await plugin('--help')
    for (const action of ['list', 'new NAME', 'test NAME']) expect(out).toContain(`ark plugin ${action}`)
  })
})
