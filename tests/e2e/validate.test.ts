/** `ark validate` against real boxes: sound ones that pass, and each kind of unsound one that must not. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createHttp } from '#core/http.ts'
import { createOperator, readToken } from '#runtimes/cli/operator.ts'
import { INSTRUMENTS, PLUGINS } from '#runtimes/plugins.ts'
import { createTestArk } from '../support/ark.ts'
import { ark, type Box, type Ended, get, post, readyUrlOf, startArk, tokenOf } from '../support/cli.ts'
import { createTempDir, createTestPorts, removeDir } from '../support/ports.ts'
import { runHere } from '../support/run-cli.ts'

const PASSED = new RegExp(
  [
    '^✓ Throughput: \\d+\\.\\d\\d Hz \\(target: ≥5\\.0\\)',
    '✓ Errors: 0',
    '✓ P95 latency: \\d+\\.\\dms \\(target: ≤400ms\\)',
    '✓ Violations correctly denied: 26/26',
    '✓ False denials: 0',
    '✓ Trace continuity: (\\d+)/\\1',
    '',
    'Synthetic validation PASSED ✅\n$',
  ].join('\n'),
)
const FAILED = /\n\nSynthetic validation FAILED ❌\n$/
const QUICK = ['--duration', '1', '--rate', '5']

interface Page<T> {
  readonly items: readonly T[]
}
interface DecisionItem {
  readonly order: { readonly symbol: string; readonly quantity: string }
  readonly allowed: boolean
  readonly seq: number
}

describe('a box that runs', () => {
  const dataDir = createTempDir()
  let box: Box
  let url = ''
  beforeAll(async () => {
    box = startArk(dataDir)
    url = await readyUrlOf(box)
  })
  afterAll(async () => {
    await box.end()
    removeDir(dataDir)
  })
  const validate = (...argv: string[]): Promise<Ended> => ark(['validate', '--data-dir', dataDir, ...argv])
  const decisions = async (): Promise<readonly DecisionItem[]> => {
    const { items } = await get<Page<DecisionItem>>(url, '/v1/decisions?limit=500')
    return items.filter(({ order }) => order.symbol.startsWith('VAL'))
  }

  it('passes [FIG_RATE_1HZ] [FIG_ERRORS_0] [FIG_P95_400MS] [FIG_DENIED_26] [FIG_FALSE_DENIALS_0]', async () => {
    const first = await validate('--duration', '4', '--rate', '5')
    expect(first.out, first.err).toMatch(PASSED)
    expect(first.code).toBe(0)
    const second = await validate('--duration', '2', '--rate', '5', '--url', url, '--json')
    expect(second.code, second.err).toBe(0)
    expect(JSON.parse(second.out)).toMatchObject({
      passed: true,
      violationsDenied: 26,
      errors: 0,
      falseDenials: 0,
    })
  })

  it('leaves nothing behind but its record', async () => {
    const seen = await decisions()
    expect(new Set(seen.map(({ order }) => order.symbol)).size).toBeGreaterThanOrEqual(12)
    const approved = seen.filter(({ allowed }) => allowed)
    // Three each run: bought, sold, and one that rested.
    expect(approved).toHaveLength(6)
    for (const { order } of approved)
      expect(Number(order.quantity) * 100).toBeLessThanOrEqual(100_000 * 0.005)
    const { items } = await get<Page<{ symbol: string }>>(url, '/v1/positions')
    expect(items.filter(({ symbol }) => symbol.startsWith('VAL'))).toEqual([])
    for (const list of ['pauses', 'latches', 'approvals'])
      expect((await get<Page<object>>(url, `/v1/${list}`)).items).toEqual([])
    expect((await get<{ mode: string }>(url, '/v1/mode')).mode).toBe('active')
    expect((await ark(['replay', '--verify', '--data-dir', dataDir])).code).toBe(0)
  })

  it('fails while a person has halted it, and does not change that', async () => {
    const token = tokenOf(dataDir)
    await post(url, '/v1/halt', token, { reason: 'test' })
    const { code, out, err } = await validate(...QUICK)
    expect(code).toBe(1)
    expect(out).toMatch(FAILED)
    expect(out).toMatch(/✗ False denials: [1-9]/)
    expect(err).toContain('denied by emergency_halt_enabled, expected nothing')
    expect((await get<{ mode: string }>(url, '/v1/mode')).mode).toBe('halted')
    await post(url, '/v1/resume', token, { reason: 'test' })
  })

  it('fails while a person has paused what it trades with', async () => {
    const token = tokenOf(dataDir)
    const pause = { strategy: 'validation', reason: 'test' }
    await post(url, '/v1/pause', token, pause)
    const { code, out } = await validate(...QUICK)
    expect(code).toBe(1)
    expect(out).toMatch(/✗ False denials: [1-9]/)
    await post(url, '/v1/unpause', token, pause)
  })

  it('fails without a token that may do all this', async () => {
    const { code, out, err } = await ark(['validate', '--url', url, ...QUICK], {
      ARK_TOKEN: `ark_${'0'.repeat(48)}`,
    })
    expect(code).toBe(1)
    expect(out).toMatch(FAILED)
    expect(err).toContain('was answered 401')
  })
})

describe('no box', () => {
  it('starts one of its own, and passes', async () => {
    const dataDir = createTempDir()
    const { code, out, err } = await ark([
      'validate',
      '--data-dir',
      dataDir,
      '--duration',
      '2',
      '--rate',
      '5',
    ])
    expect(out, err).toMatch(PASSED)
    expect(code).toBe(0)
    removeDir(dataDir)
  })

  it('fails when nobody answers at the address', async () => {
    const { code, out, err } = await runHere(['validate', '--url', 'http://127.0.0.1:9', ...QUICK])
    expect(code).toBe(1)
    expect(out).toMatch(/^✗ Throughput: 0\.00 Hz.*\n✗ Errors: 1\n✗ P95 latency: no data/)
    expect(out).toMatch(FAILED)
    expect(err).toContain('nobody answers at http://127.0.0.1:9')
  })
})

describe('something else at the address', () => {
  let close: (() => Promise<void>) | undefined
  afterEach(() => close?.())

  async function serve(handle: (request: Request) => Response | Promise<Response>): Promise<string> {
    const { ports, remove } = await createTestPorts()
    const listener = await ports.serve(handle, { host: '127.0.0.1', port: 0 })
    close = async () => {
      await listener.close()
      remove()
    }
    return `http://127.0.0.1:${listener.port}`
  }

  it.each([
    ['nothing', {}],
    ['an accepted input', { traceId: 'a'.repeat(32), seq: 1 }],
  ])('that answers %s to everything and decides nothing', async (_, body) => {
    const url = await serve(() => Response.json(body, { status: 202 }))
    const { code, out } = await runHere(['validate', '--url', url, ...QUICK])
    expect(code).toBe(1)
    expect(out).toMatch(/^✗ Throughput: 0\.00 Hz/)
    expect(out).toMatch(/✗ Errors: [1-9]/)
    expect(out).toMatch(/✗ Violations correctly denied: 0\/26/)
    expect(out).toMatch(FAILED)
  })
})

describe('a box without one of its agents', () => {
  const opened: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of opened.splice(0)) await close()
  })

  async function openWithout(absent: string): Promise<{ url: string; token: string }> {
    const { ports, dataDir, remove } = await createTestPorts()
    const plugins = PLUGINS.filter(({ name }) => name !== absent && !name.startsWith('feed-'))
    const { ark: box, database } = await createTestArk({ ports, plugins, instruments: INSTRUMENTS })
    await box.beginRun({ kind: 'paper', name: 'test', seed: 'seed' })
    for (const { plugin } of box.installed)
      if (plugin.service !== undefined) await box.startService(plugin.name)
    await createOperator(box, dataDir)
    const http = createHttp(box, {
      hash: ports.hash,
      reader: database,
      intakeOpen: () => undefined,
      ready: () => ({ ready: true, reasons: [] }),
      loopbackOnly: true,
    })
    const listener = await ports.serve((request) => http.api.fetch(request), { host: '127.0.0.1', port: 0 })
    opened.push(async () => {
      await listener.close()
      http.close()
      await box.stop()
      await database.close()
      remove()
    })
    return { url: `http://127.0.0.1:${listener.port}`, token: readToken(dataDir) }
  }
  const validate = async (absent: string): Promise<Ended> => {
    const { url, token } = await openWithout(absent)
    return runHere(['validate', '--url', url, ...QUICK], { ARK_TOKEN: token })
  }

  it('passes when it was only a feed', async () => {
    const { code, out, err } = await validate('feed-synthetic')
    expect(out, err).toMatch(PASSED)
    expect(code).toBe(0)
  })

  it('fails for the hole that Aletheia leaves in each trace', async () => {
    const { code, out, err } = await validate('aletheia')
    expect(code).toBe(1)
    expect(out).toMatch(/✓ Violations correctly denied: 26\/26/)
    expect(out).toMatch(/✗ Trace continuity: 0\/[1-9]/)
    expect(err).toMatch(/trace [0-9a-f]{32} lacks aletheia/)
  })

  it('fails without Joey, from whom no signal comes back', async () => {
    const { code, out, err } = await validate('joey')
    expect(code).toBe(1)
    expect(out).toMatch(/✗ Errors: [1-9]/)
    expect(out).toMatch(FAILED)
    expect(err).toContain('no decision came back')
  })
})
