import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Listener } from '#core/ports.ts'
import { acquireLock, type Lock } from '#runtimes/shared/lock.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'
import { type Box, decideOrder, journaled, ORDER, openBox, quoteBtc } from '../core/http-box.ts'

const dataDir = createTempDir()
let box: Box
let lock: Lock
let door: Listener

/** A box in this process, found by its lock like any other. */
beforeAll(async () => {
  box = await openBox()
  await quoteBtc(box)
  const { ports } = box.ark.options
  const handler = (request: Request): Promise<Response> => {
    box.ark.cycle?.noteRenewal()
    return box.http.api.fetch(request)
  }
  door = await ports.serve(handler, { host: '127.0.0.1', port: 0 })
  lock = await acquireLock(dataDir, { runtime: 'Test', version: '0.0.0' })
  lock.update({ port: door.port })
  for (const [name, token] of Object.entries(box.tokens)) writeFileSync(tokenFile(name), `${token}\n`)
  // What the commands act under when nothing else is said.
  writeFileSync(join(dataDir, 'operator.token'), `${box.tokens.root}\n`)
})
afterAll(async () => {
  await door.close()
  lock.release()
  await box.close()
  removeDir(dataDir)
})

const tokenFile = (name: string) => join(dataDir, `${name}.txt`)
const why = ['--reason', 'as agreed']
const run = (...argv: string[]) => runHere(argv, { ARK_DATA_DIR: dataDir })
const json = async (...argv: string[]) => {
  const { code, out, err } = await run(...argv, '--json')
  if (out === '') throw new Error(`${argv.join(' ')} said: ${err}`)
  return { code, ...JSON.parse(out) }
}

describe('bad usage', () => {
  it.each([
    [['pause', ...why], 'One of --agent, --symbol and --strategy is wanted'],
    [['pause', '--symbol', 'BTC', '--agent', 'kenny', ...why], 'One of --agent, --symbol and --strategy'],
    [['pause', '--symbol', 'BTC'], 'A reason is wanted'],
    [['unpause', '--symbol', 'BTC', '--reason', ' '], 'A reason is wanted'],
    [['rearm', '--strategy', 's', ...why], 'Wanted: --strategy, --symbol and --side'],
    [['flatten'], 'A reason is wanted'],
    [['restrict', ...why], 'A symbol is wanted'],
    [['override'], '1 word is wanted'],
    [['override', 'give'], 'wanted request, revoke or list'],
    [['override', 'request', ...why], 'A limit is wanted'],
    [['override', 'request', '--limit', 'x', ...why], 'How long?'],
    [['override', 'request', '--limit', 'x', '--seconds', '86401', ...why], 'from 0 to 86400'],
    [['approvals', 'aprove', 'x'], 'Did you mean approve?'],
    [['approvals', 'approve', ...why], 'wants an id'],
    [['approvals', 'approve', 'x'], 'A reason is wanted'],
    [['orders', 'cancel', ...why], 'wants an id'],
    [['orders', 'amend', 'x', ...why], 'A new term is wanted'],
    [['orders', 'list', '--limit', '501'], 'from 1 to 500'],
    [['drill', 'fire', ...why], 'There is no "drill fire"'],
    [['drill', 'halt'], 'A reason is wanted'],
    [['resume', '--flatten', ...why], 'There is no option --flatten'],
  ])('%j exits 2 and does nothing', async (argv, wanted) => {
    const before = box.ark.journal.lastSeq
    const { code, out, err } = await run(...argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(wanted)
    expect(box.ark.journal.lastSeq).toBe(before)
  })
})

describe('without a running box', () => {
  it.each([
    [['pause', '--symbol', 'BTC', ...why]],
    [['unpause', '--symbol', 'BTC', ...why]],
    [['rearm', '--latch', 'day_loss', ...why]],
    [['flatten', ...why]],
    [['restrict', '--symbol', 'BTC', ...why]],
    [['override', 'list']],
    [['approvals', 'list']],
    [['orders', 'list']],
    [['drill', 'halt', ...why]],
  ])('%j says that ARK must run', async (argv) => {
    const empty = createTempDir()
    const { code, out, err } = await runHere(argv, { ARK_DATA_DIR: empty })
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^NOT_RUNNING at .*: This needs a running ARK, .* Start it with ark start\.\n$/)
    removeDir(empty)
  })
})

