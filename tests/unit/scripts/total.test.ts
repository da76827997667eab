import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ark-total-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function report(stage: string, numPassedTests: number, numFailedTests: number): void {
  const counts = { numPassedTests, numFailedTests, numPendingTests: 2, numTodoTests: 0 }
  writeFileSync(join(folder, `${stage}.json`), JSON.stringify(counts))
}

/** The last line and the exit code. */
function total(...failedStages: string[]): [string | undefined, number | null] {
  const words = ['scripts/total.mjs', folder, ...failedStages]
  const { stdout, status } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  return [stdout.trimEnd().split('\n').at(-1), status]
}

describe('the total of a CI run', () => {
  it('fails when nothing ran, a report is empty, or a report is cut off', () => {
    expect(total()).toEqual(['0 passed, 0 failed, 0 skipped', 1])
    report('node', 5, 0)
    report('deno', 0, 0)
    expect(total()).toEqual(['5 passed, 1 failed, 4 skipped', 1])
    writeFileSync(join(folder, 'deno.json'), '{"numPassed')
    expect(total()).toEqual(['5 passed, 1 failed, 2 skipped', 1])
  })

  it('fails with a failed test, counted once, and with a failed stage that has none', () => {
    report('node', 5, 2)
    expect(total('node')).toEqual(['5 passed, 2 failed, 2 skipped', 1])
    report('node', 5, 0)
    expect(total('node')).toEqual(['5 passed, 1 failed, 2 skipped', 1])
    expect(total('check')).toEqual(['5 passed, 1 failed, 2 skipped', 1])
    expect(total('deno', 'deno')).toEqual(['5 passed, 1 failed, 2 skipped', 1])
  })

  it('adds up the stages', () => {
    report('node', 5, 0)
    report('bun', 7, 0)
    expect(total()).toEqual(['12 passed, 0 failed, 4 skipped', 0])
  })
})
