import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '#runtimes/shared/database.ts'
import { openKeystore } from '#runtimes/shared/keystore.ts'
import { keystorePath } from '#runtimes/shared/keystore-file.ts'
import { acquireLock } from '#runtimes/shared/lock.ts'
import { createTestArk } from '#tests/support/ark.ts'
import { createTestPorts, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'

interface Check {
  readonly name: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly said: string
  readonly remedy?: string
}

const RUN = { kind: 'backtest', name: 'doctor', seed: 'doctor', market: 'chunks' } as const
const ANY_PORTS = ['--port', '0', '--metrics-port', '0']

let dataDir = ''
beforeEach(async () => {
  dataDir = (await createTestPorts()).dataDir
})
afterEach(() => removeDir(dataDir))

async function examine(argv: readonly string[] = ANY_PORTS, env: Record<string, string> = {}) {
  const { code, out, err } = await runHere(['doctor', '--json', '--data-dir', dataDir, ...argv], env)
  expect(err).toBe('')
  const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: readonly Check[] }
  expect(code).toBe(ok ? 0 : 1)
  expect(ok).toBe(checks.every(({ state }) => state !== 'fail'))
  for (const { state, remedy } of checks) expect(remedy === undefined).toBe(state === 'ok')
  return {
    failed: checks.filter(({ state }) => state === 'fail'),
    checks,
    find: (name: string) => checks.filter((check) => check.name === name),
  }
}

/** A journal with a run, closed cleanly; then changed by whatever a test does to it. */
async function makeJournal(...changes: readonly string[]): Promise<void> {
  const { ports } = await createTestPortsIn(dataDir)
  const database = await openDatabase(join(dataDir, 'ark.db'))
  const { ark } = await createTestArk({ ports, database })
  await ark.beginRun(RUN)
  for (const reason of ['first', 'second'])
    await ark.control('operator', {
      type: 'mode/requested',
      payload: { mode: 'halted', principal: 'operator', reason },
    })
  await ark.stop()
  for (const sql of changes) await database.commit([{ sql }])
  await database.close()
}

async function createTestPortsIn(folder: string) {
  const { createRuntimePorts } = await import('#runtimes/runtime.ts')
  return { ports: await createRuntimePorts({ dataDir: folder, logLevel: 'error' }) }
}

describe('doctor fails, with a remedy, [REQ_INFRA_03] [REQ_DEPLOY_01]', () => {
  it('on a port that another process holds, naming it where the host tells', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    try {
      const { failed } = await examine(['--port', port, '--metrics-port', '0'])
      expect(failed).toMatchObject([{ name: 'API port', remedy: expect.stringContaining('--port') }])
      // Only Linux tells who holds a port.
      const holder = existsSync('/proc/net/tcp') ? `process ${process.pid} (` : 'another process'
      expect(failed[0]?.said).toContain(`${port} is held by ${holder}`)
      const { failed: none, find } = await examine(['--port', '0', '--metrics-port', port])
      expect(none).toEqual([])
      expect(find('metrics port')).toMatchObject([{ state: 'warn' }])
    } finally {
      server.close()
    }
  })

  it.each([
    [
      'an edited entry',
      `UPDATE journal SET body = replace(body, 'doctor', 'd0ctor') WHERE seq = 1`,
      'journal tail',
    ],
    ['a missing entry', 'DELETE FROM journal WHERE seq = 2', 'journal tail'],
    ['a missing end', 'DELETE FROM journal WHERE seq > 2', 'journal tail'],
    ['an edited head', `UPDATE checkpoint SET note = replace(note, 'ark/', 'akr/')`, 'signed head'],
    ['a head of more than there is', 'UPDATE checkpoint SET size = size + 5', 'signed head'],
    ['a newer schema', 'INSERT INTO schema_version VALUES (999)', 'journal schema'],
    ['a clock before the newest commit', 'UPDATE batch SET committed_at = 4000000000000', 'clock'],
  ])('on %s', async (_, sql, name) => {
    await makeJournal(sql)
    expect((await examine()).failed.map((check) => check.name)).toContain(name)
  })

  it('on a file that is no database', async () => {
    writeFileSync(join(dataDir, 'ark.db'), 'x'.repeat(8_192))
    expect((await examine()).failed.map((check) => check.name)).toEqual(['journal'])
  })

  it('on keys that others may read or that do not open', async () => {
    chmodSync(join(dataDir, 'keys', 'box.key'), 0o644)
    writeFileSync(join(dataDir, 'operator.token'), 'ark_x', { mode: 0o644 })
    openKeystore({ dataDir, env: { NEWS_API_KEY: 'geheim' }, passphrase: 'right' })
    const { failed } = await examine(ANY_PORTS, { ARK_KEY_PASSPHRASE: 'wrong' })
    expect(failed.map(({ name }) => name)).toEqual(['box key', 'credentials', 'operator token'])
    expect(failed.map(({ said }) => said).join()).toMatch(/mode 644.*does not open.*mode 644/)
    expect(JSON.stringify(failed)).not.toContain('geheim')
  })

  it('on every fault of the configuration, one line each', async () => {
    const { code, out } = await runHere(['doctor', '--data-dir', dataDir], {
      ARK_PROT: '1',
      ARK_API_PORT: '80',
      REDIS_DB: '1',
    })
    expect(code).toBe(1)
    expect(out).toMatch(/^✗ {2}configuration +ARK_PROT: .*\n {4}\S.*\n✗ {2}configuration +ARK_API_PORT: /m)
    expect(out).toMatch(/^! {2}configuration +REDIS_DB has no effect/m)
    expect(out).toMatch(/\n2 of \d+ checks failed\.\n$/)
  })

  it('on a data directory that is a file', async () => {
    const path = join(dataDir, 'file')
    writeFileSync(path, '')
    const { code, out } = await runHere(['doctor', '--data-dir', path, ...ANY_PORTS])
    expect(code).toBe(1)
    expect(out).toMatch(/^✗ {2}data directory +.* is no folder$/m)
  })
})

