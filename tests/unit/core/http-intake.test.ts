import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Box, ORDER, openBox, quoteBtc } from './http-box.ts'

let box: Box
beforeAll(async () => {
  box = await openBox()
  await quoteBtc(box)
})
afterAll(() => box.close())

const SIGNAL = { symbol: 'BTC', direction: 'long' }
const FIRST = Date.parse('2024-01-01T00:00:00Z')
let minute = 0
/** A bar of its own minute and symbol; what a test does not name is sound. */
const bar = (changes: object = {}) => ({
  symbol: 'BARS',
  end: new Date(FIRST + 60_000 * ++minute).toISOString(),
  resolution: '1m',
  open: '100',
  high: '101.5',
  low: 99.5,
  close: 1e2,
  volume: '1000',
  ...changes,
})
const feed = (body: unknown) => box.post('/v1/market-data', body, { as: 'feed' })
const refusedAt = (pointer: string) => ({ status: 400, body: { code: 'INVALID_BODY', pointer } })

let before = 0
beforeEach(() => {
  before = box.ark.journal.lastSeq
})

it.each([0, -5, 1e300, '-1', 'low'])('refuses the price %s in a signal, in words', async (price) => {
  const reply = await box.post('/v1/signals', { symbol: 'BTC', direction: 'long', price }, { as: 'intake' })
  expect(reply).toMatchObject({ status: 400, body: { code: 'INVALID_BODY', pointer: '/price' } })
  expect(JSON.stringify(reply.body)).not.toContain('\\d')
})

it('refuses market data under a name of ARK’s own, which would move that feed', async () => {
  for (const source of ['sp500', 'feed-synthetic', 'intake']) {
    const reply = await feed({ source, bars: [bar()] })
    expect(reply).toMatchObject({ status: 400, body: { code: 'INVALID_BODY', pointer: '/source' } })
  }
})

