/** A whole box behind its HTTP door, in memory, with the real plugins; requests go straight to `fetch`. */

import * as v from 'valibot'
import type { Ark } from '#core/ark.ts'
import type { ConfigInput } from '#core/config.ts'
import type { Plugin, Route } from '#core/contract.ts'
import { createHttp, type Http, type HttpDeps } from '#core/http.ts'
import type { Database } from '#core/ports.ts'
import { AGENTS, createTestArk } from '#tests/support/ark.ts'
import { createTestPorts } from '#tests/support/ports.ts'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds.
  readonly body: any
}

export interface Box {
  readonly ark: Ark
  readonly http: Http
  readonly database: Database
  readonly fatal: readonly unknown[]
  readonly logged: readonly string[]
  /** Tokens by identity: `root` is operator and admin, the others are named for their only role. */
  readonly tokens: Readonly<Record<string, string>>
  get(path: string, options?: Send): Promise<Reply>
  post(path: string, body: unknown, options?: Send): Promise<Reply>
  /** Stops ARK and boots it again on the same journal; `ark` and `http` are then the new ones. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface Send {
  /** Identity whose token is sent. */
  readonly as?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
  readonly port?: 'api' | 'metrics'
  readonly host?: string
}

export interface BoxOptions {
  readonly config?: ConfigInput
  readonly deps?: Partial<HttpDeps>
  readonly plugins?: readonly Plugin[]
  /** Before the first run there is nothing but the door. */
  readonly idle?: boolean
}

const BTC = {
  symbol: 'BTC',
  kind: 'crypto',
  venue: 'TEST',
  tick: '0.01',
  lot: '0.0001',
  adv20: '1000000',
} as const
const ROLES = ['viewer', 'intake', 'feed', 'operator', 'risk-officer', 'admin']

/** Active, on a paper account of 100,000, with a crypto symbol BTC and a registered source `test`. */
export async function openBox(options: BoxOptions = {}): Promise<Box> {
  const { ports, logged, remove } = await createTestPorts()
  const config: ConfigInput = {
    instruments: [BTC],
    sources: { test: 'public' },
    http: { ratePerToken: 100_000 },
    ...options.config,
  }
  const plugins = options.plugins ?? AGENTS
  const first = await createTestArk({ ports, config, plugins })
  const { database } = first
  let { ark, fatal } = first
  const begin = async (): Promise<void> => {
    await ark.beginRun({ kind: 'paper', name: 'test', seed: 'seed' })
    for (const { plugin } of ark.installed)
      if (plugin.service !== undefined) await ark.startService(plugin.name)
    await ark.control('core', { type: 'lease/renewed', payload: {} })
  }
  const deps: HttpDeps = {
    hash: ports.hash,
    reader: database,
    intakeOpen: () => undefined,
    ready: () => ({ ready: true, reasons: [] }),
    loopbackOnly: true,
    ...options.deps,
  }
  let http = createHttp(ark, deps)
  const tokens: Record<string, string> = {}
  if (options.idle !== true) {
    await begin()
    tokens.root = await createIdentity(ark, 'root', ['operator', 'admin'])
    for (const role of ROLES) tokens[role] = await createIdentity(ark, role, [role])
  }
  const send = async (path: string, init: RequestInit, { as, headers, port, host }: Send): Promise<Reply> => {
    // In the place of the watchdog, which is no part of this box; a timer would starve between fast requests.
    ark.cycle?.noteRenewal()
    const all = new Headers(headers)
    if (as !== undefined) all.set('authorization', `Bearer ${tokens[as] ?? as}`)
    const request = new Request(`http://${host ?? 'localhost:8000'}${path}`, { ...init, headers: all })
    const response = await http[port ?? 'api'].fetch(request)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== ''
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }
  return {
    get ark() {
      return ark
    },
    get http() {
      return http
    },
    database,
    get fatal() {
      return fatal
    },
    logged,
    tokens,
    get: (path, options = {}) => send(path, { method: options.method ?? 'GET' }, options),
    post: (path, body, options = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      return send(path, { method: options.method ?? 'POST', body: text }, options)
    },
    restart: async () => {
      http.close()
      await ark.stop()
      ;({ ark, fatal } = await createTestArk({ ports, config, plugins, database }))
      await begin()
      http = createHttp(ark, deps)
    },
    close: async () => {
      http.close()
      await ark.stop()
      await database.close()
      remove()
    },
  }
}

export async function createIdentity(ark: Ark, id: string, roles: readonly string[]): Promise<string> {
  const { hash } = ark.options.ports
  const token = `ark_${hash.randomHex(24)}`
  const payload = { id, roles, tokenHash: hash.sha256Hex(token), by: 'test' }
  await ark.control('core', { type: 'identity/created', payload })
  return token
}

/** Gives BTC a price of about 100 now; later quotes need a later time. */
export async function quoteBtc(box: Box, ask = '100.00'): Promise<Reply> {
  const quote = {
    symbol: 'BTC',
    time: new Date().toISOString(),
    bid: '99.99',
    bidSize: 10,
    ask,
    askSize: '10',
  }
  return box.post('/v1/market-data', { source: 'test', quotes: [quote] }, { as: 'feed' })
}

/** Passes all 26 rules once BTC has a price. */
export const ORDER = {
  symbol: 'BTC',
  side: 'buy',
  type: 'limit',
  quantity: 10,
  limitPrice: '100.00',
  stopLoss: { price: 95 },
  targets: [{ price: '110', portion: '1' }],
  strategy: 'by-hand',
}

/** Waits until `read` gives what is wanted; Aletheia speaks a little after the commit. */
export async function until<T>(read: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read()
    if (wanted(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Sends an order by a person and reads the verdict on it out of its trace. */
export async function decideOrder(box: Box, order: object = ORDER, as = 'root') {
  const { body } = await box.post('/v1/orders', order, { as })
  return decisionIn(box, body.traceId)
}

export async function decisionIn(box: Box, traceId: string) {
  const { body } = await box.get(`/v1/traces/${traceId}`)
  return body.events.find(({ type }: { type: string }) => type.startsWith('decision/'))?.payload
}

/** Payloads of one type, oldest first. */
export async function journaled(box: Box, type: string) {
  const { body } = await box.get(`/v1/events?type=${type}&limit=500`)
  return body.items.map(({ payload }: { payload: unknown }) => payload)
}

/** A plugin of a stranger that does nothing but bring routes. */
export function probeWith(routes: readonly Route[]): Plugin {
  return {
    name: 'probe',
    version: '1.0.0',
    contract: 1,
    consumes: [],
    emits: [],
    needs: [],
    config: v.strictObject({}),
    service: { start: async () => ({ routes, stop: async () => undefined }) },
  } satisfies Plugin as unknown as Plugin
}
