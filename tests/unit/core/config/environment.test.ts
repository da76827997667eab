import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logLevelFrom, productionFaults, readEnvironment } from '#core/config/environment.ts'
import { DOMAINS } from '#core/config/variable.ts'
import { credentialsOf, VARIABLES } from '#core/config/variables.ts'
import { ConfigSchema, formatFault } from '#core/config.ts'
import { PLUGINS } from '#runtimes/plugins.ts'
import { readSources } from '#scripts/source.ts'

const faultsOf = (env: Record<string, string>) => readEnvironment(env).faults.map(formatFault)

describe('a variable is refused [REQ_SEC_01]', () => {
  it.each<[Record<string, string>, string]>([
    [{ ARK_PROT: '1' }, 'ARK_PROT: There is no such variable; did you mean ARK_PORT?'],
    [{ ARK_ZZZZZZZZZZZZZZZZZ: '1' }, 'ARK_ZZZZZZZZZZZZZZZZZ: There is no such variable'],
    [
      { ARK_KEY_PASSPHRASE_FILE: 'x' },
      'ARK_KEY_PASSPHRASE_FILE: Only credentials come from files, wanted ARK_KEY_PASSPHRASE',
    ],
    [{ ARK_PORT: 'x' }, 'ARK_PORT: It is "x", wanted a port from 0 to 65535'],
    [{ ARK_PORT: '65536' }, 'ARK_PORT: It is "65536", wanted a port from 0 to 65535'],
    [{ ARK_PORT: '-1' }, 'ARK_PORT: It is "-1", wanted a port from 0 to 65535'],
    [{ ARK_PORT: '8e3' }, 'ARK_PORT: It is "8e3", wanted a port from 0 to 65535'],
    [{ ARK_API_PORT: '1023' }, 'ARK_API_PORT: It is "1023", wanted a port from 1024 to 65535'],
    [{ ARK_RATE_LIMIT: '59' }, 'ARK_RATE_LIMIT: It is "59", wanted a whole number from 60 to 60000000'],
    [
      { ARK_ENVIRONMENT: 'prod' },
      'ARK_ENVIRONMENT: It is "prod", wanted one of development, staging, production',
    ],
    [
      { ARK_ENABLE_LIVE_TRADING: 'on' },
      'ARK_ENABLE_LIVE_TRADING: It is "on", wanted true or false (1 or 0, yes or no)',
    ],
    [
      { ARK_HEALTH_CHECK_INTERVAL: '61' },
      'ARK_HEALTH_CHECK_INTERVAL: It is "61", wanted a whole number from 1 to 60',
    ],
    [{ ARK_HOST: 'a b' }, 'ARK_HOST: It is "a b", wanted an address to listen on'],
    [
      { ARK_PORT: '1', ARK_API_PORT: '2000' },
      'ARK_PORT: It says otherwise than ARK_API_PORT, wanted one of the two',
    ],
  ])('%j', (env, line) => {
    expect(faultsOf(env)).toEqual([line])
  })

  it('all at once', () => {
    expect(faultsOf({ ARK_PORT: 'x', ARK_METRICS_PORT: 'y', ARK_B: 'z' })).toHaveLength(3)
  })

  it('without its text when it is a secret', () => {
    expect(faultsOf({ ARK_KEY_PASSPHRASE: 'first\u0000second' }).join()).toMatch(
      /^ARK_KEY_PASSPHRASE: It is not what/,
    )
  })
})

describe('a retired variable', () => {
  it('gets one warning line each, whatever it says, and sets nothing', () => {
    const { warnings, faults, settings } = readEnvironment({
      REDIS_URL: 'redis://u:geheim@x',
      ARK_WORKERS: 'many',
    })
    expect({ faults, settings }).toEqual({ faults: [], settings: {} })
    expect(warnings.map((line) => line.split(' ')[0])).toEqual(['REDIS_URL', 'ARK_WORKERS'])
    expect(warnings.join()).not.toMatch(/geheim|many|\n/)
  })
})

describe('production', () => {
  const PASSPHRASE = { ARK_KEY_PASSPHRASE: 'sixteen letters!' }

  it.each(['ARK_DEBUG_MODE', 'ARK_HOT_RELOAD', 'ARK_MOCK_APIS'])('refuses %s, unless it is off', (name) => {
    for (const text of ['true', '1', 'yes', 'TRUE', 'perhaps'])
      expect(productionFaults({ ...PASSPHRASE, [name]: text }).map(({ path }) => path)).toEqual([name])
    for (const text of ['false', '0', 'no', ''])
      expect(productionFaults({ ...PASSPHRASE, [name]: text })).toEqual([])
  })

  it('wants a passphrase of some length', () => {
    expect(productionFaults({}).map(formatFault)).toEqual([
      'ARK_KEY_PASSPHRASE: It is missing, wanted at least 16 characters in production',
    ])
    expect(productionFaults({ ARK_KEY_PASSPHRASE: 'fifteen letters' })).toHaveLength(1)
    expect(productionFaults(PASSPHRASE)).toEqual([])
  })
})

