import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Box, openBox } from './http-box.ts'

let box: Box
beforeAll(async () => {
  box = await openBox()
})
afterAll(() => box.close())

const signal = () => box.post('/v1/signals', { symbol: 'BTC', direction: 'long' }, { as: 'intake' })
const renew = () => box.ark.control('core', { type: 'lease/renewed', payload: {} })

describe('the journal in pages', () => {
  it.each(['after=-1', 'after=x', 'limit=0', 'cursor=1e3'])('refuses the query %s', async (query) => {
    expect((await box.get(`/v1/events?${query}`)).status).toBe(400)
  })

  it('is whole, in order and byte for byte what was stored', async () => {
    await signal()
    const seen: { seq: number }[] = []
    let next: string | null = '0'
    while (next !== null && seen.length <= box.ark.journal.lastSeq) {
      const { body } = await box.get(`/v1/events?after=${next}&limit=7`)
      seen.push(...body.items)
      next = body.next
    }
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => index + 1))
    expect(seen.length).toBe(box.ark.journal.lastSeq)
    const response = await box.http.api.fetch(new Request('http://localhost/v1/events?limit=1'))
    const rows = await box.database.query('SELECT body FROM journal WHERE seq = 1')
    expect(await response.text()).toBe(`{"items":[${rows[0]?.[0]}],"next":"1"}`)
  })

  it('is filtered by type and by agent', async () => {
    const types = (await box.get('/v1/events?type=signal/received&limit=500')).body.items
    expect(new Set(types.map(({ type }: { type: string }) => type))).toEqual(new Set(['signal/received']))
    const agents = (await box.get('/v1/events?agent=hrm')).body.items
    expect(new Set(agents.map(({ source }: { source: string }) => source))).toEqual(new Set(['hrm']))
    expect((await box.get("/v1/events?type=' OR 1=1 --")).body).toEqual({ items: [], next: null })
  })

  it('hands out a cursor to go on from when a filter passes over very much', async () => {
    const long = await openBox()
    for (let round = 0; round < 60; round++)
      await Promise.all(
        Array.from({ length: 200 }, () => long.ark.control('core', { type: 'lease/renewed', payload: {} })),
      )
    const { body } = await long.get('/v1/events?type=run/ended')
    expect(body).toEqual({ items: [], next: '10000' })
    expect((await long.get(`/v1/events?type=run/ended&after=${body.next}`)).body.next).toBeNull()
    await long.close()
  })
})

interface Message {
  readonly id: string
  readonly event: string
  readonly data: string
}

/** Reads server-sent events one by one; `close` is what a client does that goes away. */
async function listen(path: string, headers: Record<string, string> = {}) {
  const request = new Request(`http://localhost${path}`, {
    headers: { accept: 'text/event-stream', ...headers },
  })
  const response = await box.http.api.fetch(request)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (reader === undefined) throw new Error('no stream')
  let text = ''
  const next = async (): Promise<Message> => {
    for (;;) {
      text = text.replace(/^\n+/, '')
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const fields = text
          .slice(0, end)
          .split('\n')
          .map((line) => line.split(/: (.*)/s))
        text = text.slice(end + 2)
        return Object.fromEntries(fields) as unknown as Message
      }
      const { value, done } = await reader.read()
      if (done) throw new Error('the stream ended')
      text += value
    }
  }
  return { response, next, close: () => reader.cancel() }
}

describe('the live feed', () => {
  it('begins now, with id = seq, event = type and data = body', async () => {
    const live = await listen('/v1/events?type=signal/received')
    expect(live.response.headers.get('content-type')).toContain('text/event-stream')
    const { body } = await signal()
    const message = await live.next()
    const rows = await box.database.query('SELECT body FROM journal WHERE seq = ?', [body.seq])
    expect(message).toEqual({ id: String(body.seq), event: 'signal/received', data: rows[0]?.[0] })
    await live.close()
  })

  it('resumes after the last event seen, the header before the query, and misses none [REQ_LOG_02]', async () => {
    const last = box.ark.journal.lastSeq
    const live = await listen('/v1/events?after=1', { 'last-event-id': '3' })
    const late = renew()
    for (let seq = 4; seq <= last; seq++) expect((await live.next()).id).toBe(String(seq))
    await late
    for (let seq = last + 1; seq <= box.ark.journal.lastSeq; seq++)
      expect((await live.next()).id).toBe(String(seq))
    await live.close()
    const other = await listen('/v1/events?after=2')
    expect((await other.next()).id).toBe('3')
    await other.close()
  })

  it('loses nothing for a client that does not read while thousands of events pass', async () => {
    const after = box.ark.journal.lastSeq
    const live = await listen(`/v1/events?after=${after}`)
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 200 }, renew))
    const last = box.ark.journal.lastSeq
    expect(last - after).toBeGreaterThan(2_000)
    for (let seq = after + 1; seq <= last; seq++) expect((await live.next()).id).toBe(String(seq))
    await signal()
    expect((await live.next()).id).toBe(String(last + 1))
    await live.close()
  })

  it('sends each event once when commits fall into its catching up', async () => {
    const live = await listen('/v1/events?after=0')
    expect((await live.next()).id).toBe('1')
    for (let count = 0; count < 5; count++) await renew()
    await signal()
    for (let seq = 2; seq <= box.ark.journal.lastSeq; seq++) expect((await live.next()).id).toBe(String(seq))
    const last = box.ark.journal.lastSeq
    await signal()
    expect((await live.next()).id).toBe(String(last + 1))
    await live.close()
  })

  it('is filtered while it follows [REQ_LOG_02]', async () => {
    const live = await listen('/v1/events?agent=kyle')
    await renew()
    const { body } = await signal()
    expect(JSON.parse((await live.next()).data)).toMatchObject({ source: 'kyle', causeSeq: body.seq })
    await live.close()
  })

  it('lets go of the box when its client goes away', async () => {
    const { ark } = box
    let listeners = 0
    const subscribe = ark.subscribe
    Object.assign(ark, {
      subscribe: (listener: Parameters<typeof subscribe>[0]) => {
        listeners++
        const cancel = subscribe(listener)
        let cancelled = false
        return () => {
          if (cancelled) return
          cancelled = true
          listeners--
          cancel()
        }
      },
    })
    const live = await listen('/v1/events')
    expect(listeners).toBe(1)
    await live.close()
    // Deno tells the stream a moment after it has told the reader.
    await vi.waitFor(() => expect(listeners).toBe(0))
    Object.assign(ark, { subscribe })
  })
})