describe('a person', () => {
  it('pauses and unpauses', async () => {
    expect((await run('pause', '--list')).out).toBe('nothing is paused\n')
    expect(await json('pause', '--symbol', 'BTC', ...why)).toMatchObject({ code: 0, key: 'symbol:BTC' })
    expect((await run('pause', '--list')).out).toBe('symbol:BTC\n')
    expect((await decideOrder(box)).deniedBy).toEqual(['preserve_user_autonomy'])
    expect((await run('unpause', '--symbol', 'BTC', ...why)).out).toContain('symbol:BTC is no longer paused')
    const again = await run('unpause', '--symbol', 'BTC', ...why)
    expect(again).toMatchObject({ code: 1, out: '' })
    expect(again.err).toMatch(/^NOT_FOUND at .*symbol:BTC is not paused\./)
  })

  it('acts under the token of a file, or of the environment, and is refused for what its role may not', async () => {
    await run('pause', '--strategy', 's', ...why, '--as', tokenFile('operator'))
    expect((await journaled(box, 'pause/requested')).at(-1).principal).toBe('operator')
    const env = { ARK_DATA_DIR: dataDir, ARK_TOKEN: box.tokens.operator }
    expect((await runHere(['unpause', '--strategy', 's', ...why], env)).code).toBe(0)
    expect((await journaled(box, 'pause/requested')).at(-1).principal).toBe('operator')
    const refused = await run('pause', '--strategy', 's', ...why, '--as', tokenFile('viewer'))
    expect(refused.code).toBe(1)
    expect(refused.err).toMatch(/^ROLE_MISSING /)
    const missing = await run('pause', '--strategy', 's', ...why, '--as', join(dataDir, 'none.txt'))
    expect(missing.err).toMatch(/^FILE_MISSING at .*none\.txt: The token cannot be read/)
  })

  it('restricts alone, and takes it back with a second one', async () => {
    expect((await run('restrict', '--list')).out).toBe('nothing is restricted\n')
    expect((await run('restrict', '--symbol', 'BTC', ...why)).out).toContain('BTC is restricted')
    expect((await run('restrict', '--list')).out).toBe('BTC\n')
    const asked = await run('restrict', '--symbol', 'BTC', '--remove', ...why)
    expect(asked.out).toMatch(
      /^Nothing has changed yet: another identity with the role risk-officer has until /,
    )
    const [, id = ''] = /ark approvals approve (two-[0-9a-f]{16}) /.exec(asked.out) ?? []
    expect((await run('approvals', 'list')).out).toMatch(new RegExp(`^${id} +unrestrict BTC +asked by root `))
    const own = await run('approvals', 'approve', id, ...why)
    expect(own).toMatchObject({ code: 1, out: '' })
    expect(own.err).toMatch(/^SECOND_PERSON at /)
    const officer = ['--as', tokenFile('risk-officer')]
    expect((await run('approvals', 'approve', id, ...why, ...officer)).out).toContain('approved, journaled')
    expect((await run('restrict', '--list')).out).toBe('nothing is restricted\n')
    expect((await run('approvals', 'list')).out).toBe('nothing waits\n')
  })

  it('overrides a limit with a second one, and revokes it alone', async () => {
    const ask = ['override', 'request', '--limit', 'order_notional', '--seconds', '60', ...why]
    const { id } = await json(...ask)
    expect(await json('approvals', 'reject', id, ...why)).toMatchObject({ code: 0, approved: false })
    const next = (await json(...ask)).id
    await run('approvals', 'approve', next, ...why, '--as', tokenFile('risk-officer'))
    expect((await run('override', 'list')).out).toMatch(/^order_notional +until /)
    expect((await run('override', 'revoke', '--limit', 'order_notional', ...why)).code).toBe(0)
    expect((await run('override', 'list')).out).toBe('nothing is overridden\n')
    const denied = await run('override', 'request', '--limit', 'max_leverage', '--seconds', '60', ...why)
    expect(denied.err).toMatch(/^DENIED at .*user_override_allowed/)
  })

  it('finds nothing to re-arm', async () => {
    expect((await run('rearm', '--list')).out).toBe('nothing is latched\n')
    expect((await run('rearm', '--latch', 'day_loss', ...why)).err).toMatch(/^NOT_FOUND /)
  })

  it('lists orders, cancels one, moves a stop, and closes what is held', async () => {
    expect((await run('orders', 'list')).out).toBe('no orders yet\n')
    const resting = { ...ORDER, quantity: 1, limitPrice: 97, timeInForce: 'gtc', group: 'pair' }
    const { decisionId } = await decideOrder(box, resting)
    const listed = (await run('orders', 'list')).out
    expect(listed).toContain(decisionId)
    expect(listed).toContain('limit, limit 97, until cancelled, group pair')
    expect((await run('orders', 'cancel', decisionId, ...why)).out).toBe(`${decisionId} is cancelled\n`)
    expect((await run('orders', 'cancel', decisionId, ...why)).err).toMatch(/^NOT_FOUND /)
    const held = await decideOrder(box)
    await quoteBtc(box, '99.995')
    const stop = `${held.decisionId}.stop`
    const away = await run('orders', 'amend', stop, '--stop', '94', ...why)
    expect(away).toMatchObject({ code: 1, out: 'not amended; denied by require_stop_loss\n' })
    expect((await run('orders', 'amend', stop, '--stop', '96', ...why)).out).toBe(
      `${stop} is amended: stop 96\n`,
    )
    const target = held.decisionId.concat('.target1')
    const near = await run('orders', 'amend', target, '--limit-price', '96', ...why)
    expect(near).toMatchObject({ code: 1, err: expect.stringMatching(/^CONFLICT .*it would trade at once/) })
    const flattened = await run('flatten', '--symbol', 'BTC', ...why)
    expect(flattened).toMatchObject({ code: 0, out: 'sell 10 BTC at market: allowed\n' })
    await quoteBtc(box, '99.996')
    expect((await run('flatten', ...why)).out).toBe('nothing to close\n')
  })

  it('drills, halts with all positions closed, and resumes', async () => {
    expect(await json('drill', 'halt', ...why)).toMatchObject({ code: 0, passed: true, mode: 'active' })
    await decideOrder(box, { ...ORDER, quantity: 2 })
    await quoteBtc(box, '99.997')
    const halted = await run('halt', '--flatten', ...why)
    expect(halted).toMatchObject({ code: 0 })
    expect(halted.out).toMatch(/^mode halted, journaled as seq \d+\nsell 2 BTC at market: allowed\n$/)
    expect(await json('resume', ...why)).toMatchObject({ code: 0, mode: 'active' })
  })

  it('rotates an identity, its own too, and the old token is worth nothing [SAFE_ROTATION]', async () => {
    const rotated = await json('identity', 'rotate', 'operator')
    expect(rotated).toMatchObject({ code: 0, id: 'operator', role: 'operator' })
    expect((await run('pause', '--symbol', 'X', ...why, '--as', tokenFile('operator'))).err).toMatch(
      /^TOKEN_MISSING /,
    )
    // The operator's own token is the one that the commands go by.
    expect(readFileSync(join(dataDir, 'operator.token'), 'utf8')).toBe(`${rotated.token}\n`)
    writeFileSync(tokenFile('operator'), rotated.token)
    writeFileSync(join(dataDir, 'operator.token'), box.tokens.root ?? '')
    expect((await run('pause', '--symbol', 'X', ...why, '--as', tokenFile('operator'))).code).toBe(0)
    expect((await run('identity', 'rotate', 'nobody')).err).toMatch(/^NOT_FOUND /)
  })

  it('makes a risk officer, whose token is shown once', async () => {
    const made = await json('identity', 'create', 'ria', '--role', 'risk-officer')
    expect(made).toEqual({
      code: 0,
      id: 'ria',
      role: 'risk-officer',
      token: expect.stringMatching(/^ark_[0-9a-f]{48}$/),
    })
    expect((await run('identity', 'create', 'ria', '--role', 'risk-officer')).err).toMatch(/^CONFLICT /)
  })
})
