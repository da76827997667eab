/** Data directory, clock, timers and process figures: small, and the same on the three runtimes. */

import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clockPort, timerPort } from '#runtimes/shared/clock.ts'
import { prepareDataDir } from '#runtimes/shared/data-dir.ts'
import { createFileDurably, writeFileDurably } from '#runtimes/shared/durable-file.ts'
import { createTempDir, createTestPorts, removeDir } from '#tests/support/ports.ts'

let folder: string
beforeEach(() => {
  folder = createTempDir()
})
afterEach(() => removeDir(folder))

describe('prepareDataDir', () => {
  it('refuses a file in its place', () => {
    const path = join(folder, 'data')
    writeFileSync(path, '')
    expect(() => prepareDataDir(path)).toThrow(expect.objectContaining({ code: 'FILE_MISSING', where: path }))
    expect(() => prepareDataDir(join(path, 'sub'))).toThrow(expect.objectContaining({ code: 'FILE_MISSING' }))
  })

  // Permission bits do not bind root.
  it.skipIf(process.getuid?.() === 0)('refuses a directory that it cannot write (skipped for root)', () => {
    chmodSync(folder, 0o500)
    expect(() => prepareDataDir(folder)).toThrow(
      expect.objectContaining({ code: 'FILE_MISSING', where: folder }),
    )
    chmodSync(folder, 0o700)
  })

  // Only Linux has a file system that takes no folders.
  it.runIf(process.platform === 'linux')('refuses a file system that takes no folders', () => {
    expect(() => prepareDataDir('/sys/ark')).toThrow(expect.objectContaining({ code: 'FILE_MISSING' }))
  })

  it('makes it with its parents, private, and leaves nothing in it [PLACE_STATE] [SAFE_STATE_MODE]', () => {
    const path = join(folder, 'a', 'b')
    expect(prepareDataDir(relative(process.cwd(), path))).toBe(path)
    expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(readdirSync(path)).toEqual([])
    expect(prepareDataDir(path)).toBe(path)
  })
})

describe('durable files', () => {
  it('are created once, replaced whole, and leave no draft [PLACE_STATE]', () => {
    const path = join(folder, 'file')
    expect(createFileDurably(path, 'one')).toBe(true)
    expect(createFileDurably(path, 'two')).toBe(false)
    writeFileDurably(path, 'three')
    expect(readdirSync(folder)).toEqual(['file'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    mkdirSync(join(folder, 'taken'))
    expect(() => writeFileDurably(join(folder, 'taken'), 'four')).toThrow()
    expect(readdirSync(folder).sort()).toEqual(['file', 'taken'])
  })
})

describe('timers', () => {
  it('do not call back once cancelled', async () => {
    const calls: string[] = []
    timerPort.after(1, () => calls.push('cancelled'))()
    timerPort.every(1, () => calls.push('cancelled'))()
    await new Promise<void>((resolve) => {
      // An unref'd timer alone would let the process end; the test keeps it alive.
      const alive = setInterval(() => {}, 1_000)
      const stop = timerPort.every(1, () => {
        calls.push('tick')
        if (calls.length < 3) return
        stop()
        clearInterval(alive)
        timerPort.after(2, resolve)
        setTimeout(resolve, 20)
      })
    })
    expect(calls).toEqual(['tick', 'tick', 'tick'])
  })
})

describe('clock and process', () => {
  it('give numbers in the units they promise', async () => {
    const { ports, remove } = await createTestPorts()
    expect(Number.isInteger(ports.clock.now())).toBe(true)
    expect(Math.abs(ports.clock.now() - Date.now())).toBeLessThan(60_000)
    const before = clockPort.monotonic()
    expect(clockPort.monotonic()).toBeGreaterThanOrEqual(before)
    expect(ports.process.cpuSeconds()).toBeGreaterThan(0)
    expect(ports.process.cpuSeconds()).toBeLessThan(100_000)
    expect(ports.process.rssBytes()).toBeGreaterThan(1_000_000)
    expect(await ports.process.diskFreeBytes()).toBeGreaterThan(1_000_000)
    remove()
  })
})

describe('createTestPorts', () => {
  it('gives the ports of the runtime that runs it, on a directory with a key', async () => {
    const { ports, dataDir, logged, remove } = await createTestPorts()
    const here = 'Deno' in globalThis ? 'deno' : 'Bun' in globalThis ? 'bun' : 'node'
    expect(ports.name).toBe(here)
    expect(ports.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(await ports.keys.verify('text', await ports.keys.sign('text'), ports.keys.publicKey)).toBe(true)
    expect(ports.keys.sha256Hex('abc')).toBe(ports.hash.sha256Hex('abc'))
    ports.log.write({ level: 'debug', source: 'test', message: 'kept' })
    expect(logged.join('')).toContain('kept')
    remove()
    expect(statSync(dataDir, { throwIfNoEntry: false })).toBeUndefined()
  })
})
