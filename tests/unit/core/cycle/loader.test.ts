import { describe, expect, it } from 'vitest'
import type { Plugin } from '#core/contract.ts'
import { installPlugins } from '#core/cycle/loader.ts'
import { isArkError } from '#core/errors.ts'
import broker from '#plugins/broker-paper/index.ts'
import kenny from '#plugins/kenny/index.ts'
import { AGENTS } from '#tests/support/ark.ts'
import { agentOf } from '#tests/support/kernel.ts'

const paper = broker as unknown as Plugin
const trader = kenny as unknown as Plugin

/** "CODE at place: why". */
async function refusal(plugins: readonly Plugin[], settings = {}): Promise<string> {
  try {
    await installPlugins(plugins, settings)
    return ''
  } catch (error) {
    if (!isArkError(error)) throw error
    return `${error.code} at ${error.where}: ${error.message}`
  }
}

const overlay = (count: number): Partial<Plugin> => ({
  overlay: {
    limits: Array.from({ length: count }, (_, index) => ({
      name: `limit${index}`,
      unit: 'flag' as const,
      denies: '',
    })),
    judge: () => undefined,
  },
})

describe('a list of plugins is refused with the plugin and the reason', () => {
  it.each<[string, readonly Plugin[], string]>([
    [
      'another contract',
      [agentOf({ contract: 2 as never })],
      'rogue: speaks contract 2, this build speaks 1.',
    ],
    ['a name in capitals', [agentOf({ name: 'Rogue' })], 'Rogue: has a name that is not lower-case.'],
    ['a name of core', [agentOf({ name: 'core' })], 'core: has a name that stands for core or for people.'],
    [
      'the name of a person’s orders',
      [agentOf({ name: 'manual' })],
      'manual: has a name that stands for core or for people.',
    ],
    ['no version', [agentOf({ version: 'latest' })], 'rogue: has version latest, which is not semver.'],
    ['the same name twice', [agentOf(), agentOf()], 'rogue: is listed twice. rogue: is listed twice.'],
    ['two brokers', [paper, { ...paper, name: 'other' }], 'other: is a second broker.'],
    [
      'two overlays',
      [agentOf(overlay(1)), agentOf({ name: 'other', ...overlay(1) })],
      'other: is a second overlay.',
    ],
    [
      'credentials of no domain',
      [agentOf({ needs: ['credentials'] })],
      'rogue: must name one domain of credentials when it asks for that port, and only then.',
    ],
    ['an overlay without limits', [agentOf(overlay(0))], 'rogue: brings 0 limits; 1 to 64 are judged.'],
    ['more limits than are judged', [agentOf(overlay(65))], 'rogue: brings 65 limits; 1 to 64 are judged.'],
    [
      'agent and broker in one',
      [{ ...agentOf(), broker: paper.broker as never }],
      'rogue: is agent and broker at once; make it two plugins.',
    ],
    [
      'a fill from no broker',
      [agentOf({ emits: ['order/filled'] })],
      'rogue: declares order/filled, which only a broker emits.',
    ],
    [
      'a verdict from anybody',
      [agentOf({ emits: ['decision/approved'] })],
      'rogue: declares decision/approved, which only core emits.',
    ],
    [
      'another’s word',
      [agentOf({ emits: ['order/submitted'] })],
      'rogue: declares order/submitted, which belongs to kenny.',
    ],
    [
      'a hand on the brake',
      [agentOf({ needs: ['clock', 'control'] })],
      'rogue: asks for the port control, which belongs to watchdog.',
    ],
    [
      'the keys of the box',
      [agentOf({ needs: ['keys'] })],
      'rogue: asks for the port keys, which belongs to id.',
    ],
    [
      'the second book',
      [agentOf({ needs: ['refold'] })],
      'rogue: asks for the port refold, which belongs to aletheia.',
    ],
  ])('%s', async (_, plugins, why) => {
    const where = why.split(':')[0] ?? ''
    expect(await refusal(plugins)).toBe(`PLUGIN_INVALID at ${where}: ${why}`)
  })

  it('with all findings at once', async () => {
    const message = await refusal([
      agentOf({ contract: 0 as never, version: '' }),
      agentOf({ name: 'b', emits: ['mode/changed'] }),
    ])
    expect(message).toContain('rogue: speaks contract 0')
    expect(message).toContain('rogue: has version ')
    expect(message).toContain('b: declares mode/changed')
  })
})

describe('settings are refused with their path', () => {
  it('of a plugin that is not there', async () => {
    expect(await refusal([trader], { keny: {} })).toBe(
      'CONFIG_INVALID at plugins.keny: there is no such plugin.',
    )
  })

  it('that a plugin does not know, or that do not fit, all at once and before anything starts', async () => {
    let started = 0
    const counting = agentOf({ agent: { stateVersion: 1, initial: () => void started++, reduce: () => [] } })
    const message = await refusal([counting, trader], {
      kenny: { atrMultiple: -1, size: 3, targets: [{ multiple: 0, portion: 1 }] },
    })
    expect(message).toMatch(/^CONFIG_INVALID at plugins\.kenny\.\w+: /)
    for (const path of [
      'plugins.kenny.atrMultiple:',
      'plugins.kenny.size:',
      'plugins.kenny.targets.0.multiple:',
    ])
      expect(message).toContain(path)
    expect(started).toBe(0)
  })
})

describe('a good list', () => {
  it('is taken in its order, with defaults where nothing is set', async () => {
    const installed = await installPlugins(AGENTS, { kenny: { atrMultiple: 3 } })
    expect(installed.map(({ plugin }) => plugin.name)).toEqual(AGENTS.map(({ name }) => name))
    expect(installed.find(({ plugin }) => plugin.name === 'kenny')?.config).toMatchObject({
      atrMultiple: 3,
      entry: 'market',
    })
  })

  it('may have settings that are checked asynchronously', async () => {
    const config: Plugin['config'] = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async () => ({ issues: [{ message: 'no', path: ['a', { key: 'b' }] }] }),
      },
    }
    expect(await refusal([agentOf({ config })])).toBe('CONFIG_INVALID at plugins.rogue.a.b: no.')
  })
})
