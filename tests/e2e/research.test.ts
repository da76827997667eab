/** Research from outside: processes of our own, strategies that cheat, and one that ends its process. */

import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SP500_DAILY } from '#plugins/feed-replay/sp500-daily.data.ts'
import { ark, program } from '../support/cli.ts'
import { createTempDir, removeDir } from '../support/ports.ts'

const SLOW = { timeout: 180_000 }

let folder = ''
let data: readonly string[] = []
beforeAll(() => {
  folder = createTempDir()
  const file = join(folder, 'spx.csv')
  writeFileSync(file, SP500_DAILY.split('\n').slice(0, 300).join('\n'))
  data = ['--data', file, '--symbols', 'SPX']
})
afterAll(() => removeDir(folder))

/** A strategy of a file; `advise` sees `state`, `bar` and `view`, and answers whether to enter. */
function strategy(name: string, advise: string, head = ''): string {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(
    path,
    `${head}
export default (ark) => ark.defineStrategy({
  name: '${name}', version: '1.0.0',
  params: ark.v.strictObject({ file: ark.v.optional(ark.v.string(), ''), every: ark.v.optional(ark.v.number(), 20) }),
  initial: () => ({ bars: 0 }),
  onBar: (state, bar, view) => {
    state.bars++
    const wants = (() => { ${advise} })()
    if (wants && view.position === 0) return { action: 'enter', direction: 'long', stop: bar.close * 0.95,
      targets: [{ price: bar.close * 1.1, portion: 1 }] }
    return undefined
  },
})
`,
  )
  return path
}

const honest = () => strategy('honest', 'return state.bars % view.params.every === 0')

