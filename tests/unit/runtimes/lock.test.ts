import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acquireLock, type LockInfo, readLock } from '#runtimes/shared/lock.ts'
import { processStart } from '#runtimes/shared/process-table.ts'
import { createTempDir, removeDir, scriptArgs } from '#tests/support/ports.ts'

const OWNER = { runtime: 'node 20', version: '1.0.0' }
/** Linux never hands out a pid this large. */
const NO_PID = 2 ** 22 + 1

let folder: string
let path: string
const children: ChildProcess[] = []

beforeEach(() => {
  folder = createTempDir()
  path = join(folder, 'ark.lock')
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  removeDir(folder)
})

function put(info: Partial<LockInfo>): void {
  writeFileSync(path, JSON.stringify({ pid: process.pid, startedAt: 0, ...OWNER, ...info }))
}

/** A living process that does nothing. */
async function startSleeper(): Promise<number> {
  const script = join(folder, 'sleep.mjs')
  writeFileSync(script, "console.log('up'); setInterval(() => {}, 1e6)")
  const child = spawn(process.execPath, scriptArgs(script), { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await once(child.stdout, 'data')
  return child.pid ?? Number.NaN
}

/** Processes that all try to take the lock at the same moment, and live on; what each of them printed. */
async function contend(count: number): Promise<string[]> {
  const script = join(folder, 'contend.mjs')
  const source = `
    import { acquireLock } from '#runtimes/shared/lock.ts'
    process.stdin.once('data', () => acquireLock(${JSON.stringify(folder)}, { runtime: 'test', version: '1' })
      .then(() => console.log('won'), (error) => console.log(error.code)))
    console.log('ready')`
  const stdin = { contents: source, resolveDir: process.cwd() }
  buildSync({ stdin, outfile: script, bundle: true, platform: 'node', format: 'esm' })
  const contenders = Array.from({ length: count }, () => {
    const child = spawn(process.execPath, scriptArgs(script), { stdio: ['pipe', 'pipe', 'inherit'] })
    children.push(child)
    return child
  })
  const say = async (child: (typeof contenders)[number]) => String(await once(child.stdout, 'data')).trim()
  await Promise.all(contenders.map(say))
  const results = Promise.all(contenders.map(say))
  for (const child of contenders) child.stdin.write('go')
  return results
}

async function killAll(): Promise<void> {
  for (const child of children.splice(0)) {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}

describe('acquireLock refuses', () => {
  it('a second owner in the same process, and tells who the first is', async () => {
    const lock = await acquireLock(folder, OWNER)
    lock.update({ port: 8123 })
    await expect(acquireLock(folder, OWNER)).rejects.toMatchObject({
      code: 'LOCKED',
      where: folder,
      message: expect.stringMatching(
        new RegExp(`^Process ${process.pid} \\(node 20\\) runs here on port 8123 since 20..-`),
      ),
    })
    lock.release()
  })

  it('while another process lives, and yields once that one was killed [REQ_INFRA_02]', async () => {
    const pid = await startSleeper()
    const start = processStart(pid)
    put({ pid, ...(start === undefined ? {} : { processStart: start }) })
    await expect(acquireLock(folder, OWNER)).rejects.toMatchObject({ code: 'LOCKED' })
    expect((await readLock(folder))?.pid).toBe(pid)
    await killAll()
    expect(await readLock(folder)).toBeUndefined()
    const lock = await acquireLock(folder, OWNER)
    expect((await readLock(folder))?.pid).toBe(process.pid)
    lock.release()
  })

  it('a garbled lock while it is young', async () => {
    for (const text of [
      '',
      '{"pid":',
      '[]',
      'null',
      '{"pid":-1,"startedAt":1}',
      '{"pid":"x","startedAt":1}',
    ]) {
      writeFileSync(path, text)
      await expect(acquireLock(folder, OWNER)).rejects.toMatchObject({ code: 'LOCKED' })
      expect(await readLock(folder)).toBeUndefined()
    }
  })

  it('while a living process is in the middle of a takeover', async () => {
    put({ pid: NO_PID })
    const pid = await startSleeper()
    writeFileSync(`${path}.takeover`, JSON.stringify({ pid, startedAt: 0, ...OWNER }))
    await expect(acquireLock(folder, OWNER)).rejects.toMatchObject({ code: 'LOCKED' })
  })

  it('a folder that is missing, as what it is', async () => {
    await expect(acquireLock(join(folder, 'none'), OWNER)).rejects.toMatchObject({ code: 'FILE_MISSING' })
  })
})

describe('acquireLock takes over', () => {
  it('from a process that is gone [REQ_INFRA_02]', async () => {
    put({ pid: NO_PID })
    const lock = await acquireLock(folder, OWNER)
    expect(await readLock(folder)).toEqual(lock.info())
    expect(readdirSync(folder)).toEqual(['ark.lock'])
    lock.release()
  })

  // Elsewhere nothing tells when a process started.
  it.skipIf(processStart(process.pid) === undefined)(
    'from a pid that another process has now (needs /proc)',
    async () => {
      put({ pid: process.pid, processStart: 'another-boot/1' })
      expect(await readLock(folder)).toBeUndefined()
      const lock = await acquireLock(folder, OWNER)
      expect((await readLock(folder))?.processStart).toBe(processStart(process.pid))
      lock.release()
    },
  )

  it('a garbled lock that has stayed so', async () => {
    writeFileSync(path, '')
    const old = Date.now() / 1000 - 6
    utimesSync(path, old, old)
    const lock = await acquireLock(folder, OWNER)
    expect(await readLock(folder)).toEqual(lock.info())
    lock.release()
  })

  it('after a takeover that was killed half-way', async () => {
    put({ pid: NO_PID })
    writeFileSync(`${path}.takeover`, JSON.stringify({ pid: NO_PID, startedAt: 0, ...OWNER }))
    const lock = await acquireLock(folder, OWNER)
    expect(readdirSync(folder)).toEqual(['ark.lock'])
    lock.release()
  })
})

describe('contenders', () => {
  it('for a new lock, and after kill -9 for the stale one, get one winner [REQ_INFRA_02]', async () => {
    const wanted = ['LOCKED', 'LOCKED', 'LOCKED', 'won']
    expect((await contend(4)).sort()).toEqual(wanted)
    await killAll()
    expect(await readLock(folder)).toBeUndefined()
    expect((await contend(4)).sort()).toEqual(wanted)
    await killAll()
  })
})

describe('a lock', () => {
  it('holds its ports once they are known, and is gone after the release', async () => {
    const lock = await acquireLock(folder, OWNER)
    lock.update({ port: 8000 })
    lock.update({ metricsPort: 9090 })
    expect(await readLock(folder)).toMatchObject({
      pid: process.pid,
      port: 8000,
      metricsPort: 9090,
      ...OWNER,
    })
    lock.release()
    expect(existsSync(path)).toBe(false)
    expect(await readLock(folder)).toBeUndefined()
  })

  it('leaves the lock of a successor alone', async () => {
    const lock = await acquireLock(folder, OWNER)
    put({ pid: NO_PID })
    lock.release()
    expect(readFileSync(path, 'utf8')).toContain(String(NO_PID))
  })
})
