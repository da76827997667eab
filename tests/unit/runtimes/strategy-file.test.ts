/** Strategies out of files: what loads, and the one error, naming file and cause, of what does not. */

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkConfig } from '#core/config.ts'
import { createStage, toBar } from '#runtimes/plugin-new/stage.ts'
import { boxPlugins, pluginsFor, strategyNames, strategyOf } from '#runtimes/strategies.ts'
import { KIT } from '#runtimes/strategy-kit.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

let folder = ''
beforeAll(() => {
  folder = createTempDir()
})
afterAll(() => removeDir(folder))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** Enters on every bar. */
const bodyOf = (name: string) => `ark.defineStrategy({
  name: '${name}', version: '1.2.3', params: ark.v.strictObject({ length: ark.v.optional(ark.v.number(), 3) }),
  initial: () => ({ ema: ark.indicators.createEma(2) }),
  onBar: (state, bar) => {
    ark.indicators.updateEma(state.ema, bar.close)
    return { action: 'enter', direction: 'long' }
  },
})`

/** A plugin that passes, with what the test wants instead. */
const plainOf = (name: string, changes = '') => `export default {
  name: '${name}', version: '1.0.0', contract: 1, consumes: ['market/bar'], emits: ['pattern/recognised'], needs: [],
  config: { '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value }) } },
  agent: { stateVersion: 1, initial: () => ({}), reduce: () => [] }, ${changes} }`

describe('a strategy is refused, naming file and cause', () => {
  it.each<[string, string, string]>([
    ['throws-at-once.mjs', `throw new Error('no such luck')`, 'it does not load: no such luck.'],
    ['throws-later.mjs', `export default () => { throw new Error('not today') }`, 'threw: not today.'],
    ['rejects.mjs', `export default async () => { throw new Error('nor ever') }`, 'threw: nor ever.'],
    ['no-syntax.mjs', 'export default {', 'it does not load: '],
    ['no-default.mjs', 'export const strategy = 1', 'its default export: '],
    ['a-number.mjs', 'export default 5', 'its default export: '],
    ['empty.mjs', 'export default () => ({})', 'name: '],
    ['bad-name.mjs', plainOf('Bad Name'), 'name: wanted 1 to 40 of a-z 0-9 -'],
    ['kenny.mjs', plainOf('kenny'), 'name: kenny is the name of a plugin of this build'],
    ['patterns.mjs', plainOf('patterns'), 'name: patterns is the name'],
    ['version.mjs', plainOf('own', `version: '1'`), 'version: wanted a version such as 1.0.0'],
    ['contract.mjs', plainOf('own', 'contract: 2'), 'contract: wanted 1'],
    ['no-agent.mjs', plainOf('own', 'agent: undefined'), 'agent: '],
    ['no-reduce.mjs', plainOf('own', 'agent: { stateVersion: 1, initial: () => ({}) }'), 'agent.reduce: '],
    ['no-schema.mjs', plainOf('own', 'config: {}'), 'config: wanted a Standard Schema'],
  ])('%s', async (name, text, why) => {
    const path = file(name, text)
    await expect(strategyOf(path)).rejects.toMatchObject({
      code: 'PLUGIN_INVALID',
      where: path,
      message: expect.stringContaining(why),
    })
  })

  it.each<[string, string, string]>([
    ['a plan', `emits: ['plan/proposed']`, 'emits.0: wanted pattern/recognised'],
    ['a verdict', `emits: ['pattern/recognised', 'decision/approved']`, 'emits.1: wanted pattern/recognised'],
    ['a port', `needs: ['control']`, 'needs: wanted none'],
    ['credentials', `credentials: 'broker'`, 'credentials: wanted nothing'],
    ['a service', 'service: { start: () => undefined }', 'service: wanted nothing'],
    ['a broker', 'broker: { simulate: {} }', 'broker: wanted nothing'],
    ['limits', 'overlay: { limits: [], judge: () => undefined }', 'overlay: wanted nothing'],
  ])('that asks for authority: %s', async (name, changes, why) => {
    const path = file(`${name.replace(' ', '-')}.mjs`, plainOf('own', changes))
    await expect(strategyOf(path)).rejects.toMatchObject({
      code: 'PLUGIN_INVALID',
      where: path,
      message: expect.stringContaining(why),
    })
  })

  it('that is not there, or of another language', async () => {
    await expect(strategyOf('./none.ts')).rejects.toMatchObject({ code: 'FILE_MISSING', where: './none.ts' })
    await expect(strategyOf(folder)).rejects.toMatchObject({ code: 'PLUGIN_INVALID', where: folder })
    await expect(strategyOf('./strategy.py')).rejects.toThrow(/ends in "\.py", wanted one of \.ts/)
  })

  it('that nobody knows, with what was probably meant', async () => {
    await expect(pluginsFor('ema-cros')).rejects.toThrow(/no strategy ema-cros.*did you mean ema-cross\?/)
    await expect(pluginsFor('kenny')).rejects.toMatchObject({ code: 'BAD_USAGE', where: '--strategy' })
    await expect(pluginsFor('')).rejects.toMatchObject({ code: 'BAD_USAGE' })
  })
})

