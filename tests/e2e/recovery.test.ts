/** A box that ends badly, and one whose journal was touched: what the next start makes of it. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase } from '#runtimes/shared/database.ts'
import { ark, type Box, get, readyUrlOf, startArk, until, urlOf } from '../support/cli.ts'
import { createTempDir, removeDir } from '../support/ports.ts'

const boxes: Box[] = []
const folders: string[] = []

function folder(): string {
  const dataDir = createTempDir()
  folders.push(dataDir)
  return dataDir
}

function start(dataDir: string, args: readonly string[] = []): Box {
  const box = startArk(dataDir, args)
  boxes.push(box)
  return box
}

afterEach(async () => {
  for (const box of boxes.splice(0)) await box.end()
  for (const dataDir of folders.splice(0)) removeDir(dataDir)
})

describe('kill -9', () => {
  it('in the middle of the replay costs nothing: the next start goes on and decides alike [REQ_MEM_02]', async () => {
    const [whole, cut] = [folder(), folder()]
    const uncut = await ark(['start', '--once', '--json', '--data-dir', whole])
    const box = start(cut, ['--speed', '500'])
    const url = await urlOf(box)
    await until(box, async () => {
      const { lastSeq } = await get<{ lastSeq: number }>(url, '/healthz')
      return lastSeq > 200 ? true : undefined
    })
    await box.end()
    // The lock of the dead box is still there: it is taken over.
    const resumed = await ark(['start', '--once', '--json', '--data-dir', cut])
    expect(resumed.err).toContain('going on with the replay of run sp500-1')
    expect(withoutTimes(resumed.out)).toEqual(withoutTimes(uncut.out))
    const replayed = await ark(['replay', '--verify', '--data-dir', cut])
    expect(replayed.out).toContain('every decision was recomputed and agrees')
    expect(replayed.code).toBe(0)
  })

  it('of a trading box: account and mode are as they were [REQ_REC_01] [SAFE_HALT]', async () => {
    const dataDir = folder()
    const box = start(dataDir)
    await readyUrlOf(box)
    const halted = await ark(['halt', '--reason', 'we look closer', '--json', '--data-dir', dataDir])
    expect(JSON.parse(halted.out)).toMatchObject({ mode: 'halted' })
    await box.end()
    const next = start(dataDir)
    const url = await readyUrlOf(next)
    expect(await get(url, '/v1/mode')).toMatchObject({
      mode: 'halted',
      reasons: expect.arrayContaining(['we look closer']),
    })
    await ark(['resume', '--reason', 'we looked', '--data-dir', dataDir])
    const mode = await until(next, async () => {
      const answer = await get<{ mode: string }>(url, '/v1/mode')
      return answer.mode === 'active' ? answer.mode : undefined
    })
    expect(mode).toBe('active')
  })
})

describe('halt', () => {
  it('works while nothing runs [SAFE_HALT]', async () => {
    const dataDir = folder()
    const early = await ark(['halt', '--reason', 'too early', '--data-dir', dataDir])
    expect(early.code).toBe(1)
    expect(early.err).toContain('REPLAY_RUNNING')
    await ark(['start', '--once', '--data-dir', dataDir])
    const halted = await ark(['halt', '--reason', 'overnight', '--json', '--data-dir', dataDir])
    expect(JSON.parse(halted.out)).toMatchObject({ mode: 'halted' })
    const status = await ark(['status', '--json', '--data-dir', dataDir])
    expect(JSON.parse(status.out)).toMatchObject({ running: false, disk: { mode: 'halted' } })
  })
})

describe('a journal that was touched', () => {
  it('is found by replay --verify and halts the next start [REQ_REC_02] [REQ_GOV_01]', async () => {
    const dataDir = folder()
    await ark(['start', '--once', '--data-dir', dataDir])
    await tamper(dataDir, 200)
    const replayed = await ark(['replay', '--verify', '--data-dir', dataDir])
    expect(replayed.code).toBe(1)
    expect(replayed.err).toMatch(/^JOURNAL_CORRUPT at seq 200: /)
    const box = start(dataDir)
    const url = await urlOf(box)
    const mode = await until(box, async () => {
      const answer = await get<{ mode: string; reasons: string[] }>(url, '/v1/mode')
      return answer.mode === 'halted' ? answer : undefined
    })
    expect(mode.reasons.join()).toContain('JOURNAL_CORRUPT at seq 200')
    await until(box, async () => (box.said().includes('mode halted') ? true : undefined))
  })
})

describe('the lock', () => {
  it('of a process that is gone, or of another start of it, is taken over [REQ_INFRA_02]', async () => {
    const dataDir = folder()
    const info = {
      pid: process.pid,
      startedAt: 1,
      processStart: 'long-ago/1',
      runtime: 'Node 1',
      version: '0.0.1',
    }
    writeFileSync(join(dataDir, 'ark.lock'), JSON.stringify(info))
    const started = await ark(['start', '--once', '--json', '--data-dir', dataDir])
    expect(started.code).toBe(0)
  })
})

/** One digit of one stored text, the rest and all proofs as they were. */
async function tamper(dataDir: string, seq: number): Promise<void> {
  const database = await openDatabase(join(dataDir, 'ark.db'))
  const rows = await database.query('SELECT body FROM journal WHERE seq = ?', [seq])
  const body = String(rows[0]?.[0])
  const forged = body.replace(
    /"time":"20(\d\d)/,
    (_all, year: string) => `"time":"20${year === '01' ? '02' : '01'}`,
  )
  expect(forged).not.toBe(body)
  await database.commit([{ sql: 'UPDATE journal SET body = ? WHERE seq = ?', args: [forged, seq] }])
  await database.close()
}

/** A resumed run took another time, and that is all. */
function withoutTimes(line: string): object {
  const {
    elapsedSeconds: _elapsed,
    barsPerSecond: _rate,
    ...rest
  } = JSON.parse(line) as Record<string, unknown>
  return rest
}
