import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ask, BROKEN, connect, encodeRequest } from '#runtimes/bench/connection.ts'
import { errorText, runClosed, runOpen, summarise } from '#runtimes/bench/load.ts'

type Handler = (request: IncomingMessage, response: ServerResponse, ordinal: number) => void

const GET = encodeRequest({ method: 'GET', path: '/' })
const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

describe('a connection', () => {
  it('says BROKEN of an answer without a length, and of a socket that is cut, and then connects anew', async () => {
    const port = await serve((_request, response, ordinal) => {
      if (ordinal === 0) response.write('chunked')
      if (ordinal === 1) response.destroy()
      if (ordinal > 1) response.end('whole')
    })
    const connection = connect(port)
    const answers = [await ask(connection, GET), await ask(connection, GET), await ask(connection, GET)]
    connection.close()
    expect(answers.map(({ status }) => status)).toEqual([BROKEN, BROKEN, 200])
    expect(answers[2]?.body).toBe('whole')
  })

  it('puts an answer together that comes in pieces', async () => {
    const text = 'x'.repeat(300_000)
    const port = await serve((_request, response) => {
      response.writeHead(202, { 'content-length': text.length })
      response.write(text.slice(0, 10))
      setImmediate(() => response.end(text.slice(10)))
    })
    const connection = connect(port)
    expect(await ask(connection, GET)).toEqual({ status: 202, body: text })
    connection.close()
  })

  it('sends the token and the body whole', async () => {
    let seen = ''
    const port = await serve(async (request, response) => {
      for await (const chunk of request) seen += String(chunk)
      response.end(JSON.stringify([request.method, request.url, request.headers.authorization]))
    })
    const connection = connect(port)
    const body = { note: 'schön' }
    const { body: said } = await ask(
      connection,
      encodeRequest({ method: 'POST', path: '/v1/x', token: 'ark_1', body }),
    )
    connection.close()
    expect(JSON.parse(said)).toEqual(['POST', '/v1/x', 'Bearer ark_1'])
    expect(JSON.parse(seen)).toEqual(body)
  })
})

describe('a closed loop', () => {
  it('counts what the server refused, by status', async () => {
    const statuses = new Map<number, number>()
    const port = await serve((_request, response, ordinal) => {
      const status = ordinal % 4 === 0 ? 503 : ordinal % 4 === 1 ? 429 : 200
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      response.statusCode = status
      response.end('{}')
    })
    const report = await runClosed({ port, connections: 3, seconds: 0.2, request: () => GET })
    expect(report.errors).toEqual({ 503: statuses.get(503), 429: statuses.get(429) })
    expect(report.requests).toBe([...statuses.values()].reduce((sum, count) => sum + count, 0))
    expect(errorText(report)).toBe(`${statuses.get(429)} x 429, ${statuses.get(503)} x 503`)
  })

  it('asks for each ordinal once, and keeps its connections', async () => {
    const sockets = new Set<unknown>()
    const port = await serve((request, response) => {
      sockets.add(request.socket)
      response.end('{}')
    })
    const ordinals: number[] = []
    const report = await runClosed({
      port,
      connections: 4,
      seconds: 0.1,
      request: (ordinal) => {
        ordinals.push(ordinal)
        return GET
      },
    })
    expect(ordinals).toEqual(ordinals.map((_ordinal, index) => index))
    expect(report.requests).toBe(ordinals.length)
    expect(sockets.size).toBe(4)
    expect(errorText(report)).toBe('none')
  })

  it('reports a port where nobody listens as broken, not as fast', async () => {
    const port = await serve(() => undefined)
    for (const server of servers.splice(0)) server.close()
    const report = await runClosed({ port, connections: 2, seconds: 0.05, request: () => GET })
    expect(report.perSecond).toBe(0)
    expect(report.errors.broken).toBe(report.requests)
  })
})

describe('an open loop', () => {
  it('counts from the moment a request was due: all who waited behind a stall are charged for it', async () => {
    const port = await serve((_request, response, ordinal) => {
      if (ordinal > 0) response.end('{}')
      else setTimeout(() => response.end('{}'), 100)
    })
    const perSecond = 200
    const { latencies, requests } = await runOpen({
      port,
      connections: 1,
      seconds: 0.05,
      perSecond,
      request: () => GET,
    })
    expect(requests).toBe(10)
    const [first = Number.NaN] = latencies
    // The stall outlasts every due time, and the others are answered after it.
    for (let ordinal = 1; ordinal < 10; ordinal++)
      expect(latencies[ordinal]).toBeGreaterThanOrEqual(first - (ordinal * 1_000) / perSecond)
  })

  it('sends neither more nor less than was due', async () => {
    let served = 0
    const port = await serve((_request, response) => {
      served++
      response.end('{}')
    })
    const report = await runOpen({ port, connections: 8, seconds: 0.2, perSecond: 500, request: () => GET })
    expect([served, report.requests]).toEqual([100, 100])
    expect(errorText(report)).toBe('none')
  })
})

describe('percentiles', () => {
  it('are those of a known distribution, whatever its order; what was not answered has none', () => {
    const shuffled = Float64Array.from({ length: 1_000 }, (_unused, index) => ((index * 7) % 1_000) + 1)
    shuffled[shuffled.indexOf(1)] = Number.NaN
    expect(summarise(shuffled)).toEqual({ p50Ms: 501, p95Ms: 951, p99Ms: 991, maxMs: 1_000 })
    expect(summarise(new Float64Array([Number.NaN])).p50Ms).toBeNaN()
  })
})

async function serve(handle: Handler): Promise<number> {
  let ordinal = 0
  const server = createServer((request, response) => handle(request, response, ordinal++))
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
