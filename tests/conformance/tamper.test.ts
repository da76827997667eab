import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ark } from '#core/ark.ts'
import { modeReasons } from '#core/gate/mode.ts'
import { formatCheckpoint, parseCheckpoint, signCheckpoint } from '#core/journal/checkpoint.ts'
import { headOrigin } from '#core/journal/journal.ts'
import type { Database } from '#core/ports.ts'
import { type Box, createBox, createTestKeys } from '../support/box.ts'
import { COIN, nextBar, order, trade } from '../support/trading.ts'

let box: Box
beforeEach(() => {
  box = createBox()
})
afterEach(() => box.remove())

const TERMS = { kind: 'paper', name: 'paper', seed: 'test' } as const
const boot = () => box.boot({ instruments: [COIN] })

/** One statement behind the box's back. */
async function change(sql: string, args: readonly (string | number)[] = []): Promise<void> {
  const database = await box.open()
  await database.commit([{ sql, args }])
}

async function first(database: Database, sql: string): Promise<string> {
  return String((await database.query(sql))[0]?.[0])
}

/** Seq of the first event of a type. */
async function seqOf(type: string): Promise<number> {
  const database = await box.open()
  return Number(await first(database, `SELECT min(seq) FROM journal WHERE body ->> 'type' = '${type}'`))
}

const headSize = async () => Number(await first(await box.open(), 'SELECT max(size) FROM checkpoint'))
const newest = async () => Number(await first(await box.open(), 'SELECT max(seq) FROM journal'))

/** A journal with a position, a working bracket and signed heads; its last events are covered by none. */
async function leave(how: 'killed' | 'stopped'): Promise<void> {
  const { ark } = await boot()
  await trade(box, ark)
  await nextBar(box, ark, 101)
  await box.time.advance(5_000)
  await ark.offer('person', order('buy', 1))
  if (how === 'stopped') await ark.stop()
  await box.kill()
}

/** What the boot itself says, the resumption of the run included. */
async function refusal(): Promise<unknown> {
  await box.kill()
  try {
    const { ark } = await boot()
    await ark.beginRun(TERMS)
    return undefined
  } catch (error) {
    return error
  }
}

const EDIT_BODY = `UPDATE journal SET body = replace(body, '"quantity":"10"', '"quantity":"90"') WHERE seq = ?`
/** Flips the first hex digit of one leaf. */
const EDIT_LEAF = `UPDATE batch SET leaves = (SELECT unhex(
    substr(hex(leaves), 1, (?1 - first_seq) * 64)
    || CASE substr(hex(leaves), (?1 - first_seq) * 64 + 1, 1) WHEN '0' THEN '1' ELSE '0' END
    || substr(hex(leaves), (?1 - first_seq) * 64 + 2)))
  WHERE ?1 BETWEEN first_seq AND last_seq`

