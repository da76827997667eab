import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const BINARY = join(process.cwd(), 'dist', process.platform === 'win32' ? 'ark.exe' : 'ark')

// Only where `npm run build:binary` has run: the compiler is fetched for it, and a plain `npm test` fetches none.
describe.skipIf(!existsSync(BINARY))('the single binary', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ark-binary-'))

  // Inside the repository it would quietly find node_modules above it.
  const ark = (...words: string[]) =>
    spawnSync(join(folder, 'ark'), words, {
      cwd: folder,
      encoding: 'utf8',
      env: { HOME: folder, TMPDIR: folder },
    })

  beforeAll(() => copyFileSync(BINARY, join(folder, 'ark')))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('names the version of package.json', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    const { stdout, stderr, status } = ark('--version')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain(version)
  })

  it('refuses an unknown command with exit code 2', () => {
    expect(ark('no-such-command').status).toBe(2)
  })

  it('replays the sample, prints one JSON line, and its journal verifies', () => {
    const first = ark('start', '--once', '--json')
    expect(first.status, first.stderr).toBe(0)
    const summary = JSON.parse(first.stdout) as { decisionDigest: string }
    expect(summary.decisionDigest).toMatch(/^[0-9a-f]{64}$/)

    const replay = ark('replay', '--verify')
    expect(replay.status, replay.stderr).toBe(0)
  })
})
