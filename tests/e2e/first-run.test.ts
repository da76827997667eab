/** The first start of a data directory, as a program that ends: the summary, said once and kept. */

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ark, type Ended } from '../support/cli.ts'
import { createTempDir, removeDir } from '../support/ports.ts'

describe('start --once', () => {
  const dataDir = createTempDir()
  let first: Ended

  beforeAll(async () => {
    first = await ark(['start', '--once', '--json', '--data-dir', dataDir])
  })
  afterAll(() => removeDir(dataDir))

  it('ends well with exactly one JSON line on standard output', () => {
    expect(first.err).not.toMatch(/error/i)
    expect(first.code).toBe(0)
    expect(first.out.endsWith('\n')).toBe(true)
    expect(first.out.trim().split('\n')).toHaveLength(1)
  })

  it('gives the figures of a backtest, amounts as text to the cent', () => {
    const figures = JSON.parse(first.out) as Record<string, unknown>
    expect(Object.keys(figures)).toEqual([
      'bars',
      'elapsedSeconds',
      'barsPerSecond',
      'orders',
      'fills',
      'fees',
      'endEquity',
      'totalReturn',
      'cagr',
      'maxDrawdown',
      'sharpe',
      'sortino',
      'calmar',
      'winRate',
      'profitFactor',
      'exposure',
      'turnover',
      'denialsByRule',
      'decisionDigest',
      'ungoverned',
      'approvals',
      'denials',
    ])
    expect(figures.bars).toBe(5_105)
    expect(figures.fees).toMatch(/^\d+\.\d\d$/)
    expect(figures.endEquity).toMatch(/^\d+\.\d\d$/)
    expect(figures.decisionDigest).toMatch(/^[0-9a-f]{64}$/)
    expect(figures.ungoverned).toBe(false)
    expect(figures.approvals).toBeGreaterThan(0)
    expect(figures.denials).toBeGreaterThan(0)
  })

  it('names runtime and version first, and reports its progress beside the data [REQ_DEPLOY_01]', () => {
    const name = 'Deno' in globalThis ? 'Deno' : 'Bun' in globalThis ? 'Bun' : 'Node'
    expect(first.err.split('\n')[0]).toMatch(
      new RegExp(`^ARK \\d+\\.\\d+\\.\\d+ on ${name} \\d[\\d.]*, data `),
    )
    expect(first.err).toContain('100 %, 5,105 of 5,105 rows')
  })

  it('keeps the operator’s token for its owner alone [SAFE_SECRETS]', () => {
    const path = join(dataDir, 'operator.token')
    expect(readFileSync(path, 'utf8')).toMatch(/^ark_[0-9a-f]{48}\n$/)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('says the same again, and does not run again', async () => {
    const token = readFileSync(join(dataDir, 'operator.token'), 'utf8')
    const second = await ark(['start', '--once', '--json', '--data-dir', dataDir])
    expect(second.code).toBe(0)
    expect(second.out).toBe(first.out)
    expect(second.err).not.toContain('5,105 bars')
    expect(readFileSync(join(dataDir, 'operator.token'), 'utf8')).toBe(token)
  })

  it('says it in words to a person', async () => {
    const { out, code } = await ark(['start', '--once', '--data-dir', dataDir])
    const { decisionDigest } = JSON.parse(first.out) as { decisionDigest: string }
    expect(code).toBe(0)
    expect(out).toContain('S&P 500, daily bars, 2000-01-03 to 2020-04-17 (run sp500-1)')
    expect(out).toContain(`decision digest ${decisionDigest}`)
    expect(out).toMatch(/denied by\n {2}[\w:-]+ +\d+/)
  })

  it('decided what a replay of its journal decides', async () => {
    const { out, code } = await ark(['replay', '--verify', '--json', '--data-dir', dataDir])
    const report = JSON.parse(out) as {
      verified: boolean
      runs: { decisionDigest: string; verdict: string }[]
    }
    const { decisionDigest } = JSON.parse(first.out) as { decisionDigest: string }
    expect(code).toBe(0)
    expect(report.verified).toBe(true)
    expect(report.runs).toMatchObject([{ decisionDigest, verdict: 'agrees' }])
  })

  it('explains each of its decisions', async () => {
    const { out, code } = await ark(['explain', 'sp500-1-1', '--json', '--data-dir', dataDir])
    const account = JSON.parse(out) as { rules: unknown[]; story: string[]; traceId: string }
    expect(code).toBe(0)
    expect(account.rules).toHaveLength(26)
    expect(account.story[0]).toMatch(/^2000-\d\d-\d\dT\d\d:00:00Z {2}SPX closed at \d/)
    const trace = await ark(['explain', account.traceId, '--data-dir', dataDir])
    expect(trace.out).toContain('Decision sp500-1-1,')
    const unknown = await ark(['explain', 'sp500-1-99999', '--data-dir', dataDir])
    expect(unknown).toMatchObject({ code: 1, out: '' })
    expect(unknown.err).toMatch(/^DECISION_NOT_FOUND at sp500-1-99999: /)
  })
})
