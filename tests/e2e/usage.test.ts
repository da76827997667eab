/** That a process ends as its command did. What the commands say is held by tests/unit/runtimes/cli-usage.test.ts. */

import { describe, expect, it } from 'vitest'
import { ark } from '../support/cli.ts'
import { createTempDir, removeDir } from '../support/ports.ts'

describe('a process', () => {
  it('ends with 0 after help, on standard output', async () => {
    const { code, out, err } = await ark(['--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Usage: ark [command] [options]')
  })

  it('ends with 2 after bad usage, in one line on standard error', async () => {
    const { code, out, err } = await ark(['strat'])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^BAD_USAGE at strat: .* Did you mean start\?.*\n$/)
  })

  it('ends with 1 and no stack trace when it cannot do what was asked', async () => {
    const dataDir = createTempDir()
    const { code, err } = await ark(['stop'], { ARK_DATA_DIR: dataDir })
    expect(code).toBe(1)
    expect(err).toBe(`NOT_RUNNING at ${dataDir}: There is nothing to stop. Start it with ark start.\n`)
    const debugged = await ark(['stop'], { ARK_DATA_DIR: dataDir, ARK_LOG_LEVEL: 'debug' })
    expect(debugged.err).toMatch(/\n +at /)
    removeDir(dataDir)
  })
})
