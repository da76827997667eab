import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestPorts, type TestPorts } from '#tests/support/ports.ts'

const HOST = '127.0.0.1'
let test: TestPorts

beforeAll(async () => {
  test = await createTestPorts()
})
afterAll(() => test.remove())

describe('serve refuses', () => {
  it('a port that is taken, naming its owner [REQ_INFRA_03]', async () => {
    const taken = await test.ports.serve(() => new Response(''), { host: HOST, port: 0 })
    const second = test.ports.serve(() => new Response(''), { host: HOST, port: taken.port })
    await expect(second).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      where: `${HOST}:${taken.port}`,
      message: expect.stringContaining(
        process.platform === 'linux' ? `pid ${process.pid} (` : 'another process',
      ),
    })
    await taken.close()
  })

  it('a port that a server of another kind holds', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
    const port = Number((server.address() as { port: number }).port)
    await expect(test.ports.serve(() => new Response(''), { host: HOST, port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
    })
    await new Promise((resolve) => server.close(resolve))
  })

  it('an address that is not this host', async () => {
    await expect(
      test.ports.serve(() => new Response(''), { host: '192.0.2.1', port: 0 }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      where: '192.0.2.1:0',
    })
  })
})

describe('serve', () => {
  it('hands requests to the handler and its answers back', async () => {
    const handler = async (request: Request) => {
      const text = await request.text()
      const answer = {
        method: request.method,
        path: new URL(request.url).pathname,
        text,
        kind: request.headers.get('x-kind'),
      }
      return Response.json(answer, { status: 201, headers: { 'x-answer': 'yes' } })
    }
    const listener = await test.ports.serve(handler, { host: HOST, port: 0 })
    const response = await fetch(`http://${HOST}:${listener.port}/a/b?c=1`, {
      method: 'POST',
      body: 'héllo',
      headers: { 'x-kind': 'k' },
    })
    expect(response.status).toBe(201)
    expect(response.headers.get('x-answer')).toBe('yes')
    expect(await response.json()).toEqual({ method: 'POST', path: '/a/b', text: 'héllo', kind: 'k' })
    await listener.close()
  })

  it('streams an answer while it is made, and cuts a lasting one when it stops', async () => {
    const handler = () => {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')),
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    }
    const listener = await test.ports.serve(handler, { host: HOST, port: 0 })
    const response = await fetch(`http://${HOST}:${listener.port}/`)
    const reader = response.body?.getReader()
    const first = await reader?.read()
    expect(new TextDecoder().decode(first?.value)).toBe('data: 1\n\n')
    const rest = reader?.read().then(
      ({ done }) => (done ? 'ended' : 'more'),
      () => 'cut',
    )
    await listener.close()
    expect(['ended', 'cut']).toContain(await rest)
  })

  it('frees the port when it stops', async () => {
    const first = await test.ports.serve(() => new Response('1'), { host: HOST, port: 0 })
    expect(await (await fetch(`http://${HOST}:${first.port}/`)).text()).toBe('1')
    await first.close()
    const second = await test.ports.serve(() => new Response('2'), { host: HOST, port: first.port })
    expect(await (await fetch(`http://${HOST}:${first.port}/`)).text()).toBe('2')
    await second.close()
  })
})
