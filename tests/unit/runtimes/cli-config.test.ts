import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openKeystore } from '#runtimes/shared/keystore.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'

let folder = ''
beforeEach(() => {
  folder = createTempDir()
})
afterEach(() => removeDir(folder))

function file(content: unknown): string {
  const path = join(folder, 'ark.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

interface Shown {
  readonly config: { readonly http: object; readonly plugins: { readonly [name: string]: object } }
  readonly origins: { readonly [path: string]: string }
  readonly credentials: readonly object[]
  readonly warnings: readonly string[]
}

async function show(argv: readonly string[], env: Record<string, string> = {}): Promise<Shown> {
  const { code, out, err } = await runHere(['config', 'show', '--json', '--data-dir', folder, ...argv], env)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out) as Shown
}

describe('config validate [TASK_1]', () => {
  it('lists every fault of file, plugins and environment, and exits 1', async () => {
    const path = file({
      http: { prot: 1, port: 70_000 },
      plugins: { kenyn: {}, kenny: { entry: 'marke' }, joey: { fastBars: 60 }, hrm: 5 },
      apiKey: 'geheim',
    })
    const { code, out, err } = await runHere(['config', 'validate', path], {
      ARK_PROT: '1',
      NEWS_API_KEY_FILE: '/none/x',
    })
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.slice(0, 70)),
    ).toEqual([
      '✗ ARK_PROT: There is no such variable; did you mean ARK_PORT?',
      expect.stringMatching(/^✗ NEWS_API_KEY_FILE: The file cannot be read/),
      expect.stringMatching(/^✗ apiKey: holds a secret/),
      '✗ http.port: was 70000, wanted at most 65535',
      '✗ http.prot: there is no such key; did you mean port?',
      '✗ plugins.kenyn: there is no such plugin; did you mean kenny?',
      '✗ plugins.joey: fastBars must be smaller than slowBars',
      '✗ plugins.kenny.entry: was "marke", wanted "market" or "limit"',
      '✗ plugins.hrm: wanted an object of settings',
      `${path}: 9 faults`,
    ])
    expect(out).not.toContain('geheim')
    const { out: line } = await runHere(['config', 'validate', path, '--json'])
    expect(JSON.parse(line)).toMatchObject({ valid: false, where: path, faults: { length: 7 } })
  })

  it('says so when all is well, with a line for what has no effect', async () => {
    const path = file({ $schema: 'x', http: { port: 0 } })
    const { code, out } = await runHere(['config', 'validate', path], { REDIS_URL: 'x' })
    expect(code).toBe(0)
    expect(out).toMatch(/^! REDIS_URL has no effect: .*\n✓ .*ark\.json is a sound configuration\n$/)
  })

  it('and without a file speaks of the defaults', async () => {
    expect(await runHere(['config', 'validate'])).toMatchObject({
      code: 0,
      out: '✓ the defaults are sound\n',
    })
    expect((await runHere(['doctor', '--data-dir', folder])).out).toMatch(
      /configuration +the defaults are sound\n/,
    )
  })

  it.each([
    ['{', 'is not JSON'],
    ['[]', '(whole file): was a list, wanted an object'],
    ['{"http": []}', 'http: was a list, wanted an object'],
    ['{"venues": {"XNYS": [1]}}', 'venues.XNYS: was a list, wanted an object'],
    ['{"plugins": {"kyle": {"scale": []}}}', 'plugins.kyle.scale: was a list, wanted an object'],
    ['{"plugins": []}', 'plugins: was a list, wanted an object'],
    ['null', '(whole file)'],
    ['{"__proto__": {"http": {"port": 1}}}', '__proto__: there is no such key'],
  ])('refuses %j', async (content, why) => {
    const { code, out } = await runHere(['config', 'validate', file(content)])
    expect(code).toBe(1)
    expect(out).toContain(why)
  })

  it('takes a byte order mark', async () => {
    expect((await runHere(['config', 'validate', file('\ufeff{}')])).code).toBe(0)
  })

  it('does not know a file that is not there', async () => {
    const { code, err } = await runHere(['config', 'validate', join(folder, 'none.json')])
    expect(code).toBe(1)
    expect(err).toMatch(/^FILE_MISSING at .*none\.json: /)
  })
})

