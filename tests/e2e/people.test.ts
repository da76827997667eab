/** People on a real box: two of them where it loosens, and what they said still holds after kill -9. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ark, type Box, get, post, readyUrlOf, startArk, tokenOf } from '../support/cli.ts'
import { createTempDir, removeDir } from '../support/ports.ts'

interface Verdict {
  readonly deniedBy: readonly string[]
}

describe('two people and one box [REQ_SEC_03]', () => {
  const dataDir = createTempDir()
  const officerToken = join(dataDir, 'officer.token')
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

  const run = (...argv: string[]) => ark([...argv, '--data-dir', dataDir])
  const because = ['--reason', 'as agreed']
  const deniedBy = async (): Promise<readonly string[]> => {
    const order = { symbol: 'ORCA', side: 'buy', type: 'market', quantity: '0.01' }
    return ((await (await post(url, '/v1/evaluate', tokenOf(dataDir), order)).json()) as Verdict).deniedBy
  }

  it('refuses to loosen while there is one identity, and says what to do', async () => {
    expect((await run('restrict', '--symbol', 'ORCA', ...because)).code).toBe(0)
    const refused = await run('restrict', '--symbol', 'ORCA', '--remove', ...because)
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toMatch(/^SECOND_PERSON at .*ark identity create --role risk-officer/)
    expect(await deniedBy()).toContain('no_insider_trading')
  })

  it('loosens when a second one confirms, and not before', async () => {
    const made = await run('identity', 'create', 'officer', '--role', 'risk-officer', '--json')
    writeFileSync(officerToken, (JSON.parse(made.out) as { token: string }).token, { mode: 0o600 })
    const asked = await run('restrict', '--symbol', 'ORCA', '--remove', ...because, '--json')
    const { id } = JSON.parse(asked.out) as { id: string }
    expect((await run('approvals', 'approve', id, ...because)).err).toMatch(/^SECOND_PERSON /)
    expect(await deniedBy()).toContain('no_insider_trading')
    expect((await run('approvals', 'approve', id, ...because, '--as', officerToken)).code).toBe(0)
    expect(await deniedBy()).not.toContain('no_insider_trading')
  })

  it('keeps a pause and a halt through kill -9', async () => {
    expect((await run('pause', '--symbol', 'ORCA', ...because)).code).toBe(0)
    expect(JSON.parse((await run('drill', 'halt', ...because, '--json')).out)).toMatchObject({ passed: true })
    expect((await run('halt', '--flatten', ...because)).code).toBe(0)
    await box.end()
    box = startArk(dataDir)
    url = await readyUrlOf(box)
    expect((await get<{ mode: string }>(url, '/v1/mode')).mode).toBe('halted')
    const denied = await deniedBy()
    expect(denied).toContain('emergency_halt_enabled')
    expect(denied).toContain('preserve_user_autonomy')
    expect((await run('resume', ...because)).code).toBe(0)
    expect((await run('unpause', '--symbol', 'ORCA', ...because)).code).toBe(0)
    expect(await deniedBy()).not.toContain('preserve_user_autonomy')
  })

  it('says of each act who did it and why', async () => {
    const { items } = await get<{ items: { payload: { principal: string; reason: string } }[] }>(
      url,
      '/v1/events?type=pause/requested&limit=500',
    )
    expect(items).toHaveLength(2)
    for (const { payload } of items)
      expect(payload).toMatchObject({ principal: 'operator', reason: 'as agreed' })
    expect((await run('replay', '--verify')).code).toBe(0)
  })
})
