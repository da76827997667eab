import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeSnapshot } from '#core/cycle/snapshot.ts'
import { masked } from '#core/http/reads.ts'
import { type Box, ORDER, openBox, quoteBtc, type Reply, until } from './http-box.ts'

const RULES = 26
let box: Box
let placed: Reply
let refused: Reply
/** Approved and denied, both verified; then the approved one filled. */
beforeAll(async () => {
  box = await openBox()
  await quoteBtc(box)
  placed = await box.post('/v1/orders', ORDER, { as: 'root' })
  refused = await box.post(
    '/v1/orders',
    { ...ORDER, stopLoss: undefined, targets: undefined },
    { as: 'root' },
  )
  await quoteBtc(box, '99.995')
})
afterAll(() => box.close())

const kernel = () => {
  if (box.ark.cycle === undefined) throw new Error('no run')
  return box.ark.cycle.kernel
}

describe('an evaluation', () => {
  const evaluate = async (changes: object = {}) =>
    (await box.post('/v1/evaluate', { ...ORDER, ...changes })).body

  it('of a symbol without a mark is denied by the owner of the price, and the symbol stays unknown', async () => {
    const verdict = await evaluate({ symbol: 'NOBODY' })
    expect(verdict.allowed).toBe(false)
    expect(verdict.deniedBy).toContain('validate_data_sources')
    expect(kernel().book.index.has('NOBODY')).toBe(false)
  })

  it.each([
    [['max_position_size'], { quantity: 101 }],
    [['require_stop_loss', 'min_risk_reward'], { stopLoss: undefined, targets: undefined }],
    [['min_risk_reward'], { targets: [{ price: 101, portion: 1 }] }],
  ])('is denied by %j alone', async (rules, changes) => {
    const verdict = await evaluate(changes)
    expect(verdict.deniedBy).toEqual(rules)
    expect(verdict.allowed).toBe(false)
    for (const name of rules) {
      const told = verdict.rules.find(({ rule }: { rule: string }) => rule === name)
      expect(told).toMatchObject({ verdict: 'deny', reason: expect.stringMatching(/\w/) })
    }
  })

  it('has all 26 rules, the limits and the state that it was made on', async () => {
    const verdict = await evaluate({ quantity: 1 })
    expect(Object.keys(verdict).sort()).toEqual(
      [
        'allowed',
        'asOfSeq',
        'decisionId',
        'deniedBy',
        'graveyardDigest',
        'held',
        'limits',
        'mode',
        'rules',
        'unknown',
      ].sort(),
    )
    expect(verdict).toMatchObject({ allowed: true, deniedBy: [], unknown: [], held: [], mode: 'active' })
    expect(verdict.rules.length).toBe(RULES)
    expect(Object.keys(verdict.rules[0]).sort()).toEqual([
      'effect',
      'limit',
      'margin',
      'observed',
      'reason',
      'rule',
      'severity',
      'verdict',
    ])
    expect(Object.keys(verdict.limits[0]).sort()).toEqual([
      'limit',
      'limitValue',
      'observed',
      'reason',
      'verdict',
    ])
    expect(verdict.graveyardDigest).toMatch(/^[0-9a-f]{64}$/)
    const exempt = verdict.rules.filter(({ verdict }: { verdict: string }) => verdict === 'n/a')
    expect(exempt.map(({ rule }: { rule: string }) => rule)).toEqual(
      expect.arrayContaining(['require_hrm_approval', 'transparent_reasoning']),
    )
    expect((await box.get(`/v1/decisions/${verdict.decisionId}`)).status).toBe(404)
  })

  it('names the own order in its way, and passes that rule when it is cancelled first', async () => {
    const working = await box.post('/v1/orders', { ...ORDER, limitPrice: 98, quantity: 1 }, { as: 'root' })
    const { body } = await box.get(`/v1/traces/${working.body.traceId}`)
    const { decisionId } = body.events.find(
      ({ type }: { type: string }) => type === 'decision/approved',
    ).payload
    const sell = {
      side: 'sell',
      type: 'market',
      limitPrice: undefined,
      quantity: 1,
      stopLoss: undefined,
      targets: undefined,
    }
    const verdict = await evaluate(sell)
    expect(verdict.deniedBy).toContain('no_market_manipulation')
    expect(verdict.cancelFirst).toContain(decisionId)
    const remedied = await evaluate({ ...sell, cancelFirst: verdict.cancelFirst })
    expect(remedied.deniedBy).not.toContain('no_market_manipulation')
    expect(remedied.cancelFirst).toBeUndefined()
  })

  it('leaves no mark on the kernel, even when its windows have moved on', async () => {
    const { clock } = box.ark.options.ports
    const real = clock.now
    const before = takeSnapshot(kernel())
    const columns = [...kernel().gate.facts]
    Object.assign(clock, { now: () => real() + 3_600_000 })
    const verdict = await evaluate({ symbol: 'BTC' })
    await evaluate({ symbol: 'OTHER' })
    Object.assign(clock, { now: real })
    expect(verdict.deniedBy).toContain('validate_data_sources')
    expect(takeSnapshot(kernel())).toBe(before)
    expect([...kernel().gate.facts]).toEqual(columns)
  })
})