describe('what a variable sets', () => {
  it.each<[Record<string, string>, object]>([
    [{ ARK_PORT: '0' }, { http: { port: 0 } }],
    [{ ARK_API_PORT: '8101', ARK_PORT: '8101' }, { http: { port: 8101 } }],
    [{ ARK_API_HOST: '0.0.0.0', ARK_METRICS_PORT: '9191' }, { http: { host: '0.0.0.0', metricsPort: 9191 } }],
    [{ ARK_RATE_LIMIT: '119' }, { http: { ratePerToken: 1 } }],
    [{ ARK_ENVIRONMENT: 'Production' }, { environment: 'production' }],
    [{ ARK_ENABLE_LIVE_TRADING: 'no' }, { liveTrading: false }],
    [{ ARK_HEALTH_CHECK_INTERVAL: '30' }, { plugins: { watchdog: { agentsEveryMs: 30_000 } } }],
    [{ ARK_PORT: '', ARK_UNKNOWN: '' }, {}],
    [{ PATH: '/bin', HOME: '/root', OTHER_ARK_PORT: 'x' }, {}],
  ])('%j', (env, settings) => {
    const read = readEnvironment(env)
    expect(read.faults).toEqual([])
    expect(read.settings).toEqual(settings)
  })

  it('says by which variable', () => {
    expect([...readEnvironment({ ARK_PORT: '1', ARK_HOST: 'x' }).origins]).toEqual([
      ['http.port', 'ARK_PORT'],
      ['http.host', 'ARK_HOST'],
    ])
  })

  it('the log level, by the names of either system', () => {
    expect(logLevelFrom({})).toBe('info')
    expect(logLevelFrom({ ARK_LOG_LEVEL: 'WARNING' })).toBe('warn')
    expect(logLevelFrom({ ARK_LOG_LEVEL: 'critical' })).toBe('error')
    expect(logLevelFrom({ ARK_DEBUG_MODE: 'yes' })).toBe('debug')
    expect(logLevelFrom({ ARK_DEBUG_MODE: 'yes', ARK_LOG_LEVEL: 'error' })).toBe('error')
    expect(logLevelFrom({ ARK_LOG_LEVEL: 'constructor' })).toEqual({
      path: 'ARK_LOG_LEVEL',
      why: 'It is "constructor", wanted debug, info, warn or error',
    })
  })

  it('never throws, and never takes what is not understood', () => {
    const names = VARIABLES.filter(({ fate }) => fate.kind === 'key').map(({ name }) => name)
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string(), (name, text) => {
        const { faults, origins } = readEnvironment({ [name]: text })
        expect(faults.length + origins.size).toBe(text === '' ? 0 : 1)
      }),
    )
  })
})

describe('the table [TASK_1] [REQ_SEC_01]', () => {
  it('holds the 63 of the first system, each once, and a fate for each', () => {
    const legacy = VARIABLES.filter((entry) => entry.legacy)
    expect(legacy).toHaveLength(63)
    expect(new Set(VARIABLES.map(({ name }) => name)).size).toBe(VARIABLES.length)
    const count = (kind: string) => legacy.filter(({ fate }) => fate.kind === kind).length
    expect([count('key'), count('process'), count('credential'), count('retired')]).toEqual([7, 3, 11, 42])
  })

  it('puts every secret into a domain, and only credentials into the keystore', () => {
    for (const { type, domain } of VARIABLES) if (type.kind === 'secret') expect(DOMAINS).toContain(domain)
    expect(DOMAINS.map((domain) => credentialsOf(domain).length)).toEqual([2, 3, 5, 0, 1])
  })

  it('sets keys that exist', () => {
    for (const { fate } of VARIABLES) {
      if (fate.kind !== 'key') continue
      const [first = '', name = '', key = ''] = fate.path.split('.')
      expect(Object.keys(ConfigSchema.entries)).toContain(first)
      if (first !== 'plugins') continue
      const schema = PLUGINS.find((plugin) => plugin.name === name)?.config as unknown as { entries: object }
      expect(Object.keys(schema.entries)).toContain(key)
    }
  })

  it('knows every variable of ours that the sources read', () => {
    const root = fileURLToPath(new URL('../../../..', import.meta.url))
    const known = new Set(VARIABLES.map(({ name }) => name))
    const read = readSources(root).flatMap(({ path, text }) =>
      [...text.matchAll(/\benv\??\.(ARK_[A-Z_]+)\b/g)].map(([, name = '']) => `${path}: ${name}`),
    )
    expect(read.length).toBeGreaterThan(5)
    expect(read.filter((line) => !known.has(line.split(': ')[1] ?? ''))).toEqual([])
  })
})
