import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type {
  ArkEvent,
  CredentialDomain,
  CredentialPort,
  Draft,
  EventType,
  Host,
  Plugin,
  PortName,
  RunningService,
} from '#core/contract.ts'
import { AGENTS } from '../support/ark.ts'
import { type Box, createBox } from '../support/box.ts'
import { settle } from '../support/host.ts'
import { bars, COIN, FEED } from '../support/trading.ts'

let box: Box
beforeEach(() => {
  box = createBox()
})
afterEach(() => box.remove())

interface Terms {
  readonly consumes?: readonly EventType[]
  readonly emits?: readonly EventType[]
  readonly needs?: readonly PortName[]
  readonly onEvent?: (event: ArkEvent) => void
}

/** A service that does nothing by itself, and the host it was given. */
function createProbe({ consumes = [], emits = [], needs = [], onEvent }: Terms) {
  let given: Host | undefined
  let stops = 0
  const running: RunningService = {
    ...(onEvent === undefined ? {} : { onEvent }),
    stop: async () => {
      stops++
    },
  }
  const plugin: Plugin = {
    name: 'probe',
    version: '1.0.0',
    contract: 1,
    consumes,
    emits,
    needs,
    config: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
    service: {
      start: async (host) => {
        given = host
        return running
      },
    },
  }
  return {
    plugin,
    stops: () => stops,
    host: () => {
      if (given === undefined) throw new Error('The probe was not started.')
      return given
    },
  }
}

async function start(terms: Terms, queueCapacity = 1_024) {
  const probe = createProbe(terms)
  const box_ = await box.boot({
    instruments: [COIN],
    plugins: [...AGENTS, probe.plugin],
    config: { queueCapacity },
  })
  await box_.ark.beginRun({ kind: 'paper', name: 'paper', seed: 'test' })
  await box_.ark.startService('probe')
  return { ...box_, ...probe }
}

const signal = (number: number): Draft => ({ type: 'signal/received', payload: { number } })
const statusOf = (ark: Awaited<ReturnType<typeof start>>['ark']) =>
  ark.stats().plugins.find(({ name }) => name === 'probe')

const SIGNALS = `SELECT seq FROM journal WHERE body ->> 'type' = 'signal/received' ORDER BY seq`

describe('a tap', () => {
  it('that throws is shut out, and the box goes on', async () => {
    const seen: number[] = []
    const { ark, fatal, stops } = await start({
      consumes: ['signal/received'],
      onEvent: (event) => {
        seen.push(event.seq)
        throw new Error('no tap')
      },
    })
    const { seq } = await ark.offer('intake', signal(1))
    await ark.offer('intake', signal(2))
    expect(seen).toEqual([seq])
    expect(statusOf(ark)).toMatchObject({ state: 'failed', why: 'no tap' })
    expect(box.logged).toContainEqual(expect.objectContaining({ level: 'error', source: 'probe' }))
    expect(fatal).toEqual([])
    await ark.stop()
    expect(stops()).toBe(1)
  })

  it('sees what it consumes and nothing else, in order and after the commit [REQ_AGENT_01]', async () => {
    const reader = await box.open()
    const seen: { type: string; durable: Promise<unknown> }[] = []
    const { ark, database } = await start({
      consumes: ['run/started', 'signal/received'],
      onEvent: ({ type, seq }) => {
        seen.push({ type, durable: reader.query('SELECT seq FROM journal WHERE seq = ?', [seq]) })
      },
    })
    await Promise.all([1, 2, 3].map((number) => ark.offer('intake', signal(number))))
    expect(seen.map(({ type }) => type)).toEqual(['run/started', ...Array<string>(3).fill('signal/received')])
    const found = await Promise.all(seen.map(({ durable }) => durable))
    expect(found).toEqual([[[1]], ...(await database.query(SIGNALS)).map((row) => [row])])
  })

  it('that was stopped sees nothing more', async () => {
    const seen: ArkEvent[] = []
    const { ark } = await start({ consumes: ['signal/received'], onEvent: (event) => seen.push(event) })
    await ark.stopService('probe')
    await ark.offer('intake', signal(1))
    expect(seen).toEqual([])
    expect(statusOf(ark)).toMatchObject({ state: 'stopped' })
  })
})