describe('a signal', () => {
  const send = (body: unknown, headers = {}) => box.post('/v1/signals', body, { as: 'intake', headers })

  it.each([
    ['', ''],
    ['', 'null'],
    ['', '{'],
    ['', '[1e999'],
    ['/symbol', '[]'],
    ['/symbol', { direction: 'long' }],
    ['/symbol', { symbol: 'B T', direction: 'long' }],
    ['/symbol', { symbol: 'ſpy', direction: 'long' }],
    ['/symbol', { symbol: 7, direction: 'long' }],
    ['/direction', { symbol: 'BTC' }],
    ['/direction', { symbol: 'BTC', direction: 'buy' }],
    ['/action', { ticker: 'BTC', action: 'long' }],
    ['/price', { ...SIGNAL, price: 'dear' }],
    ['/marketCap', { ...SIGNAL, marketCap: {} }],
    ['/metadata', { ...SIGNAL, metadata: 1 }],
    ['/a/b', { ...SIGNAL, a: { b: '\ud800' } }],
    ['', '{"symbol":"BTC","direction":"long","__proto__":{"admin":true}}'],
    ['/x/0', '{"symbol":"BTC","direction":"long","x":[{"constructor":{"prototype":{}}}]}'],
    ['/n', '{"symbol":"BTC","direction":"long","n":1e999}'],
  ])('is refused at "%s": %j', async (pointer, body) => {
    expect(await send(body)).toMatchObject(refusedAt(pointer))
    expect(box.ark.journal.lastSeq).toBe(before)
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  it('is refused when it nests too deeply, also beyond any stack', async () => {
    for (const depth of [33, 100_000]) {
      const reply = await send(
        `{"symbol":"BTC","direction":"long","x":${'['.repeat(depth)}${']'.repeat(depth)}}`,
      )
      expect(reply).toMatchObject({ status: 400, body: { code: 'INVALID_BODY' } })
    }
  })

  it('is refused over 1 MiB without being read to its end [REQ_SEC_02] [REQ_TEST_02]', async () => {
    let pulled = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled++
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    const headers = { authorization: `Bearer ${box.tokens.intake}` }
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
    const response = await box.http.api.fetch(new Request('http://localhost/v1/signals', init))
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'BODY_TOO_LARGE' })
    expect(pulled).toBeLessThan(25)
  })

  it('never has its refusal repeat what was sent', async () => {
    const secret = 'hunter2hunter2'
    for (const body of [`{"symbol":"${secret}!"`, { symbol: `${secret} !`, direction: secret }])
      expect(JSON.stringify((await send(body)).body)).not.toContain(secret)
  })

  it('is refused with all its bad places, the first one as the pointer [REQ_TEST_02]', async () => {
    const { body } = await send({ symbol: '', direction: 1, price: [] })
    expect(body.issues.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/symbol',
      '/direction',
      '/price',
    ])
  })

  it('is refused while the replay runs and while the queue is full', async () => {
    const closed = await openBox({
      deps: { intakeOpen: () => ({ code: 'REPLAY_RUNNING', why: 'Not yet.' }) },
    })
    const places = [
      ['/v1/signals', SIGNAL],
      ['/v1/market-data', { source: 'test', bars: [bar()] }],
      ['/v1/orders', ORDER],
      ['/v1/instruments', {}],
    ] as const
    for (const [path, body] of places) {
      const reply = await closed.post(path, body, { as: path === '/v1/signals' ? 'intake' : 'root' })
      expect(reply).toMatchObject({ status: 409, body: { code: 'REPLAY_RUNNING', retry: 'safe' } })
      expect(reply.headers.get('retry-after')).toBe('5')
    }
    expect((await closed.post('/v1/evaluate', ORDER)).status).toBe(200)
    await closed.close()
    const small = await openBox({ config: { queueCapacity: 16 } })
    const replies = await Promise.all(
      Array.from({ length: 100 }, () => small.post('/v1/signals', SIGNAL, { as: 'intake' })),
    )
    const full = replies.filter(({ status }) => status === 503)
    expect(full.length).toBeGreaterThan(0)
    expect(full[0]?.body.code).toBe('QUEUE_FULL')
    expect(full[0]?.headers.get('retry-after')).toBe('1')
    const taken = replies.filter(({ status }) => status === 202)
    expect(taken.length + full.length).toBe(100)
    const { body } = await small.get('/v1/events?type=signal/received&limit=500')
    expect(body.items.length).toBe(taken.length)
    await small.close()
  })

  it('that holds a credential is denied, and journaled without it', async () => {
    const secret = `ghp_${'A1b2'.repeat(9)}`
    const reply = await send({ ...SIGNAL, metadata: { note: `use ${secret}` } })
    expect(reply).toMatchObject({ status: 403, body: { code: 'DENIED', where: 'metadata.note' } })
    const text = JSON.stringify((await box.get(`/v1/events?after=${before}&limit=100`)).body)
    expect(text).not.toContain(secret)
    expect(text).not.toContain('signal/received')
    expect(text).toContain('"deniedBy":["protect_user_data","encrypt_credentials"]')
  })

  it('is durable when it is answered, under its identity and with all it carried', async () => {
    const sent = { ...SIGNAL, price: '100.5', volume: 12, indicators: { rsi: 71.5 }, anything: ['at', 'all'] }
    const reply = await send(sent)
    expect(reply.status).toBe(202)
    expect(Object.keys(reply.body).sort()).toEqual(['seq', 'traceId'])
    const { body } = await box.get(`/v1/events?after=${reply.body.seq - 1}&limit=2`)
    expect(body.items[0]).toMatchObject({ type: 'signal/received', source: 'intake', payload: sent })
    expect(body.items[1]).toMatchObject({
      type: 'signal/accepted',
      payload: { symbol: 'BTC', metadata: { price: '100.5', anything: ['at', 'all'] } },
    })
  })

  it('may come in TradingView’s form, whatever its content type', async () => {
    const reply = await send({ ticker: 'btc', action: 'sell', price: 100 }, { 'content-type': 'text/plain' })
    const { body } = await box.get(`/v1/events?after=${reply.body.seq}&limit=1`)
    expect(body.items[0].payload).toMatchObject({ symbol: 'BTC', direction: 'short' })
  })

  it('takes its trace from a traceparent, when that is one [REQ_AGENT_03]', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c'
    const sound = await send(SIGNAL, { traceparent: `00-${trace}-b7ad6b7169203331-01` })
    expect(sound.body.traceId).toBe(trace)
    for (const traceparent of [
      `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
      `00-${trace}-${'0'.repeat(16)}-01`,
      `ff-${trace}-b7ad6b7169203331-01`,
      `00-${trace.toUpperCase()}-b7ad6b7169203331-01`,
      'nonsense',
    ]) {
      const reply = await send(SIGNAL, { traceparent })
      expect(reply.status).toBe(202)
      expect(reply.body.traceId).not.toBe(trace)
      expect(reply.body.traceId).not.toBe('0'.repeat(32))
    }
  })
})

describe('market data', () => {
  it.each([
    ['/source', { bars: [bar()] }],
    ['/source', { source: 'Test', bars: [bar()] }],
    ['/source', { source: 'constructor', bars: [bar()] }],
    ['', { source: 'test' }],
    [
      '',
      { source: 'test', bars: [bar()], trades: [{ symbol: 'A', time: bar().end, price: 1, quantity: 1 }] },
    ],
    ['/bars', { source: 'test', bars: [] }],
    ['/bars', { source: 'test', bars: {} }],
    ['/bars/0', { source: 'test', bars: [7] }],
    ['/candles', { source: 'test', candles: [] }],
    ['/bars/0/vwap', { source: 'test', bars: [bar({ vwap: 1 })] }],
    ['/bars/1/symbol', { source: 'test', bars: [bar(), bar({ symbol: 'bars' })] }],
    ['/bars/0/end', { source: 'test', bars: [bar({ end: 1_600_000_000_000 })] }],
    ['/bars/0/end', { source: 'test', bars: [bar({ end: '2024-02-30T00:00:00Z' })] }],
    ['/bars/0/end', { source: 'test', bars: [bar({ end: '2024-02-03T00:00:00+01:00' })] }],
    ['/bars/0/end', { source: 'test', bars: [bar({ end: '2024-02-03' })] }],
    ...['0m', '05m', '10000m', '1.5h', '-1m', '1M', '1w', '5 m', '5m ', 'm', '', 5, null].map(
      (resolution): [string, object] => [
        '/bars/0/resolution',
        { source: 'test', bars: [bar({ resolution })] },
      ],
    ),
    ['/bars/1/resolution', { source: 'test', bars: [bar(), bar({ resolution: '1h' })] }],
    ['/bars/0/open', { source: 'test', bars: [bar({ open: 0 })] }],
    ['/bars/0/open', { source: 'test', bars: [bar({ open: '-1' })] }],
    ['/bars/0/open', { source: 'test', bars: [bar({ open: '1e2' })] }],
    ['/bars/0/open', { source: 'test', bars: [bar({ open: '100.000000001' })] }],
    ['/bars/0/open', { source: 'test', bars: [bar({ open: 1e-9 })] }],
    ['/bars/0/open', { source: 'test', bars: [bar({ open: 1e21 })] }],
    ['/bars/0/close', { source: 'test', bars: [bar({ close: null })] }],
    ['/bars/0/volume', { source: 'test', bars: [bar({ volume: '1.2.3' })] }],
  ])('is refused at "%s"', async (pointer, body) => {
    expect(await feed(body)).toMatchObject(refusedAt(pointer))
    expect(box.ark.journal.lastSeq).toBe(before)
  })

  it('is refused whole for one row out of shape or order, naming the row [REQ_SEC_02]', async () => {
    const crooked = await feed({ source: 'test', bars: [bar(), bar({ low: '100.01', open: '100' })] })
    expect(crooked).toMatchObject({ status: 400, body: { code: 'DATA_INVALID', pointer: '/bars/1' } })
    const [first, second] = [bar(), bar()]
    const backwards = await feed({ source: 'test', bars: [second, first] })
    expect(backwards).toMatchObject({ status: 400, body: { code: 'DATA_BACKWARDS', pointer: '/bars/1' } })
    expect(box.ark.cycle?.kernel.book.index.get('BARS')).toBeUndefined()
    const crossed = { symbol: 'BARS', time: first.end, bid: 2, bidSize: 1, ask: 1, askSize: 1 }
    expect((await feed({ source: 'test', quotes: [crossed] })).body.code).toBe('DATA_INVALID')
  })

  it('is refused beyond 1,000 rows', async () => {
    const bars = Array.from({ length: 1_001 }, () => bar())
    expect(await feed({ source: 'test', bars })).toMatchObject(refusedAt('/bars'))
    expect((await feed({ source: 'test', bars: bars.slice(1) })).status).toBe(202)
  })

  it('becomes integers exactly, numbers through their shortest text', async () => {
    const bars = [
      bar({ symbol: 'EXACT', open: 0.1, high: '0.30000000', low: 1e-8, close: 0.1, volume: 1.23456789 }),
    ]
    const { status, body } = await feed({ source: 'test', bars })
    expect(status).toBe(202)
    const { items } = (await box.get(`/v1/events?after=${body.seq - 1}&limit=1`)).body
    const { payload } = items[0]
    const real = (column: readonly number[]) => (column[0] ?? 0) * payload.unit
    expect([payload.open, payload.high, payload.low, payload.close].map(real)).toEqual([
      10_000_000, 30_000_000, 1, 10_000_000,
    ])
    expect(payload).toMatchObject({ feed: 'test', kind: 'bars', resolution: '1m', volume: [12_345] })
  })

  it.each(['1s', '5m', '15m', '90m', '4h', '7d', '9999m'])('takes bars of %s', async (resolution) => {
    const sent = await feed({ source: 'test', bars: [bar({ symbol: 'LONG', resolution })] })
    expect(sent.status).toBe(202)
    const { items } = (await box.get(`/v1/events?after=${sent.body.seq - 1}&limit=1`)).body
    expect(items[0].payload.resolution).toBe(resolution)
  })

  it('says which bar lengths there are', async () => {
    const { body } = await feed({ source: 'test', bars: [bar({ resolution: '1w' })] })
    expect(body.issues).toEqual([
      { pointer: '/bars/0/resolution', message: 'wants a bar length such as 1m, 15m, 4h or 1d' },
    ])
  })

  it('may be trades or quotes', async () => {
    const time = new Date().toISOString()
    const trades = [{ symbol: 'TQ', time, price: '5.25', quantity: '0.5' }]
    const quotes = [{ symbol: 'TQ', time, bid: 5.2, bidSize: 0, ask: '5.3', askSize: 7 }]
    expect((await feed({ source: 'test', trades })).status).toBe(202)
    expect((await feed({ source: 'test', quotes })).status).toBe(202)
    expect(box.ark.cycle?.kernel.world.quote('TQ')).toMatchObject({ bid: 520_000_000, ask: 530_000_000 })
  })
})

const TRAILING = { type: 'trailing_stop', limitPrice: undefined, stopPrice: 95, trail: 5 }

describe('an order by a person', () => {
  const send = (changes: object) => box.post('/v1/orders', { ...ORDER, ...changes }, { as: 'operator' })

  it.each([
    ['/symbol', { symbol: '../etc' }],
    ['/side', { side: 'long' }],
    ['/type', { type: 'iceberg' }],
    ['/quantity', { quantity: 0 }],
    ['/quantity', { quantity: '-5' }],
    ['/quantity', { quantity: true }],
    ['/quantity', { quantity: '0.000000001' }],
    ['/quantity', { quantity: '9'.repeat(39) }],
    ['/limitPrice', { limitPrice: undefined }],
    ['/limitPrice', { type: 'market' }],
    ['/stopPrice', { type: 'stop_limit' }],
    ['/stopPrice', { stopPrice: 99 }],
    ['/stopPrice', { ...TRAILING, stopPrice: undefined }],
    ['/trail', { ...TRAILING, trail: undefined }],
    ['/trail', { ...TRAILING, trail: 0 }],
    ['/trail', { ...TRAILING, trail: '-1' }],
    ['/trail', { trail: 5 }],
    ['/trail', { ...TRAILING, type: 'stop' }],
    ['/limitPrice', { ...TRAILING, limitPrice: 94 }],
    ['/timeInForce', { timeInForce: 'forever' }],
    ['/timeInForce', { ...TRAILING, timeInForce: 'opg' }],
    ['/timeInForce', { ...TRAILING, type: 'stop', trail: undefined, timeInForce: 'cls' }],
    ['/group', { group: '' }],
    ['/group', { group: 'g'.repeat(65) }],
    ['/group', { group: ['g'] }],
    ['/stopLoss/trail', { stopLoss: { price: 95, trail: 0 } }],
    ['/stopLoss/trail', { stopLoss: { price: 95, trail: true } }],
    ['/stopLoss/price', { stopLoss: {} }],
    ['/stopLoss/trailing', { stopLoss: { price: 95, trailing: true } }],
    ['/targets/1/portion', { targets: [{ price: 1, portion: 1 }, { price: 1 }] }],
    ['/strategy', { strategy: 'a|b' }],
    ['/strategy', { strategy: '__proto__' }],
    ['/reduceOnly', { reduceOnly: 'yes' }],
    ['/cancelFirst/0', { cancelFirst: [1] }],
    ['/reason', { reason: '' }],
    ['/approved', { approved: true }],
    ['/principal', { principal: 'root' }],
  ])('is refused at %s, by the order and by evaluation alike', async (pointer, changes) => {
    expect(await send(changes)).toMatchObject(refusedAt(pointer))
    expect(await box.post('/v1/evaluate', { ...ORDER, ...changes })).toMatchObject(refusedAt(pointer))
    expect(box.ark.journal.lastSeq).toBe(before)
  })

  it('says of a term that does not belong to the type what is wrong with it', async () => {
    const { body } = await send({ ...TRAILING, trail: undefined, timeInForce: 'opg' })
    expect(body.issues).toEqual([
      { pointer: '/trail', message: 'is missing: a trailing_stop order needs it' },
      { pointer: '/timeInForce', message: 'is for market and limit orders, not for a trailing_stop order' },
    ])
  })

  it.each<[string, object]>([
    ['a trailing stop of a group', { ...TRAILING, group: 'exit-1' }],
    ['a limit at the open', { timeInForce: 'opg' }],
    ['a protection that trails', { stopLoss: { price: 95, trail: '2.50' } }],
  ])('goes on whole: %s', async (_, changes) => {
    const { status, body } = await send(changes)
    expect(status).toBe(202)
    const { items } = (await box.get(`/v1/events?after=${body.seq - 1}&limit=1`)).body
    const { order } = items[0].payload
    const sent: Record<string, unknown> = JSON.parse(JSON.stringify({ ...ORDER, ...changes }))
    expect(Object.keys(order).sort()).toEqual(Object.keys(sent).sort())
    if ('trail' in sent) expect(order).toMatchObject({ stopPrice: '95', trail: '5', group: 'exit-1' })
    if ('timeInForce' in sent) expect(order.timeInForce).toBe('opg')
    else if (!('trail' in sent)) expect(order.stopLoss).toEqual({ price: '95', trail: '2.5' })
  })

  it('is judged like any other: denied with the rules that deny it', async () => {
    const { status, body } = await send({ quantity: 2_000 })
    expect(status).toBe(202)
    const trace = await box.get(`/v1/traces/${body.traceId}`)
    const decision = trace.body.events.find(({ type }: { type: string }) => type === 'decision/denied')
    expect(decision.payload.deniedBy).toContain('max_position_size')
  })

  it('is journaled with its amounts as shortest decimals and its person as principal', async () => {
    const { body } = await send({ quantity: 1.5, reason: 'because' })
    const { items } = (await box.get(`/v1/events?after=${body.seq - 1}&limit=1`)).body
    expect(items[0]).toMatchObject({
      type: 'order/requested',
      source: 'operator',
      traceId: body.traceId,
      payload: {
        principal: 'operator',
        reason: 'because',
        order: { quantity: '1.5', limitPrice: '100', stopLoss: { price: '95' }, reason: 'because' },
      },
    })
  })
})