describe('a boot that folds refuses [REQ_REC_02] [REQ_GOV_01]', () => {
  beforeEach(() => leave('killed'))

  it('nothing when nothing was touched', async () => {
    expect(await headSize()).toBeGreaterThan(0)
    expect(await newest()).toBeGreaterThan(await headSize())
    expect(await refusal()).toBeUndefined()
  })

  it.each(['order/requested', 'decision/approved', 'order/filled'])(
    'an edited %s, at its own seq',
    async (type) => {
      const seq = await seqOf(type)
      await change(EDIT_BODY, [seq])
      expect(await refusal()).toMatchObject({ code: 'JOURNAL_CORRUPT', where: `seq ${seq}` })
    },
  )

  it('an edited event whose leaf was edited with it, by the signed head', async () => {
    const seq = await seqOf('order/filled')
    await change(EDIT_BODY, [seq])
    await change(EDIT_LEAF, [seq])
    expect(await refusal()).toMatchObject({ code: 'JOURNAL_CORRUPT', where: `head ${await headSize()}` })
  })

  it('an event that was edited with its leaf and all heads taken away, by recomputing it', async () => {
    const seq = await seqOf('order/filled')
    await change(EDIT_BODY, [seq])
    const database = await box.open()
    const body = await first(database, `SELECT body FROM journal WHERE seq = ${seq}`)
    const leaf = box.ports.hash.sha256Hex(`\u0000${body}`)
    const leaves = await first(
      database,
      `SELECT hex(leaves) FROM batch WHERE ${seq} BETWEEN first_seq AND last_seq`,
    )
    const from = Number(
      await first(database, `SELECT first_seq FROM batch WHERE ${seq} BETWEEN first_seq AND last_seq`),
    )
    const at = (seq - from) * 64
    const forged = leaves.slice(0, at) + leaf + leaves.slice(at + 64)
    await change('UPDATE batch SET leaves = unhex(?) WHERE first_seq = ?', [forged, from])
    await change('DELETE FROM checkpoint')
    expect(await refusal()).toMatchObject({ code: 'REPLAY_DIVERGED', where: `seq ${seq}` })
  })

  it('an edited leaf that no head covers', async () => {
    const seq = await newest()
    await change(EDIT_LEAF, [seq])
    expect(await refusal()).toMatchObject({ code: 'JOURNAL_CORRUPT', where: `seq ${seq}` })
  })

  it('a text that is no longer canonical', async () => {
    const seq = await seqOf('order/filled')
    await change(`UPDATE journal SET body = replace(body, '"hop":', '"hop": ') WHERE seq = ?`, [seq])
    expect(await refusal()).toMatchObject({
      code: 'JOURNAL_CORRUPT',
      where: expect.stringMatching(/^seq \d+ to \d+$/),
    })
  })

  it('a text that is no JSON', async () => {
    await change(`UPDATE journal SET body = 'gone' WHERE seq = ?`, [await seqOf('order/filled')])
    expect(await refusal()).toMatchObject({ code: 'JOURNAL_CORRUPT' })
  })

  it('two events that changed places, at the first of them', async () => {
    const seq = await seqOf('order/requested')
    await change('UPDATE journal SET seq = -1 WHERE seq = ?', [seq])
    await change('UPDATE journal SET seq = ? WHERE seq = ?', [seq, seq + 1])
    await change('UPDATE journal SET seq = ? WHERE seq = -1', [seq + 1])
    expect(await refusal()).toMatchObject({ code: 'JOURNAL_CORRUPT', where: `seq ${seq}` })
  })

  it('a gap', async () => {
    const seq = await seqOf('order/requested')
    await change('DELETE FROM journal WHERE seq = ?', [seq])
    expect(await refusal()).toMatchObject({ code: 'JOURNAL_CORRUPT' })
  })

  it('a journal that is shorter than its newest head', async () => {
    const size = await headSize()
    await change('DELETE FROM journal WHERE seq >= ?', [size])
    await change('DELETE FROM batch WHERE last_seq >= ?', [size])
    expect(await refusal()).toMatchObject({ code: 'JOURNAL_CORRUPT' })
  })

  it('a journal that is shorter than what was committed, though no head covers the end', async () => {
    const seq = await newest()
    await change('DELETE FROM journal WHERE seq = ?', [seq])
    expect(await refusal()).toMatchObject({ code: 'JOURNAL_CORRUPT', where: `seq ${seq}` })
  })

  it('a batch whose leaves are gone', async () => {
    await change('DELETE FROM batch WHERE first_seq <= 4 AND last_seq >= 4')
    expect(await refusal()).toMatchObject({ code: 'JOURNAL_CORRUPT' })
  })

  it.each(['killed', 'stopped'] as const)('an edited note of a box that was %s', async (how) => {
    if (how === 'stopped') await restart()
    const size = await headSize()
    const database = await box.open()
    const note = await first(database, `SELECT note FROM checkpoint WHERE size = ${size}`)
    const edited = note.replace(`\n${size}\n`, `\n${size + 1}\n`)
    expect(edited).not.toBe(note)
    await change('UPDATE checkpoint SET note = ? WHERE size = ?', [edited, size])
    expect(await refusal()).toMatchObject({ code: 'JOURNAL_CORRUPT', where: `head ${size}` })
  })

  it.each(['killed', 'stopped'] as const)(
    'a true head under another key, of a box that was %s',
    async (how) => {
      if (how === 'stopped') await restart()
      const size = await headSize()
      await change('UPDATE checkpoint SET note = ? WHERE size = ?', [await forgeHead(size), size])
      expect(await refusal()).toMatchObject({ code: 'JOURNAL_CORRUPT', where: `head ${size}` })
    },
  )
})

async function restart(): Promise<void> {
  const { ark } = await boot()
  await ark.beginRun(TERMS)
  await ark.stop()
  await box.kill()
}

/** The same root, signed with a key that is not the box's, under the box's name. */
async function forgeHead(size: number): Promise<string> {
  const note = await first(await box.open(), `SELECT note FROM checkpoint WHERE size = ${size}`)
  const origin = headOrigin(box.ports.keys.publicKey)
  const body = formatCheckpoint({ origin, size, rootHex: parseCheckpoint(note).rootHex })
  return signCheckpoint(body, origin, createTestKeys(2), box.ports.hash)
}

function reasonsOf(ark: Ark): readonly string[] {
  return ark.cycle === undefined ? [] : modeReasons(ark.cycle.kernel.context.mode)
}