describe('a strategy loads', () => {
  it.each(['.mjs', '.js', '.ts', '.mts'])('from %s, as a function of the kit', async (extension) => {
    const typed = extension.includes('t') ? '(ark: any)' : '(ark)'
    const path = file(`own-${extension.slice(1)}${extension}`, `export default ${typed} => ${bodyOf('own')}`)
    const plugin = await strategyOf(path)
    expect(plugin).toMatchObject({
      name: 'own',
      emits: ['pattern/recognised', 'order/amend_requested'],
      needs: [],
    })
    const stage = createStage(plugin, {})
    expect(stage.show(toBar('XYZ', 1, [1e8, 1e8, 1e8, 1e8]))).toMatchObject([{ pattern: 'own', price: '1' }])
  })

  it('as a plain plugin, stripped of what it has no right to', async () => {
    const plugin = await strategyOf(file('plain.mjs', plainOf('own', `extra: 'thing'`)))
    expect(Object.keys(plugin).sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'agent',
      'config',
      'consumes',
      'contract',
      'emits',
      'name',
      'needs',
      'version',
    ])
  })

  it('under a version that marks its text', async () => {
    const [one, same, other] = ['one', 'same', 'other'].map((name) =>
      file(`${name}.mjs`, `export default (ark) => ${bodyOf('own')}${name === 'other' ? '\n' : ''}`),
    )
    const versions = [one, same, other].map(async (path) => (await strategyOf(path ?? '')).version)
    const [first, second, third] = await Promise.all(versions)
    expect(first).toMatch(/^1\.2\.3\+[0-9a-f]{12}$/)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  it('in front of Kenny, and nothing else of the house with it but who carries out and judges', async () => {
    const names = async (strategy: string) => (await pluginsFor(strategy)).map(({ name }) => name)
    expect(await names('patterns')).toEqual(['kyle', 'joey', 'kenny', 'id', 'hrm', 'broker-paper'])
    const own = file('front.mjs', `export default (ark) => ${bodyOf('own')}`)
    expect(await names(own)).toEqual(['own', 'kenny', 'id', 'hrm', 'broker-paper'])
    for (const strategy of strategyNames().filter((name) => name !== 'patterns'))
      expect((await names(strategy))[0]).toBe(strategy)
  })
})

describe('a box', () => {
  const configOf = (raw: object) => checkConfig(raw, 'test')

  it('runs no strategy unless it is told to', async () => {
    const config = configOf({ plugins: { 'ema-cross': { fast: 5 }, kenny: { entry: 'limit' } } })
    const box = await boxPlugins(config)
    expect(box.plugins.some(({ name }) => name === 'ema-cross')).toBe(false)
    // What does not run has no part in the digest.
    expect(box.config.plugins).toEqual({ kenny: { entry: 'limit' } })
  })

  it('runs them beside Kyle and Joey, in front of Kenny, in the order given', async () => {
    const own = file('box.mjs', `export default (ark) => ${bodyOf('own')}`)
    const { plugins, config } = await boxPlugins(
      configOf({ strategies: ['ema-cross', 'patterns', own], plugins: { 'ema-cross': { fast: 5 } } }),
    )
    expect(plugins.slice(0, 5).map(({ name }) => name)).toEqual(['kyle', 'joey', 'ema-cross', 'own', 'kenny'])
    expect(config.plugins).toEqual({ 'ema-cross': { fast: 5 } })
  })

  it('is told of every strategy that is not there before anything starts', async () => {
    const path = file(
      'ark.json',
      JSON.stringify({
        strategies: ['ema-cross', 'ema-cros', './none.ts'],
        plugins: { 'ema-cross': { fast: 50 } },
      }),
    )
    const { code, out } = await runHere(['config', 'validate', path])
    expect(code).toBe(1)
    expect(out).toContain('✗ strategies.1: there is no strategy ema-cros')
    expect(out).toContain('✗ strategies.2: there is no file ./none.ts')
    expect(out).toContain('✗ plugins.ema-cross: fast must be below slow')
  })

  it('keeps a run of a strategy that was edited since from being recomputed as another', {
    timeout: 120_000,
  }, async () => {
    const own = file('live.mjs', `export default (ark) => ${bodyOf('own')}`)
    const config = file('live.json', JSON.stringify({ strategies: [own, 'donchian-breakout'] }))
    const dataDir = join(folder, 'data')
    mkdirSync(dataDir)
    const words = ['--data-dir', dataDir, '--config', config]
    const started = await runHere(['start', '--once', '--json', ...words], { ARK_LOG_LEVEL: 'error' })
    expect(started.code).toBe(0)
    const verified = await runHere(['replay', '--verify', '--json', ...words])
    expect(JSON.parse(verified.out)).toMatchObject({ verified: true, runs: [{ verdict: 'agrees' }] })
    file('live.mjs', `export default (ark) => ${bodyOf('own')} // edited`)
    const edited = await runHere(['replay', '--verify', '--json', ...words])
    expect([edited.code, JSON.parse(edited.out).runs[0].verdict]).toEqual([1, 'unverified'])
    expect(edited.out).toContain('it takes configuration')
  })
})

describe('the kit', () => {
  it('holds every function of every indicator', async () => {
    const names = readdirSync(join(ROOT, 'core/indicators')).filter((name) => name.endsWith('.ts'))
    const missing: string[] = []
    for (const name of names.filter((one) => one !== 'checks.ts')) {
      const module = await import(pathToFileURL(join(ROOT, 'core/indicators', name)).href)
      for (const [key, value] of Object.entries(module))
        if (typeof value === 'function' && (KIT.indicators as Record<string, unknown>)[key] !== value)
          missing.push(key)
    }
    expect(names.length).toBeGreaterThan(20)
    expect(missing).toEqual([])
  })
})
