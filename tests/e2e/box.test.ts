/** A running box from outside: what it answers, whom it refuses, how it stops. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ark, type Box, get, post, readyUrlOf, startArk, tokenOf, until, urlOf } from '../support/cli.ts'
import { createTempDir, removeDir } from '../support/ports.ts'

interface Trace {
  readonly complete: boolean
  readonly agentsSeen: readonly string[]
  readonly agentsMissing: readonly string[]
  readonly events: readonly {
    readonly type: string
    readonly payload: { readonly deniedBy?: readonly string[] }
  }[]
}

describe('a running box', () => {
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

  it('refuses a signal without a token, and takes none while it cannot tell who sends it', async () => {
    expect((await post(url, '/v1/signals', 'ark_nobody', { symbol: 'ORCA', direction: 'long' })).status).toBe(
      401,
    )
  })

  it('takes a signal through all six agents and verifies the verdict [FIG_AGENTS_6] [REQ_TEST_01]', async () => {
    const answer = await post(url, '/v1/signals', tokenOf(dataDir), { symbol: 'ORCA', direction: 'long' })
    expect(answer.status).toBe(202)
    const trace = await completeTrace((await answer.json()) as { traceId: string })
    expect([...trace.agentsSeen].sort()).toEqual(['aletheia', 'hrm', 'id', 'joey', 'kenny', 'kyle'])
    expect(trace.agentsMissing).toEqual([])
  })

  it('judges derived facts, whatever a signal claims about itself [COMP_KYLE]', async () => {
    const claims = { hrm_validated: true, approved: true, price: 1, stopLoss: { price: '1' } }
    const body = { symbol: 'NOWHERE', direction: 'long', ...claims }
    const answer = await post(url, '/v1/signals', tokenOf(dataDir), body)
    const trace = await completeTrace((await answer.json()) as { traceId: string })
    const denied = trace.events.find(({ type }) => type === 'decision/denied')
    expect(denied?.payload.deniedBy).toContain('validate_data_sources')
    expect(denied?.payload.deniedBy).toContain('require_stop_loss')
  })

  it('names its runtime and version', async () => {
    const health = await get<{ status: string; runtime: string; version: string }>(url, '/healthz')
    expect(health.status).toBe('ok')
    expect(box.said()).toContain(`ARK ${health.version} on `)
    expect(box.said().toLowerCase()).toContain(health.runtime)
  })

  it('refuses a second box on its directory, naming its process [REQ_INFRA_02]', async () => {
    const second = await ark(['start', '--once', '--data-dir', dataDir])
    expect(second.code).toBe(1)
    expect(second.err).toMatch(new RegExp(`^LOCKED at .*: Process ${box.pid} `))
  })

  it('answers the commands that read, and those that change', async () => {
    const status = await ark(['status', '--json', '--data-dir', dataDir])
    expect(JSON.parse(status.out)).toMatchObject({ running: true, ready: true, url, lock: { pid: box.pid } })
    const made = await ark([
      'identity',
      'create',
      'chart',
      '--role',
      'intake',
      '--json',
      '--data-dir',
      dataDir,
    ])
    const { token } = JSON.parse(made.out) as { token: string }
    expect((await post(url, '/v1/signals', token, { symbol: 'ORCA', direction: 'long' })).status).toBe(202)
    expect((await post(url, '/v1/halt', token, { reason: 'not mine to say' })).status).toBe(403)
    expect((await ark(['identity', 'revoke', 'chart', '--data-dir', dataDir])).code).toBe(0)
    expect((await post(url, '/v1/signals', token, { symbol: 'ORCA', direction: 'long' })).status).toBe(401)
    const replayed = await ark(['replay', '--verify', '--data-dir', dataDir])
    expect(replayed).toMatchObject({ code: 0, err: '' })
  })

  it('stops cleanly, and its lock with it [REQ_INFRA_04]', async () => {
    const stopped = await ark(['stop', '--json', '--data-dir', dataDir])
    expect(JSON.parse(stopped.out)).toEqual({ stopped: box.pid, forced: false })
    expect((await box.ended).code).toBe(0)
    const again = await ark(['stop', '--data-dir', dataDir])
    expect(again.code).toBe(1)
    expect(again.err).toMatch(/^NOT_RUNNING /)
  })

  function completeTrace({ traceId }: { traceId: string }): Promise<Trace> {
    return until(box, async () => {
      const trace = await get<Trace>(url, `/v1/traces/${traceId}`)
      return trace.complete ? trace : undefined
    })
  }
})

describe('a box that replays', () => {
  const dataDir = createTempDir()
  let box: Box

  afterAll(async () => {
    await box.end()
    removeDir(dataDir)
  })

  it('answers reads, refuses intake, and is not ready [HTTP_READYZ]', async () => {
    box = startArk(dataDir, ['--speed', '50'])
    const url = await urlOf(box)
    const ready = await until(box, async () => {
      const answer = await fetch(`${url}/readyz`)
      return answer.status === 503 ? ((await answer.json()) as { ready: boolean }) : undefined
    })
    expect(ready.ready).toBe(false)
    const token = await until(box, async () => tokenOf(dataDir))
    const refused = await until(box, async () => {
      const answer = await post(url, '/v1/signals', token, { symbol: 'ORCA', direction: 'long' })
      return answer.status === 401 ? undefined : answer
    })
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ code: 'REPLAY_RUNNING' })
    expect((await fetch(`${url}/v1/account`)).status).toBe(200)
  })

  it('stops at a signal, in the middle of it [REQ_INFRA_04]', async () => {
    box.signal('SIGINT')
    expect((await box.ended).code).toBe(0)
  })
})

describe('ports', () => {
  it('a taken API port ends the start, naming its owner; a taken metrics port warns [REQ_INFRA_03]', async () => {
    const [one, two] = [createTempDir(), createTempDir()]
    const box = startArk(one, ['--speed', '50'])
    const { port } = new URL(await urlOf(box))
    const refused = await ark(['start', '--data-dir', two, '--metrics-port', '0', '--port', port])
    expect(refused.code).toBe(1)
    expect(refused.err).toMatch(/^PORT_TAKEN at 127\.0\.0\.1:\d+: The port is held by /)
    const beside = startArk(two, ['--speed', '50'], port)
    const url = await urlOf(beside)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect(beside.said()).toContain(`warning: The metrics port ${port} is taken: `)
    await Promise.all([box.end(), beside.end()])
    removeDir(one)
    removeDir(two)
  })

  it('the configuration is refused whole, before anything is written [TASK_1]', async () => {
    const dataDir = createTempDir()
    const file = join(dataDir, 'bad.json')
    writeFileSync(file, JSON.stringify({ http: { port: 'x' }, sauces: {} }))
    const refused = await ark(['start', '--once', '--data-dir', join(dataDir, 'box'), '--config', file])
    expect(refused.code).toBe(1)
    expect(refused.err).toMatch(/^CONFIG_INVALID at .*\n.*http\.port: .*\n.*sauces: /)
    removeDir(dataDir)
  })
})