/** Boots from the snapshot, which folds nothing again, and lets the standing check run to its end. */
async function reasonsAfterAudit(): Promise<readonly string[]> {
  await box.kill()
  const { ark } = await boot()
  await ark.beginRun(TERMS)
  await ark.control('watchdog', { type: 'lease/renewed', payload: {} })
  await box.time.advance(2_000)
  return reasonsOf(ark)
}

describe('the standing check halts a box that booted from its snapshot [REQ_GOV_01]', () => {
  beforeEach(() => leave('stopped'))

  it('never when nothing was touched', async () => {
    expect(await reasonsAfterAudit()).toEqual([])
  })

  it('over an edited event', async () => {
    const seq = await seqOf('order/filled')
    await change(EDIT_BODY, [seq])
    expect(await reasonsAfterAudit()).toEqual([expect.stringContaining(`JOURNAL_CORRUPT`)])
    expect((await reasonsAfterAudit())[0]).toContain(`seq ${seq}`)
  })

  it('over a missing event', async () => {
    const seq = await seqOf('order/filled')
    await change('DELETE FROM journal WHERE seq = ?', [seq])
    expect((await reasonsAfterAudit())[0]).toContain(`seq ${seq}`)
  })

  it('over an edited leaf', async () => {
    const seq = await seqOf('order/filled')
    await change(EDIT_LEAF, [seq])
    expect((await reasonsAfterAudit())[0]).toContain(`seq ${seq}`)
  })

  it('over an event whose leaf was edited with it', async () => {
    const database = await box.open()
    const size = Number(await first(database, 'SELECT min(size) FROM checkpoint'))
    const body = await first(database, `SELECT body FROM journal WHERE seq = 1`)
    const edited = body.replace('"seed":"test"', '"seed":"tost"')
    await change('UPDATE journal SET body = ? WHERE seq = 1', [edited])
    await change(`UPDATE batch SET leaves = unhex(? || substr(hex(leaves), 65)) WHERE first_seq = 1`, [
      box.ports.hash.sha256Hex(`\u0000${edited}`),
    ])
    expect((await reasonsAfterAudit())[0]).toContain(`head ${size}`)
  })

  it('over an older head under another key', async () => {
    const size = Number(await first(await box.open(), 'SELECT min(size) FROM checkpoint'))
    expect(size).toBeLessThan(await headSize())
    await change('UPDATE checkpoint SET note = ? WHERE size = ?', [await forgeHead(size), size])
    expect((await reasonsAfterAudit())[0]).toContain(`head ${size}`)
  })

  it('and the halt is still there after the next boot', async () => {
    const seq = await seqOf('order/filled')
    const database = await box.open()
    const body = await first(database, `SELECT body FROM journal WHERE seq = ${seq}`)
    await change(EDIT_BODY, [seq])
    await reasonsAfterAudit()
    await box.kill()
    await change('UPDATE journal SET body = ? WHERE seq = ?', [body, seq])
    expect((await reasonsAfterAudit())[0]).toContain(`seq ${seq}`)
  })
})

describe('Aletheia halts a running box [COMP_ALETHEIA]', () => {
  async function begin(): Promise<Ark> {
    const { ark } = await boot()
    await trade(box, ark)
    return ark
  }

  async function look(ark: Ark): Promise<readonly string[]> {
    await ark.startService('aletheia')
    await box.time.advance(2_000)
    return reasonsOf(ark)
  }

  it('never when nothing was touched, and journals that she agrees', async () => {
    const ark = await begin()
    expect(await look(ark)).toEqual([])
    const database = await box.open()
    const [seq, agreed] = (
      await database.query(
        `SELECT seq, body -> 'payload' ->> 'agreed' FROM journal WHERE body ->> 'type' = 'verdict/verified'`,
      )
    )[0] ?? ['', '']
    expect(seq).toBeGreaterThan(0)
    expect(agreed).toBe(1)
  })

  it.each(['order/requested', 'decision/approved', 'order/filled'])(
    'over an edited %s that she reads back',
    async (type) => {
      const ark = await begin()
      const seq = await seqOf(type)
      await change(EDIT_BODY, [seq])
      const reasons = await look(ark)
      expect(reasons[0]).toContain(`seq ${seq}`)
    },
  )

  it('over an edited leaf', async () => {
    const ark = await begin()
    const seq = await seqOf('order/filled')
    await change(EDIT_LEAF, [seq])
    expect((await look(ark))[0]).toContain(`seq ${seq}`)
  })

  it('over a missing event', async () => {
    const ark = await begin()
    await change('DELETE FROM journal WHERE seq = ?', [await seqOf('order/filled')])
    expect((await look(ark))[0]).toContain('JOURNAL_CORRUPT')
  })
})
