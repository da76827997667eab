/**
 * Whatever is sent to whatever endpoint, by whoever holds the role: no answer of 500 or above, no change of
 * mode that nobody asked for, and a journal that still verifies. `ARK_HOSTILE=10000` sends so many to each
 * endpoint; `ARK_SEED` repeats a run.
 */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Document } from '#core/http/openapi/document.ts'
import { leafHash } from '#core/journal/merkle.ts'
import { readLeaves } from '#core/journal/reader.ts'
import { type Box, quoteBtc } from '#tests/unit/core/http-box.ts'
import { type Operation, openContractBox, operationsOf, readDocument, rolesOf } from './contract-box.ts'
import { type Hostile, hostileRequest, hostileWord } from './hostile.ts'
import type { Root, Schema } from './json-schema.ts'

const RUNS = Number(process.env.ARK_HOSTILE ?? 150)
const SEED = Number(process.env.ARK_SEED ?? 1)
/** The acts that may change it when they are answered 2xx. */
const MODE_ACTS = ['POST /v1/halt', 'POST /v1/resume', 'POST /v1/drill/halt']
const PATIENCE = 60_000 + RUNS * 400

let box: Box
let document: Document & Root
let operations: readonly Operation[]
beforeAll(async () => {
  box = await openContractBox()
  document = await readDocument(box)
  operations = operationsOf(document)
  await quoteBtc(box)
  console.info(`hostile requests: ARK_SEED=${SEED} ARK_HOSTILE=${RUNS}`)
})
afterAll(() => box.close())

/** What people decide of the mode; what recovers by itself is not theirs. */
const modeNow = (): string => {
  const { halted, reduced, causes } = modeState()
  const isolated = Object.keys(causes).filter((cause) => cause.startsWith('plugin:'))
  return JSON.stringify([halted, reduced, isolated])
}
const modeState = () => {
  if (box.ark.cycle === undefined) throw new Error('No run has begun.')
  return box.ark.cycle.kernel.context.mode
}

interface Shot extends Hostile {
  readonly place: string
  readonly query: string
}

async function shoot(operation: Operation, { body, headers, place, query }: Shot): Promise<number> {
  const [role] = rolesOf(operation)
  // A token in the path is what makes it this operation.
  const word = operation.path.includes('{token}') ? (box.tokens.intake ?? '') : encode(place)
  const path = operation.path.replace(/\{\w+\}/, word)
  const before = modeNow()
  box.ark.cycle?.noteRenewal()
  const all = new Headers(headers)
  if (role !== undefined) all.set('authorization', `Bearer ${box.tokens[role]}`)
  const init = operation.method === 'GET' ? { headers: all } : { method: 'POST', headers: all, body }
  const response = await box.http.api.fetch(new Request(`http://localhost:8000${path}${query}`, init))
  const text = await response.text()
  const about = `${operation.name} ${path}${query} ${String(body).slice(0, 300)} → ${text.slice(0, 300)}`
  expect(response.status, `${about} ${response.status < 500 ? '' : box.logged.at(-1)}`).toBeLessThan(500)
  if (response.status >= 400) {
    expect(response.headers.get('content-type'), about).toBe('application/problem+json')
    expect(operation.item['x-ark-problems'], about).toContain(JSON.parse(text).code)
  }
  const isActed = MODE_ACTS.includes(operation.name) && response.status < 300
  if (!isActed) expect(modeNow(), about).toBe(before)
  else await box.ark.control('test', RESUME)
  return response.status
}

const RESUME = {
  type: 'mode/requested',
  payload: { mode: 'active', principal: 'test', reason: 'on with it' },
} as const

/** Never the empty or a dotted segment, which name another path. */
function encode(word: string): string {
  const text = encodeURIComponent(word.replace(/[\ud800-\udfff]/gu, '?'))
  return /^\.*$/.test(text) ? 'dots' : text
}

function shots(operation: Operation): fc.Arbitrary<Shot> {
  const names = operation.item.parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name)
  const query = fc
    .tuple(fc.constantFrom('any', ...names), hostileWord)
    .map(([name, word]) => `?${name}=${encode(word)}`)
  const schema = (operation.body?.schema ?? { type: 'object', properties: { any: {} } }) as Schema
  return fc
    .tuple(
      hostileRequest(document, schema, operation.body?.example ?? { any: 1 }),
      fc.oneof(fc.constant('require_stop_loss'), hostileWord),
      fc.oneof(fc.constant(''), query),
    )
    .map(([hostile, place, asked]) => ({ ...hostile, place, query: asked }))
}

describe('hostile requests', () => {
  it(
    'at every endpoint cause no 5xx and no change of mode [REQ_SEC_02]',
    async () => {
      const prototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
      const seen = new Map<number, number>()
      for (const operation of operations) {
        const runs = operation.method === 'POST' ? RUNS : Math.ceil(RUNS / 3)
        await fc.assert(
          fc.asyncProperty(shots(operation), async (shot) => {
            const status = await shoot(operation, shot)
            seen.set(status, (seen.get(status) ?? 0) + 1)
          }),
          { numRuns: runs, seed: SEED, endOnFailure: true },
        )
        if (operation.name === 'GET /v1/events') expect(seen.get(200)).toBeGreaterThan(0)
      }
      for (const status of [200, 202, 400, 404]) expect(seen.get(status), String(status)).toBeGreaterThan(0)
      expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(prototype)
      expect(({} as { mode?: unknown }).mode).toBeUndefined()
      expect(box.fatal).toEqual([])
      const { items } = (await box.get('/v1/plugins?limit=500')).body
      for (const { name, state } of items) expect(state, name).toBe('active')
    },
    PATIENCE,
  )

  it(
    'leave a journal whose every entry gives its leaf, and that boots again to the same state',
    async () => {
      await box.ark.settle()
      const { hash } = box.ark.options.ports
      const rows = await box.database.query('SELECT seq, body FROM journal ORDER BY seq')
      expect(rows.length).toBe(box.ark.journal.lastSeq)
      const leaves = await readLeaves(box.database, 1, rows.length)
      for (const [index, [, body]] of rows.entries())
        expect(leafHash(hash, String(body))).toBe(leaves.slice(index * 64, (index + 1) * 64))
      const account = async () => {
        const { time: _time, asOfSeq: _seq, runId: _run, ...rest } = (await box.get('/v1/account')).body
        return rest
      }
      const before = await account()
      await box.restart()
      expect(await account()).toMatchObject({
        cash: before.cash,
        positions: before.positions,
        mode: 'active',
      })
      expect(box.fatal).toEqual([])
    },
    PATIENCE,
  )
})