describe('a host', () => {
  it('refuses an offer that the plugin did not declare [REQ_AGENT_01]', async () => {
    const { ark, host } = await start({ emits: ['identity/revoked'].slice(1) as EventType[] })
    const { lastSeq } = ark.journal
    await expect(host().offer(signal(1))).rejects.toMatchObject({ code: 'EMIT_NOT_DECLARED', where: 'probe' })
    expect(ark.journal.lastSeq).toBe(lastSeq)
  })

  it('journals one that it did, in the trace of its cause', async () => {
    const { ark, host, database } = await start({ emits: ['signal/received'] })
    const cause = await ark.offer('intake', signal(1))
    const { seq } = await host().offer(signal(2), cause)
    const body = String((await database.query('SELECT body FROM journal WHERE seq = ?', [seq]))[0]?.[0])
    expect(JSON.parse(body)).toMatchObject({
      source: 'probe',
      traceId: cause.traceId,
      causeSeq: cause.seq,
      hop: 0,
    })
  })

  it.each<[string, object, string]>([
    ['no hex', { seq: 1, traceId: '"}' }, 'probe cause/traceId'],
    ['a trace id too short', { seq: 1, traceId: 'ab' }, 'probe cause/traceId'],
    ['no trace id', { seq: 1 }, 'probe cause/traceId'],
    ['a text for a seq', { seq: '1', traceId: 'a'.repeat(32) }, 'probe cause/seq'],
    ['an event that is none', { seq: 0, traceId: 'a'.repeat(32) }, 'probe cause/seq'],
    ['part of an event', { seq: 1.5, traceId: 'a'.repeat(32) }, 'probe cause/seq'],
    ['an event to come', { seq: 1_000_000, traceId: 'a'.repeat(32) }, 'probe cause/seq'],
  ])('refuses a cause with %s; the box goes on', async (_, cause, where) => {
    const { ark, host } = await start({ emits: ['signal/received'] })
    await expect(host().offer(signal(1), cause as never)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      where,
    })
    await expect(ark.offer('intake', signal(2))).resolves.toMatchObject({ seq: expect.any(Number) })
  })

  it('throws for a port that was not asked for, and hands out one that was', async () => {
    const { host } = await start({ needs: ['clock'] })
    expect(host().ports.clock?.now()).toBe(box.time.clock.now())
    for (const name of ['timers', 'files', 'keys', 'control', 'refold', 'stats', 'process'] as const) {
      expect(() => host().ports[name]).toThrow(expect.objectContaining({ code: 'PORT_NOT_GRANTED' }))
    }
    expect(Object.keys(host().ports)).toEqual(['clock'])
  })
})

describe('a full queue [COMP_QUEUE]', () => {
  it('refuses an offer at once and keeps a feed waiting; nothing that was accepted is lost', async () => {
    const { ark, host, database } = await start({}, 16)
    const offers = Array.from({ length: 40 }, (_, number) => ark.offer('intake', signal(number)))
    const feeds: Promise<unknown>[] = []
    for (let minute = 0; minute < 20; minute++) feeds.push(host().offerRows(FEED, barOf(minute)))
    const outcomes = await Promise.allSettled(offers)
    await Promise.all(feeds)
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'QUEUE_FULL' })
    const kept = await database.query(
      `SELECT body -> 'payload' ->> 'number' FROM journal WHERE body ->> 'type' = 'signal/received' ORDER BY seq`,
    )
    const accepted = outcomes.flatMap(({ status }, number) => (status === 'fulfilled' ? [number] : []))
    expect(kept.map((row) => Number(row[0]))).toEqual(accepted)
    expect(host().rowsAccepted(FEED)).toBe(20)
  })

  it('never keeps out mode, lease and isolation', async () => {
    const { ark } = await start({}, 16)
    const offers = Array.from({ length: 40 }, (_, number) => ark.offer('intake', signal(number)))
    const halt = { mode: 'halted', principal: 'person:test', reason: 'enough' } as const
    const control = ark.control('person', { type: 'mode/requested', payload: halt })
    const signals = (await Promise.allSettled(offers)).flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value.seq] : [],
    )
    expect((await control).seq).toBeLessThan(Math.min(...signals))
  })

  it('lets waiting feeds go with a refusal when the box stops', async () => {
    const { ark, host } = await start({}, 16)
    const feeds = Array.from({ length: 40 }, (_, minute) => host().offerRows(FEED, barOf(minute)))
    const stopped = ark.cycle?.stop()
    const outcomes = await Promise.allSettled(feeds)
    await stopped
    await settle()
    const codes = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? 'accepted' : (outcome.reason as { code: string }).code,
    )
    expect(codes).toEqual(Array(40).fill('STOPPING'))
  })
})

/** One bar a minute, so that each comes after the one before. */
function barOf(minute: number) {
  const rows = bars(box, [100])
  if (rows.kind !== 'bars') throw new Error('These are bars.')
  return { ...rows, rows: rows.rows.map((bar) => ({ ...bar, end: bar.end - 3_600_000 + minute * 60_000 })) }
}

describe('credentials [REQ_SEC_01]', () => {
  const asking: Plugin = {
    ...createProbe({ needs: ['credentials'] }).plugin,
    credentials: 'trading',
  }
  const serve = async (credentials?: (domain: CredentialDomain) => CredentialPort) => {
    let seen: CredentialPort | undefined
    const plugin: Plugin = {
      ...asking,
      service: {
        start: async ({ ports }) => {
          seen = ports.credentials
          return { stop: async () => undefined }
        },
      },
    }
    const plugins = [...AGENTS, plugin]
    const { ark } = await box.boot({ plugins, ...(credentials === undefined ? {} : { credentials }) })
    await ark.beginRun({ kind: 'paper', name: 'paper', seed: 'test' })
    await ark.startService('probe')
    return seen
  }

  it('are of the plugin’s own domain', async () => {
    const asked: string[] = []
    const port = await serve((domain) => {
      asked.push(domain)
      return { domain, names: ['KEY'], get: (name) => (name === 'KEY' ? 'value' : undefined) }
    })
    expect(asked).toEqual(['trading'])
    expect(port?.get('KEY')).toBe('value')
  })

  it('are nothing that a box without a keystore starts with', async () => {
    await expect(serve()).rejects.toMatchObject({ code: 'PORT_NOT_GRANTED' })
  })
})