describe('decisions', () => {
  it('that never were are a 404', async () => {
    for (const id of ['test-1-999', '__proto__', '%00', "'; DROP TABLE decision"]) {
      const reply = await box.get(`/v1/decisions/${encodeURIComponent(id)}`)
      expect(reply).toMatchObject({ status: 404, body: { code: 'DECISION_NOT_FOUND' } })
    }
  })

  it.each(['limit=0', 'limit=501', 'limit=x', 'cursor=-1', 'cursor=1.5', 'verdict=maybe'])(
    'refuse the query %s',
    async (query) => {
      expect(await box.get(`/v1/decisions?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'BAD_QUERY' },
      })
    },
  )

  it('come newest first, in pages, by verdict and by run', async () => {
    const all = (await box.get('/v1/decisions')).body
    expect(all.next).toBeNull()
    const ids = all.items.map(({ decisionId }: { decisionId: string }) => decisionId)
    const paged: string[] = []
    let cursor = ''
    do {
      const { body } = await box.get(`/v1/decisions?limit=1${cursor}`)
      paged.push(...body.items.map(({ decisionId }: { decisionId: string }) => decisionId))
      cursor = body.next === null ? '' : `&cursor=${body.next}`
    } while (cursor !== '' && paged.length <= ids.length)
    expect(paged).toEqual(ids)
    const denied = (await box.get('/v1/decisions?verdict=denied')).body.items
    expect(denied.length).toBeGreaterThan(0)
    expect(denied.every(({ verdict }: { verdict: string }) => verdict === 'denied')).toBe(true)
    expect((await box.get('/v1/decisions?run=test-1')).body).toEqual(all)
    expect((await box.get('/v1/decisions?run=all')).body).toEqual(all)
    expect((await box.get('/v1/decisions?run=other-9')).status).toBe(404)
  })

  it('in full are judged again from their facts and say why in words [CLAIM_12]', async () => {
    const [denied] = (await box.get('/v1/decisions?verdict=denied')).body.items
    const { body } = await box.get(`/v1/decisions/${denied.decisionId}`)
    expect(body).toMatchObject({ ...denied, rederived: { agrees: true, factsDigest: body.factsDigest } })
    expect(body.rules.length).toBe(RULES)
    const denying = body.rules.filter(({ verdict }: { verdict: string }) => verdict === 'deny')
    expect(denying.map(({ rule }: { rule: string }) => rule)).toEqual([
      'require_stop_loss',
      'min_risk_reward',
    ])
    expect(body.causes.map(({ type }: { type: string }) => type)).toEqual([
      'order/requested',
      'identity/confirmed',
      'decision/denied',
    ])
    expect(body.traceId).toBe(refused.body.traceId)
    expect(body.explanation.request).toContain('root asked to buy 10 BTC at a limit of 100')
    expect(body.explanation.outcome).toContain('denied by require_stop_loss, min_risk_reward')
    expect(body.explanation.because[0]).toContain('The rule require_stop_loss (HIGH) denies')
  })
})

describe('a trace', () => {
  it('that nobody wrote is a 404', async () => {
    for (const id of ['x', 'f'.repeat(32), placed.body.traceId.toUpperCase(), `${placed.body.traceId}0`]) {
      const reply = await box.get(`/v1/traces/${id}`)
      expect(reply).toMatchObject({ status: 404, body: { code: 'TRACE_NOT_FOUND' } })
    }
  })

  it('of a signal is complete once all six agents had their say, whatever the verdict [COMP_TRACING]', async () => {
    const { body } = await box.post('/v1/signals', { symbol: 'BTC', direction: 'long' }, { as: 'intake' })
    const trace = await until(
      () => box.get(`/v1/traces/${body.traceId}`),
      ({ body }) => body.complete,
    )
    expect(Object.keys(trace.body).sort()).toEqual([
      'agentsMissing',
      'agentsSeen',
      'complete',
      'events',
      'latencyMs',
      'traceId',
    ])
    expect(trace.body).toMatchObject({
      traceId: body.traceId,
      agentsSeen: ['kyle', 'joey', 'kenny', 'hrm', 'aletheia', 'id'],
      agentsMissing: [],
    })
    expect(trace.body.latencyMs).toBeGreaterThanOrEqual(0)
    const [first] = trace.body.events
    expect(first).toMatchObject({ seq: body.seq, type: 'signal/received', source: 'intake', causeSeq: 0 })
    expect(first.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    const byType = Object.fromEntries(trace.body.events.map((event: { type: string }) => [event.type, event]))
    expect(byType['decision/denied'].source).toBe('hrm')
    expect(byType['verdict/verified'].payload.agreed).toBe(true)
  })

  it('of a person’s order says which agents had nothing to do with it [COMP_TRACING]', async () => {
    const { body } = await box.get(`/v1/traces/${refused.body.traceId}`)
    expect(body.complete).toBe(false)
    expect(body.agentsMissing).toEqual(expect.arrayContaining(['kyle', 'joey', 'kenny']))
    expect(body.agentsSeen).toEqual(expect.arrayContaining(['hrm', 'id']))
  })

  it('born from the market begins with the one row of the chunk that caused it', async () => {
    const start = Date.now() - 60 * 60_000
    const bars = Array.from({ length: 40 }, (_, row) => {
      const [close, volume] = row === 39 ? ['110.5', 9_000] : ['100', 1_000]
      const end = new Date(start + row * 60_000).toISOString()
      return { symbol: 'BORN', end, resolution: '1m', open: '100', high: close, low: '100', close, volume }
    })
    const { body } = await box.post('/v1/market-data', { source: 'test', bars }, { as: 'feed' })
    const { items } = (await box.get(`/v1/events?after=${body.seq}&type=signal/accepted`)).body
    expect(items.length).toBeGreaterThan(0)
    const trace = (await box.get(`/v1/traces/${items[0].traceId}`)).body
    expect(trace.events[0]).toMatchObject({
      seq: body.seq,
      type: 'market/chunk',
      source: 'kyle',
      payload: { feed: 'test', row: 39, kind: 'bar', symbol: 'BORN', close: '110.5', volume: '9000' },
    })
    expect(trace.events[1]).toMatchObject({ causeSeq: body.seq, causeRow: 39 })
  })
})

describe('the account', () => {
  it('shows a filled order as position, working legs and equity in decimal texts', async () => {
    const { body } = await box.get('/v1/positions')
    expect(body.next).toBeNull()
    const [position] = body.items
    expect(position).toMatchObject({ symbol: 'BTC', kind: 'crypto', side: 'long', quantity: '10' })
    expect(Number(position.averagePrice)).toBeGreaterThan(99)
    const roles = position.working.map(({ role }: { role: string }) => role)
    expect(roles).toEqual(expect.arrayContaining(['stop', 'target']))
    const account = (await box.get('/v1/account')).body
    for (const name of [
      'equity',
      'cash',
      'realised',
      'unrealised',
      'fees',
      'dayStartEquity',
      'dayPnl',
      'turnover',
    ])
      expect(account[name]).toMatch(/^-?\d+(\.\d{1,6})?$/)
    expect(account).toMatchObject({ runId: 'test-1', runKind: 'paper', positions: 1, mode: 'active' })
    expect(Number(account.cash) + Number(position.value)).toBeCloseTo(Number(account.equity), 6)
  })

  it('lists orders newest first, in pages, with what became of them', async () => {
    const all = (await box.get('/v1/orders')).body.items
    const entry = all.find(
      ({ traceId, parent }: Record<string, string>) => traceId === placed.body.traceId && !parent,
    )
    expect(entry).toMatchObject({
      status: 'filled',
      symbol: 'BTC',
      side: 'buy',
      quantity: '10',
      remaining: '0',
    })
    const page = (await box.get('/v1/orders?limit=1')).body
    expect(page.items).toEqual(all.slice(0, 1))
    expect((await box.get(`/v1/orders?limit=500&cursor=${page.next}`)).body.items).toEqual(all.slice(1))
  })
})

describe('the box about itself', () => {
  it('lists plugins with kind and state, in pages', async () => {
    const { items } = (await box.get('/v1/plugins')).body
    expect(items.map(({ name }: { name: string }) => name)).toEqual(
      box.ark.installed.map(({ plugin }) => plugin.name),
    )
    expect(items[0]).toMatchObject({ name: 'kyle', state: 'active', kind: 'agent' })
    const first = (await box.get('/v1/plugins?limit=2')).body
    expect(first).toEqual({ items: items.slice(0, 2), next: '2' })
    expect((await box.get('/v1/plugins?limit=500&cursor=2')).body).toEqual({
      items: items.slice(2),
      next: null,
    })
    expect((await box.get('/v1/plugins?cursor=999')).body).toEqual({ items: [], next: null })
  })

  it('lists the 26 rules in order under their seal', async () => {
    const { body } = await box.get('/v1/rules')
    expect(body.items.length).toBe(RULES)
    expect(body.items[4]).toMatchObject({
      number: 5,
      rule: 'max_position_size',
      severity: 'HIGH',
      effect: 'deny',
    })
    expect(body).toMatchObject({
      next: null,
      sealHolds: true,
      graveyardDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('shows its configuration without a secret in it [REQ_SEC_01]', async () => {
    const { body } = await box.get('/v1/config')
    expect(body.configDigest).toBe(box.ark.configDigest)
    expect(body.config.instruments[0].symbol).toBe('BTC')
    const plain = { plugins: { x: { botToken: 'a', api_key: 'b', list: [{ passphrase: ['c'] }], keys: 2 } } }
    expect(masked(plain)).toEqual({
      plugins: { x: { botToken: '***', api_key: '***', list: [{ passphrase: '***' }], keys: 2 } },
    })
    expect((await box.get('/v1/config')).body.config.http.ratePerToken).toBe(100_000)
  })

  it('hands out the newest signed head', async () => {
    const reply = await until(
      () => box.get('/v1/audit/checkpoint'),
      ({ status }) => status === 200,
    )
    const { origin, size, checkpoint, publicKey } = reply.body
    expect(checkpoint.split('\n').slice(0, 2)).toEqual([origin, String(size)])
    expect(publicKey).toBe(box.ark.options.ports.keys.publicKey)
    const text = await box.get('/v1/audit/checkpoint', { headers: { accept: 'text/plain' } })
    expect(text.body).toContain(`\n\n— ${origin} `)
  })
})