describe('config show', () => {
  it('says where each value comes from: option over environment over file over default', async () => {
    const path = file({
      http: { port: 1_111, metricsPort: 2_222, ratePerToken: 5 },
      issuers: { 'BRK.B': 'Berkshire' },
    })
    const env = {
      ARK_CONFIG: path,
      ARK_PORT: '3333',
      ARK_METRICS_PORT: '4444',
      ARK_HEALTH_CHECK_INTERVAL: '10',
    }
    const { config, origins } = await show(['--port', '5555'], env)
    expect(config.http).toMatchObject({ port: 5_555, metricsPort: 4_444, ratePerToken: 5, host: '127.0.0.1' })
    expect(config.plugins.watchdog).toMatchObject({ agentsEveryMs: 10_000, queueEveryMs: 2_000 })
    expect(origins).toMatchObject({
      'http.port': 'option',
      'http.metricsPort': 'environment',
      'http.ratePerToken': 'file',
      'http.host': 'default',
      'issuers.BRK.B': 'file',
      'plugins.watchdog.agentsEveryMs': 'environment',
      'plugins.watchdog.queueEveryMs': 'default',
      queueCapacity: 'default',
    })
  })

  it('lists credentials by domain, masked, from the environment or the keystore', async () => {
    openKeystore({ dataDir: folder, env: { NEWS_API_KEY: 'geheim' }, passphrase: 'p', now: 0 })
    const env = { TELEGRAM_BOT_TOKEN: 'geheim' }
    const { credentials } = await show([], env)
    expect(credentials).toEqual([
      { domain: 'telegram', name: 'TELEGRAM_BOT_TOKEN', origin: 'environment', since: null, value: '***' },
      {
        domain: 'external',
        name: 'NEWS_API_KEY',
        origin: 'keystore',
        since: '1970-01-01T00:00:00.000Z',
        value: '***',
      },
    ])
    const { out } = await runHere(['config', 'show', '--data-dir', folder], env)
    expect(out).toMatch(/^http\.port +default +8000$/m)
    expect(out).toMatch(/^ {2}external +NEWS_API_KEY +\*{3} +keystore +kept since 1970/m)
    expect(out).not.toContain('geheim')
  })

  it('refuses a faulty configuration as a start does, and touches nothing', async () => {
    const dataDir = join(folder, 'box')
    const env = { ARK_ENVIRONMENT: 'production', ARK_MOCK_APIS: 'true', ARK_ENABLE_LIVE_TRADING: '1' }
    for (const command of [
      ['config', 'show'],
      ['start', '--once'],
    ]) {
      const { code, out, err } = await runHere([...command, '--data-dir', dataDir], env)
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err.split('\n').slice(-6)).toEqual([
        'CONFIG_INVALID at defaults: 3 faults:',
        '  ARK_ENABLE_LIVE_TRADING: was true, wanted false: this build has no live broker, it trades on paper',
        '  ARK_MOCK_APIS: It is set, wanted false or nothing in production',
        '  ARK_KEY_PASSPHRASE: It is missing, wanted at least 16 characters in production',
        'Mend each place that is listed.',
        '',
      ])
    }
    expect(existsSync(dataDir)).toBe(false)
  })
})

describe('config schema', () => {
  it('prints the JSON Schema that is published, plugins included', async () => {
    const { code, out } = await runHere(['config', 'schema'])
    expect(code).toBe(0)
    const published = fileURLToPath(new URL('../../../docs/ark.config.schema.json', import.meta.url))
    expect(JSON.parse(out)).toEqual(JSON.parse(readFileSync(published, 'utf8')))
    expect(JSON.parse(out)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
      properties: {
        $schema: { type: 'string' },
        http: { properties: { port: { type: 'integer', minimum: 0, maximum: 65_535, default: 8_000 } } },
        plugins: {
          additionalProperties: false,
          properties: {
            kenny: { properties: { entry: { enum: ['market', 'limit'] } }, additionalProperties: false },
          },
        },
      },
    })
  })
})

it.each([
  [['config', 'shwo'], 'Did you mean show?'],
  [['config', 'history'], 'no "config history" yet'],
  [['config', 'show', 'x'], 'one word too many'],
  [['config', 'show', '--port', 'x'], '--port is "x"'],
])('%j is bad usage', async (argv, why) => {
  const { code, err } = await runHere(argv)
  expect(code).toBe(2)
  expect(err).toContain(why)
})
