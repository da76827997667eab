import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTree, leafHash } from '#core/journal/merkle.ts'
import { SP500_DAILY } from '#plugins/feed-replay/sp500-daily.data.ts'
import { openDatabase } from '#runtimes/shared/database.ts'
import { nativeHash } from '#runtimes/shared/hash.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'

interface Report {
  readonly verified: boolean
  readonly entries: number
  readonly runs: readonly { readonly runId: string; readonly verdict: string; readonly why: string }[]
}

describe('replay', () => {
  const dataDir = createTempDir()
  const whole = join(dataDir, 'whole.db')
  const journal = join(dataDir, 'ark.db')

  beforeAll(async () => {
    const started = await runHere(['start', '--once', '--data-dir', dataDir], { ARK_LOG_LEVEL: 'error' })
    expect(started.code).toBe(0)
    copyFileSync(journal, whole)
  })
  afterAll(() => removeDir(dataDir))

  const replay = async (...args: string[]) => {
    const { code, out, err } = await runHere(['replay', '--json', '--data-dir', dataDir, ...args])
    return { code, err, report: out === '' ? undefined : (JSON.parse(out) as Report) }
  }

  /** On a copy of the whole journal: the statements, and what a replay says then. */
  async function touched(...statements: string[]) {
    copyFileSync(whole, journal)
    const database = await openDatabase(journal)
    await database.commit(statements.map((sql) => ({ sql })))
    await database.close()
    return replay('--verify')
  }

  it('finds an entry that is gone, cut off, or of another text', async () => {
    expect((await touched('DELETE FROM journal WHERE seq = 50')).err).toMatch(/^JOURNAL_CORRUPT at seq 50: /)
    const cut = await touched(
      'DELETE FROM journal WHERE seq > 1000',
      'DELETE FROM batch WHERE first_seq > 1000',
    )
    expect(cut.code).toBe(1)
    expect(cut.err).toMatch(
      /^JOURNAL_CORRUPT at head \d+: A signed head covers \d+ events; the journal holds \d+\./,
    )
    const edited = await touched(
      `UPDATE journal SET body = replace(body, '"hop":3', '"hop":4') WHERE seq < 200`,
    )
    expect(edited.code).toBe(1)
    expect(edited.err).toMatch(/^JOURNAL_CORRUPT at seq \d+: The text of event/)
  })

  it('finds a head that this box has not signed', async () => {
    const forged = await touched(`UPDATE checkpoint SET note = replace(note, '— ark/', '— arc/')`)
    expect(forged.code).toBe(1)
    expect(forged.err).toContain('is not signed by this box')
  })

  it('misses the heads that a finished run was signed with', async () => {
    const stripped = await touched('DELETE FROM checkpoint')
    expect(stripped.code).toBe(1)
    expect(stripped.err).toMatch(/JOURNAL_CORRUPT at head \d+: A run ended at seq \d+ under a signed head/)
  })

  it('finds a decision that its inputs do not give, however well it was forged', async () => {
    copyFileSync(whole, journal)
    const seq = await forgeDecision(journal)
    const { code, report } = await replay('--verify')
    expect(code).toBe(1)
    expect(report).toMatchObject({ verified: false, runs: [{ verdict: 'diverged' }] })
    expect(report?.runs[0]?.why).toMatch(new RegExp(`^REPLAY_DIVERGED at seq ${seq}: `))
    expect((await replay()).code).toBe(0)
  })

  it('recomputes nothing under another configuration, and says what it takes [REQ_GOV_02]', async () => {
    copyFileSync(whole, journal)
    const config = join(dataDir, 'other.json')
    writeFileSync(config, JSON.stringify({ account: { openingCash: '5000' } }))
    const { code, report } = await replay('--verify', '--config', config)
    expect(code).toBe(1)
    expect(report).toMatchObject({ verified: false, runs: [{ verdict: 'unverified' }] })
    expect(report?.runs[0]?.why).toMatch(/it takes configuration [0-9a-f]{12} \(here [0-9a-f]{12}\)/)
  })

  it('agrees with what was left alone', async () => {
    copyFileSync(whole, journal)
    const { code, report } = await replay('--verify')
    expect(code).toBe(0)
    expect(report).toMatchObject({ verified: true, runs: [{ runId: 'sp500-1', verdict: 'agrees', why: '' }] })
    expect((await replay('--verify', '--from', String((report?.entries ?? 0) + 1))).report?.runs).toEqual([])
  })
})

