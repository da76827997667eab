import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { isRunning, portOwner, processStart } from '#runtimes/shared/process-table.ts'

const LINUX = process.platform === 'linux'
const NO_PID = 2 ** 22 + 1

async function listen(host: string): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, close: () => new Promise((resolve) => server.close(() => resolve())) }
}

describe('isRunning and processStart', () => {
  it('know nothing of a process that does not exist', () => {
    expect(isRunning(NO_PID)).toBe(false)
    expect(processStart(NO_PID)).toBeUndefined()
  })

  it('know this process, always with the same start', () => {
    expect(isRunning(process.pid)).toBe(true)
    expect(processStart(process.pid)).toBe(processStart(process.pid))
  })

  // Only Linux has /proc.
  it.runIf(LINUX)('take the start from field 22 (needs /proc)', () => {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/\(.*\)/, 'name')
      .split(' ')
    expect(processStart(process.pid)?.split('/')[1]).toBe(fields[21])
  })
})

describe('portOwner', () => {
  it('names nobody for a port on which nobody listens', async () => {
    const server = await listen('127.0.0.1')
    await server.close()
    expect(await portOwner(server.port)).toBeUndefined()
  })

  // Only Linux has /proc.
  it.runIf(LINUX).each(['127.0.0.1', '::'])(
    'names this process for its own port on %s (needs /proc)',
    async (host) => {
      const server = await listen(host)
      expect(await portOwner(server.port)).toMatchObject({
        pid: process.pid,
        command: expect.stringMatching(/\w/),
      })
      await server.close()
    },
  )
})
