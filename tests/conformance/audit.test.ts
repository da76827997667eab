import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ark } from '#core/ark.ts'
import type { KeyPort } from '#core/contract.ts'
import { modeOf, modeReasons } from '#core/gate/mode.ts'
import { verifyCheckpoint } from '#core/journal/checkpoint.ts'
import { headOrigin } from '#core/journal/journal.ts'
import { append, createTree, leafHash, root } from '#core/journal/merkle.ts'
import { type Box, createBox, createTestKeys } from '../support/box.ts'
import { settle } from '../support/host.ts'
import { COIN, nextBar, order, renewLease, trade } from '../support/trading.ts'

let box: Box
beforeEach(() => {
  box = createBox()
})
afterEach(() => box.remove())

/** A key whose signatures wait until the test lets them through. */
function createSlowKeys() {
  const keys = createTestKeys(1)
  const waiting: (() => void)[] = []
  let hangs = false
  const slow: KeyPort = {
    ...keys,
    sign: async (text) => {
      if (hangs) await new Promise<void>((resolve) => waiting.push(resolve))
      return keys.sign(text)
    },
  }
  return {
    keys: slow,
    waiting,
    hang: () => {
      hangs = true
    },
    go: async () => {
      hangs = false
      for (const resolve of waiting.splice(0)) resolve()
      await settle()
    },
  }
}

function modeStateOf(ark: Ark) {
  if (ark.cycle === undefined) throw new Error('No run has begun.')
  return ark.cycle.kernel.context.mode
}

const types = async (): Promise<readonly string[]> =>
  (await (await box.open()).query(`SELECT body ->> 'type' FROM journal ORDER BY seq`)).map((row) =>
    String(row[0]),
  )

describe('a signer that hangs', () => {
  it('stops no input, and after ten seconds every opening', async () => {
    const slow = createSlowKeys()
    const { ark, fatal } = await box.boot({ instruments: [COIN], ports: { ...box.ports, keys: slow.keys } })
    await trade(box, ark)
    box.time.timers.every(1_000, () => renewLease(ark))
    await box.time.advance(2_000)
    slow.hang()
    await ark.offer('intake', { type: 'signal/received', payload: {} })
    await box.time.advance(9_000)
    expect(modeOf(modeStateOf(ark))).toBe('active')
    await box.time.advance(5_000)
    expect(modeReasons(modeStateOf(ark))).toEqual([
      expect.stringMatching(/^audit: no signed head for 1\d s$/),
    ])
    await ark.offer('person', order('buy', 1))
    const decision = await (await box.open()).query(
      `SELECT body -> 'payload' ->> 'deniedBy' FROM journal WHERE body ->> 'type' LIKE 'decision/%'
        ORDER BY seq DESC LIMIT 1`,
    )
    expect(String(decision[0])).toContain('audit_all_actions')
    expect(slow.waiting).toHaveLength(1)
    expect(fatal).toEqual([])
  })

  it('is told as lagging once, and as recovered once it has signed', async () => {
    const slow = createSlowKeys()
    const { ark } = await box.boot({ instruments: [COIN], ports: { ...box.ports, keys: slow.keys } })
    await trade(box, ark)
    box.time.timers.every(1_000, () => renewLease(ark))
    slow.hang()
    await nextBar(box, ark, 100)
    await box.time.advance(60_000)
    expect((await types()).filter((type) => type === 'audit/lagged')).toHaveLength(1)
    expect(await types()).not.toContain('audit/recovered')
    await slow.go()
    await box.time.advance(3_000)
    expect((await types()).filter((type) => type.startsWith('audit/'))).toEqual([
      'audit/lagged',
      'audit/recovered',
    ])
    expect(modeOf(modeStateOf(ark))).toBe('active')
  })

  it('does not lag a backtest', async () => {
    const slow = createSlowKeys()
    const { ark } = await box.boot({ instruments: [COIN], ports: { ...box.ports, keys: slow.keys } })
    await ark.beginRun({ kind: 'backtest', name: 'history', seed: 'test' })
    slow.hang()
    await ark.offer('person', order('buy', 1))
    await box.time.advance(60_000)
    expect(await types()).not.toContain('audit/lagged')
  })

  it('that fails ends the box once', async () => {
    const keys = { ...createTestKeys(1), sign: () => Promise.reject(new Error('no key')) }
    const { ark, fatal } = await box.boot({ instruments: [COIN], ports: { ...box.ports, keys } })
    await ark.beginRun({ kind: 'paper', name: 'paper', seed: 'test' })
    await box.time.advance(5_000)
    expect(fatal).toEqual([new Error('no key')])
    await expect(ark.offer('person', order('buy', 1))).rejects.toMatchObject({ code: 'STOPPING' })
  })
})

describe('signed heads', () => {
  const sizes = async () =>
    (await (await box.open()).query('SELECT size FROM checkpoint ORDER BY size')).map((row) => Number(row[0]))

  it('come every second while something is new, and not at all while nothing is', async () => {
    const { ark } = await box.boot({ instruments: [COIN] })
    await ark.beginRun({ kind: 'paper', name: 'paper', seed: 'test' })
    expect(await sizes()).toEqual([])
    await box.time.advance(1_000)
    const covered = ark.journal.lastSeq
    expect(await sizes()).toEqual([covered])
    await box.time.advance(30_000)
    expect(await sizes()).toEqual([covered])
    await ark.offer('intake', { type: 'signal/received', payload: {} })
    await box.time.advance(1_000)
    expect(await sizes()).toEqual([covered, ark.journal.lastSeq])
  })

  it('come after 1,000 events without waiting for the second', async () => {
    const { ark } = await box.boot({ instruments: [COIN] })
    await ark.beginRun({ kind: 'paper', name: 'paper', seed: 'test' })
    const offers = Array.from({ length: 600 }, (_, number) =>
      ark.offer('intake', { type: 'signal/received', payload: { number } }),
    )
    await Promise.all(offers)
    await settle()
    const [first = 0] = await sizes()
    expect(first).toBeGreaterThanOrEqual(1_000)
    expect(first).toBeLessThan(2_000)
  })

  it('hold for whoever has the texts and the public key, and nothing else', async () => {
    const { ark } = await box.boot({ instruments: [COIN] })
    await trade(box, ark)
    await ark.stop()
    await box.kill()
    const database = await box.open()
    const [size, note] =
      (await database.query('SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1'))[0] ?? []
    const stranger = createTestKeys(7)
    const { hash } = box.ports
    const { publicKey } = box.ports.keys
    const verdict = await verifyCheckpoint(String(note), headOrigin(publicKey), publicKey, stranger, hash)
    if (!verdict.ok) throw new Error(verdict.why)
    const tree = createTree(hash)
    for (const [body] of await database.query('SELECT body FROM journal WHERE seq <= ? ORDER BY seq', [
      Number(size),
    ]))
      append(tree, leafHash(hash, String(body)))
    expect(verdict.checkpoint).toMatchObject({ size: tree.size, rootHex: root(tree) })
  })
})