describe('a sweep in processes of its own', () => {
  it('decides as the backtests of its rows, in one order however many work on it', SLOW, async () => {
    const words = ['--strategy', 'ema-cross', '--grid', 'fast=3,5', '--grid', 'slow=8,12']
    const [one, two] = await Promise.all(
      ['1', '2'].map((jobs) =>
        ark(['sweep', ...data, ...words, '--jobs', jobs, '--json', '--report', folder]),
      ),
    )
    expect(one?.err).toContain('100 %')
    expect(one?.code).toBe(0)
    const results = JSON.parse(two?.out ?? '').results as {
      readonly params: object
      readonly figures: { readonly decisionDigest: string; readonly sharpe: number }
    }[]
    const digests = results.map(({ figures }) => figures.decisionDigest)
    const others = JSON.parse(one?.out ?? '').results as typeof results
    expect(others.map(({ figures }) => figures.decisionDigest)).toEqual(digests)
    expect(new Set(digests).size).toBe(4)
    expect(readFileSync(join(folder, 'sweep.html'), 'utf8')).toContain('ARK SWEEP')
    const [best] = results
    const params = Object.entries(best?.params ?? {}).flatMap(([key, value]) => [
      '--param',
      `${key}=${value}`,
    ])
    const kept = ['--data-dir', join(folder, 'data'), '--json']
    const alone = await ark(['backtest', ...data, '--strategy', 'ema-cross', ...params, ...kept])
    expect(JSON.parse(alone.out).decisionDigest).toBe(digests[0])
  })

  it('is not disturbed by a strategy that prints', SLOW, async () => {
    const path = strategy('loud', `process.stdout.write('{"outcome":1}'); console.log('noise'); return false`)
    const { code, out, err } = await ark([
      'sweep',
      ...data,
      '--strategy',
      path,
      '--grid',
      'every=2,3',
      '--json',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(out).tried).toBe(2)
    expect(err).toContain('noise')
  })

  it('says in one line which backtest ended its process', SLOW, async () => {
    const path = strategy('quits', 'if (view.params.every === 3 && state.bars === 50) process.exit(7)')
    const { code, out, err } = await ark([
      'sweep',
      ...data,
      '--strategy',
      path,
      '--grid',
      'every=2,3,4',
      '--jobs',
      '2',
    ])
    expect([code, out]).toEqual([1, ''])
    const line = err.split('\n').filter((text) => text.startsWith('PLUGIN_FAILED'))
    expect(line).toHaveLength(1)
    expect(line[0]).toContain('The process that ran it with {"every":3} ended with code 7.')
    expect(line[0]).toMatch(/^PLUGIN_FAILED at .*quits\.mjs:\d+:\d+ on \S+ \d{4}-\d\d-\d\d: /)
  })

  it('says bad files and bad words before it starts any', SLOW, async () => {
    const [missing, words] = await Promise.all([
      ark(['sweep', '--data', join(folder, 'none.csv'), '--strategy', 'ema-cross', '--grid', 'fast=3,5']),
      ark(['sweep', ...data, '--strategy', 'ema-cross']),
    ])
    expect([missing.code, words.code]).toEqual([1, 2])
    expect(missing.err).toMatch(/^FILE_MISSING at .*none\.csv/)
    expect(words.err).toMatch(/^BAD_USAGE at --grid/)
  })

  it('takes its processes with it when it is interrupted', SLOW, async () => {
    const pids = join(folder, 'pids')
    writeFileSync(pids, '')
    const head = `import { appendFileSync } from 'node:fs'`
    const path = strategy(
      'endless',
      `if (state.bars === 1) appendFileSync(view.params.file, process.pid + '\\n'); for (;;) continue`,
      head,
    )
    const [runtime = '', ...before] = [process.execPath, ...program()]
    const words = [
      'sweep',
      ...data,
      '--strategy',
      path,
      '--param',
      `file=${pids}`,
      '--grid',
      'every=2,3',
      '--jobs',
      '2',
    ]
    const child = spawn(runtime, [...before, ...words], { stdio: 'ignore' })
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
    const started = () =>
      readFileSync(pids, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    await eventually(() => started().length === 2)
    process.kill(child.pid ?? 0, 'SIGINT')
    expect(await ended).toBe(130)
    await eventually(() => started().every((pid) => !isAlive(Number(pid))))
  })
})

async function eventually(holds: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 60_000; !holds(); ) {
    if (performance.now() > deadline) throw new Error('It did not come to that within a minute.')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('the look-ahead check', () => {
  const check = async (path: string, ...words: string[]) => {
    const { code, out, err } = await ark([
      'look-ahead',
      ...data,
      '--strategy',
      path,
      '--cuts',
      '2',
      '--json',
      ...words,
    ])
    if (out === '') throw new Error(err)
    const { verdict, strategy: name, checks } = JSON.parse(out)
    const failed = (checks as { kind: string; difference?: object }[]).filter(({ difference }) => difference)
    return { code, verdict, name, failed: [...new Set(failed.map(({ kind }) => kind))] }
  }

  it('catches a table that a first run fills', SLOW, async () => {
    const path = strategy(
      'table',
      'const next = seen[state.bars]; seen[state.bars - 1] = bar.close; return next > bar.close * 1.01',
      'const seen = []',
    )
    expect(await check(path)).toMatchObject({
      code: 1,
      verdict: 'caught',
      name: 'table',
      failed: ['again'],
    })
  })

  it('catches a global that does the same, where it trades in its first run too', SLOW, async () => {
    const path = strategy(
      'global-table',
      `const seen = (globalThis.seen ??= new Map()); const next = seen.get(state.bars + 1)
       seen.set(state.bars, bar.close); return next === undefined ? state.bars % 30 === 0 : next > bar.close * 1.01`,
    )
    const found = await check(path)
    expect(found).toMatchObject({ code: 1, verdict: 'caught', name: 'global-table' })
    expect(found.failed).toContain('again')
  })

  it('catches a strategy that reads its data file beyond the present', SLOW, async () => {
    const path = strategy(
      'reader',
      `rows ??= readFileSync(view.params.file, 'utf8').split('\\n').slice(1).map((row) => Number(row.split(',')[4]))
       return rows[state.bars] > rows[state.bars - 1] * 1.005`,
      `import { readFileSync } from 'node:fs'
let rows`,
    )
    expect(await check(path, '--param', `file=${data[1]}`)).toMatchObject({
      code: 1,
      verdict: 'caught',
      name: 'reader',
      failed: ['altered'],
    })
  })

  it('catches one whose code names the file', SLOW, async () => {
    // A named import would do on Node; Deno and Bun bind those out of everybody's reach.
    const path = strategy(
      'knower',
      'return rows[state.bars] > rows[state.bars - 1] * 1.005',
      `import fs from 'node:fs'
const lines = fs.readFileSync(${JSON.stringify(data[1])}, 'utf8').split('\\n').slice(1)
const rows = lines.map((row) => Number(row.split(',')[4]))`,
    )
    expect(await check(path)).toMatchObject({
      code: 1,
      verdict: 'caught',
      name: 'knower',
      failed: ['altered'],
    })
  })

  it('does not call a strategy clean that opens files out of reach', SLOW, async () => {
    const path = strategy(
      'closed',
      'return state.bars % 7 === 0',
      `import { existsSync } from 'node:fs'; existsSync('x')`,
    )
    const isReached = !('Deno' in globalThis || 'Bun' in globalThis)
    expect(await check(path)).toMatchObject(
      isReached ? { code: 0, verdict: 'clean' } : { code: 1, verdict: 'blind' },
    )
  })

  it('catches chance', SLOW, async () => {
    const found = await check(strategy('dice', 'return Math.random() < 0.3'))
    expect(found).toMatchObject({ code: 1, verdict: 'caught' })
    expect(found.failed).toEqual(expect.arrayContaining(['again', 'fresh']))
  })

  it('proves nothing of a strategy that never says anything', SLOW, async () => {
    expect(await check(strategy('silent', 'return false'))).toMatchObject({ code: 1, verdict: 'nothing' })
  })

  it('lets an honest one pass', SLOW, async () => {
    expect(await check(honest())).toMatchObject({ code: 0, verdict: 'clean', failed: [] })
  })

  it.each(['buy-and-hold', 'ema-cross', 'macd-trend', 'rsi-reversion', 'donchian-breakout', 'patterns'])(
    'lets %s pass',
    SLOW,
    async (name) => {
      expect(await check(name, '--gate', 'observe')).toMatchObject({ code: 0, verdict: 'clean', failed: [] })
    },
  )
})

describe('a walk-forward in processes of its own', () => {
  it('tells its windows, and writes them down', SLOW, async () => {
    const words = ['--strategy', 'ema-cross', '--grid', 'fast=3,5', '--grid', 'slow=8']
    const lengths = ['--train', '150d', '--test', '90d', '--report', folder]
    const { code, out } = await ark(['walk-forward', ...data, ...words, ...lengths, '--jobs', '2', '--json'])
    expect(code).toBe(0)
    const walk = JSON.parse(out)
    expect(walk.windows.length).toBe(3)
    expect(walk.total.endEquity).toMatch(/^\d+\.\d\d$/)
    expect(readFileSync(join(folder, 'walk-forward.html'), 'utf8')).toContain('ARK WALK-FORWARD')
  })
})