/** The log beside the journal goes when its last reader does, whoever that is. */
function listFiles(): readonly string[] {
  return readdirSync(dataDir).filter((name) => !/-(shm|wal)$/.test(name))
}

describe('doctor finds nothing wrong', () => {
  it('where nothing ever ran, and makes nothing', async () => {
    const box = join(dataDir, 'box')
    const { code, out } = await runHere(['doctor', '--data-dir', box, ...ANY_PORTS])
    expect(code).toBe(0)
    expect(out).toMatch(/^✓ {2}data directory +.*box is made at the first start$/m)
    expect(out).toMatch(/\nNothing stands against a start\.\n$/)
    expect(existsSync(box)).toBe(false)
  })

  it('with a journal and its head, and changes nothing', async () => {
    await makeJournal()
    const before = [...listFiles(), readFileSync(join(dataDir, 'keys', 'box.key'), 'utf8')]
    const { failed, find } = await examine(ANY_PORTS, { ARK_KEY_PASSPHRASE: 'a passphrase that came later' })
    expect(failed).toEqual([])
    expect(find('journal tail')[0]?.said).toMatch(
      /^\d+ entries without a gap, the last \d+ match their leaves$/,
    )
    expect(find('signed head')[0]?.said).toMatch(/^covers (\d+) of \1 entries, and this box signed it$/)
    expect(find('seal')).toMatchObject([{ state: 'ok' }])
    expect([...listFiles(), readFileSync(join(dataDir, 'keys', 'box.key'), 'utf8')]).toEqual(before)
  })

  it('while a box runs and holds the ports of its lock', async () => {
    const lock = await acquireLock(dataDir, { runtime: 'Test 1', version: '1.0.0' })
    lock.update({ port: 1_025, metricsPort: 1_026 })
    const { ports } = await createTestPortsIn(dataDir)
    const database = await openDatabase(join(dataDir, 'ark.db'))
    const { ark } = await createTestArk({ ports, database })
    try {
      await ark.beginRun(RUN)
      const { failed, find } = await examine(['--port', '1025', '--metrics-port', '1026'])
      expect(failed).toEqual([])
      expect(find('API port')[0]?.said).toBe(`1025 is held by the ARK that runs here, process ${process.pid}`)
      expect(find('lock')[0]?.said).toContain(`process ${process.pid}`)
      expect(find('live start').map(({ said }) => said)).toContain('no halt drill since boot')
      await ark.control('operator', {
        type: 'drill/passed',
        payload: { principal: 'operator', reason: 'test' },
      })
      const drilled = (await examine(['--port', '1025', '--metrics-port', '1026'])).find('live start')
      expect(drilled.map(({ said }) => said)).toContain('a halt drill passed since boot')
    } finally {
      await ark.stop()
      await database.close()
      lock.release()
    }
  })
})

describe('doctor warns', () => {
  it('of a lock that its owner left, of open rights, of old and of plain credentials', async () => {
    writeFileSync(
      join(dataDir, 'ark.lock'),
      JSON.stringify({ pid: 2 ** 30, startedAt: 1, runtime: 'x', version: 'x' }),
    )
    chmodSync(dataDir, 0o755)
    openKeystore({ dataDir, env: { NEWS_API_KEY: 'geheim' }, passphrase: '', now: 0 })
    const { find, failed } = await examine()
    expect(failed).toEqual([])
    for (const name of ['lock', 'data directory', 'credentials', 'credential age', 'box key'])
      expect(find(name)).toMatchObject([{ name, state: 'warn' }])
    expect(find('credential age')[0]?.said).toContain('NEWS_API_KEY')
  })

  it('of what would stop a live start', async () => {
    const said = (await examine()).find('live start').map((check) => check.said)
    expect(said.join('\n')).toMatch(
      /no live broker\nno risk officer.*\nno halt drill.*\n.*development\n.*not encrypted/,
    )
    await makeJournal(`INSERT INTO identity VALUES ('rita', 'risk-officer', 'x', 1, NULL)`)
    const { find } = await examine()
    expect(find('live start')).toContainEqual({ name: 'live start', state: 'ok', said: 'risk officer: rita' })
  })

  it('of a keystore that is none', async () => {
    mkdirSync(join(dataDir, 'keys'), { recursive: true })
    writeFileSync(keystorePath(dataDir), '{}', { mode: 0o600 })
    expect((await examine()).failed).toMatchObject([
      { name: 'credentials', said: expect.stringContaining('no keystore') },
    ])
  })
})