describe('replay of a kept backtest', () => {
  const dataDir = createTempDir()
  const file = join(dataDir, 'spx.csv')
  const lines = SP500_DAILY.split('\n').slice(0, 401)
  let folder = ''

  beforeAll(async () => {
    writeFileSync(file, lines.join('\n'))
    const words = ['--symbols', 'SPX', '--strategy', 'ema-cross', '--param', 'fast=5', '--param', 'slow=20']
    const { code } = await runHere(['backtest', '--data', file, '--data-dir', dataDir, ...words])
    expect(code).toBe(0)
    folder = join(dataDir, 'runs', readdirSync(join(dataDir, 'runs'))[0] ?? '')
  })
  afterAll(() => removeDir(dataDir))

  const replay = async (...words: string[]) => {
    const { code, out, err } = await runHere(['replay', '--verify', '--json', '--data-dir', folder, ...words])
    return { code, err, report: out === '' ? undefined : (JSON.parse(out) as Report) }
  }

  it('says which file is gone or holds other bytes, and verifies nothing then', async () => {
    writeFileSync(file, lines.slice(0, -1).join('\n'))
    const { code, report } = await replay()
    expect(code).toBe(1)
    expect(report).toMatchObject({ verified: false, runs: [{ verdict: 'unverified' }] })
    expect(report?.runs[0]?.why).toContain(`${file} is not as it was`)
    writeFileSync(file, 'date,symbol,open,high,low,close,volume\n2000-01-03,IBM,1,1,1,1,1\n')
    expect((await replay()).report?.runs[0]?.why).toContain('what they hold is not as it was')
    rmSync(file)
    expect((await replay()).report?.runs[0]?.why).toContain(`${file} is not as it was`)
  })

  it('takes its configuration from the manifest, and none beside it', async () => {
    expect((await replay('--config', 'other.json')).err).toMatch(/^BAD_USAGE at --config: A backtest has/)
  })

  it('finds a decision that the files do not give', async () => {
    writeFileSync(file, lines.join('\n'))
    const journal = join(folder, 'ark.db')
    copyFileSync(journal, `${journal}.kept`)
    const seq = await forgeDecision(journal, 'approved')
    const { code, report } = await replay()
    expect(code).toBe(1)
    expect(report?.runs[0]?.why).toMatch(new RegExp(`^REPLAY_DIVERGED at seq ${seq}: `))
    copyFileSync(`${journal}.kept`, journal)
  })

  it('agrees when the same plugins and files give the same events', async () => {
    writeFileSync(file, lines.join('\n'))
    const { code, report } = await replay()
    expect({ code, report }).toMatchObject({
      code: 0,
      report: { verified: true, runs: [{ runId: 'backtest-1', verdict: 'agrees', why: '' }] },
    })
  })
})

/**
 * The first denial becomes an approval, or the other way round, with a leaf to match, and neither a head nor a
 * summary left that could tell. Returns its seq.
 */
async function forgeDecision(path: string, verdict: 'approved' | 'denied' = 'denied'): Promise<number> {
  const database = await openDatabase(path)
  const rows = await database.query(
    `SELECT d.seq, j.body, b.first_seq, hex(b.leaves) FROM decision d JOIN journal j ON j.seq = d.seq
      JOIN batch b ON d.seq BETWEEN b.first_seq AND b.last_seq WHERE d.verdict = ? ORDER BY d.seq LIMIT 1`,
    [verdict],
  )
  const [seq = 0, body = '', first = 0, leaves = ''] = rows[0] ?? []
  const forged = String(body).replace(/"allowed":\w+/, `"allowed":${verdict === 'denied'}`)
  const leaf = leafHash(createTree(nativeHash).hash, forged)
  const at = (Number(seq) - Number(first)) * 64
  const mended = `${String(leaves).slice(0, at)}${leaf}${String(leaves).slice(at + 64)}`
  await database.commit([
    { sql: 'UPDATE journal SET body = ? WHERE seq = ?', args: [forged, seq] },
    { sql: 'UPDATE batch SET leaves = unhex(?) WHERE first_seq = ?', args: [mended, first] },
    { sql: 'DELETE FROM checkpoint' },
    { sql: 'UPDATE run SET summary = NULL' },
  ])
  await database.close()
  return Number(seq)
}
