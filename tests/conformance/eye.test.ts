import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Ark } from '#core/ark.ts'
import type { EventType, RefoldResult } from '#core/contract.ts'
import { createAletheiaEye } from '#core/cycle/eye.ts'
import { createRunKernel } from '#core/cycle/run-kernel.ts'
import { ArkError } from '#core/errors.ts'
import { type Box, createBox } from '../support/box.ts'
import { COIN, trade } from '../support/trading.ts'

let box: Box
let ark: Ark
beforeEach(async () => {
  box = createBox()
  ark = (await box.boot({ instruments: [COIN] })).ark
  await trade(box, ark)
})
afterEach(() => box.remove())

async function seqOf(type: EventType): Promise<number> {
  const sql = `SELECT min(seq) FROM journal WHERE body ->> 'type' = ?`
  return Number((await (await box.open()).query(sql, [type]))[0]?.[0])
}

async function edit(seq: number): Promise<void> {
  const sql = `UPDATE journal SET body = replace(body, 'COIN', 'COIL') WHERE seq = ?`
  await (await box.open()).commit([{ sql, args: [seq] }])
}

function open(journal = ark.journal) {
  const { options, run, installed } = ark
  if (run === undefined) throw new Error('No run has begun.')
  const parts = { hash: options.ports.hash, config: options.config, instruments: [COIN], installed }
  const fresh = () => createRunKernel(parts, run.terms, run.seq, 'chunks')
  const halts: string[] = []
  const fatal: unknown[] = []
  const eye = createAletheiaEye(
    journal,
    (reason) => halts.push(reason),
    (error) => fatal.push(error),
  )
  eye.watch(fresh(), fresh(), run.seq - 1)
  return { eye, halts, fatal }
}

/** Looks at the whole run in steps of `limit` rows; where each step ended is the seq beside its results. */
async function look(limit: number) {
  const { eye, halts } = open()
  const told: (RefoldResult & { readonly after: number })[] = []
  for (let after = limit; ; after += limit) {
    const step = await eye.step(limit)
    told.push(...step.results.map((result) => ({ ...result, after })))
    if (!step.more) return { eye, told, halts, blind: step.blind }
  }
}

it.each([1, 2, 500])('in steps of %i rows reports no decision before it was compared', async (limit) => {
  const { told, halts, blind } = await look(limit)
  // The verdict, and the second look when the order met its open.
  expect(told).toMatchObject([
    { seq: await seqOf('decision/approved'), agreed: true },
    { seq: await seqOf('decision/reviewed'), agreed: true },
  ])
  for (const { seq, after } of told) expect(after).toBeGreaterThanOrEqual(seq)
  expect([halts, blind]).toEqual([[], null])
})

it.each([1, 500])('in steps of %i rows accuses an edited decision once [COMP_ALETHEIA]', async (limit) => {
  const seq = await seqOf('decision/approved')
  await edit(seq)
  const { eye, told, halts, blind } = await look(limit)
  expect(told).toMatchObject([{ seq, agreed: false, decisionId: 'paper-1-1', why: blind }])
  expect(halts).toEqual([blind])
  expect(blind).toContain(`seq ${seq}`)
  expect(await eye.step(limit)).toEqual({ results: [], more: false, blind })
  expect(halts).toHaveLength(1)
})

it('says nothing of a decision beside an event that was edited', async () => {
  await edit(await seqOf('order/submitted'))
  const { told, blind } = await look(500)
  expect(told).toEqual([])
  expect(blind).toContain(`seq ${await seqOf('order/submitted')}`)
})

it('shows on her page that she is blind, and no longer keeps up', async () => {
  await edit(await seqOf('order/submitted'))
  const service = await ark.startService('aletheia')
  await box.time.advance(2_000)
  const answer = await service.routes?.[0]?.handle(new Request('http://box/v1/aletheia'), {})
  expect(await answer?.json()).toMatchObject({
    verified: 0,
    disagreed: 1,
    blind: expect.stringContaining(`seq ${await seqOf('order/submitted')}`),
    lagRows: ark.journal.lastSeq,
  })
  const logged = box.logged.filter(({ level, source }) => level === 'error' && source === 'aletheia')
  expect(logged).toHaveLength(1)
})

it('ends the box once over a disk that cannot be read, and accuses nobody', async () => {
  const { journal } = ark
  const { database } = journal.ports
  let broken = true
  const failed = new ArkError('STORE_FAILED', 'disk', 'The database did not answer.')
  const flaky: typeof database = {
    ...database,
    query: (sql, args) => (broken ? Promise.reject(failed) : database.query(sql, args)),
  }
  const { eye, halts, fatal } = open({ ...journal, ports: { ...journal.ports, database: flaky } })
  for (let times = 0; times < 2; times++) await expect(eye.step(500)).rejects.toBe(failed)
  expect([halts, fatal]).toEqual([[], [failed]])
  broken = false
  expect(await eye.step(500)).toMatchObject({
    results: [{ agreed: true }, { agreed: true }],
    more: false,
    blind: null,
  })
})
