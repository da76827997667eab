/** The scanner over what ARK itself writes: a guard that refuses our own events would stop the box. */

import { expect, it } from 'vitest'
import type { Json, MarketRows } from '#core/contract.ts'
import { readBodies } from '#core/journal/reader.ts'
import { findPersonal, findSecrets } from '#core/secrets.ts'
import { SYNTHETIC_INSTRUMENTS } from '#plugins/feed-synthetic/instruments.ts'
import { createMarket, nextTick } from '#plugins/feed-synthetic/market.ts'
import { newIdentity } from '#plugins/id/identities.ts'
import { nativeHash } from '#runtimes/shared/hash.ts'
import { createTestArk } from '#tests/support/ark.ts'

const TICKS = 300
const START = Date.UTC(2024, 0, 2, 12)

it('no event of a synthetic run, and no signed head, holds a secret or personal data', async () => {
  const { ark, database, fatal } = await createTestArk({ instruments: SYNTHETIC_INSTRUMENTS })
  await ark.beginRun({ kind: 'backtest', name: 'scan', seed: 'scan' })
  await ark.startService('aletheia')
  const request = { id: 'rita', roles: ['risk-officer'], by: 'operator' }
  const { created, token } = newIdentity(request, nativeHash)
  await ark.control('core', { type: 'identity/created', payload: created })
  const market = createMarket(42)
  for (let tick = 0; tick < TICKS; tick++) {
    const rows: MarketRows = { kind: 'bars', resolution: '1s', rows: nextTick(market, START + tick * 1_000) }
    if (rows.rows.length > 0) await ark.offerRows('feed-synthetic', rows)
  }
  await ark.settle()
  await ark.stop()
  expect(fatal).toEqual([])

  const bodies = (await readBodies(database, 0, Number.MAX_SAFE_INTEGER, 100_000)).map(({ body }) => body)
  const notes = (await database.query('SELECT note FROM checkpoint')).map((row) => String(row[0]))
  await database.close()
  const events = bodies.map((body) => JSON.parse(body) as { readonly type: string })
  expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(8)
  expect(notes.length).toBeGreaterThan(0)
  for (const event of [...events, ...bodies, ...notes] as readonly Json[])
    expect([...findSecrets(event), ...findPersonal(event)], JSON.stringify(event).slice(0, 400)).toEqual([])

  // The same search does find what must not be there.
  expect(findSecrets({ ...created, note: token })).toEqual([{ path: 'note', kind: 'ark_token' }])
})
