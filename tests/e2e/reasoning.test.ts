/** The live feed of one agent over a WebSocket, as a panel would use it. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Box, post, readyUrlOf, startArk, tokenOf } from '../support/cli.ts'
import { createTempDir, removeDir } from '../support/ports.ts'

interface Said {
  readonly type: string
  readonly source: string
  readonly traceId: string
}

describe('the live feed of an agent [REQ_UI_03]', () => {
  const dataDir = createTempDir()
  let box: Box
  let url = ''

  beforeAll(async () => {
    box = startArk(dataDir)
    url = await readyUrlOf(box)
  })
  afterAll(async () => {
    await box.end()
    removeDir(dataDir)
  })

  const connect = (path: string, headers: Record<string, string> = {}) =>
    new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers })

  /** The status that a refused upgrade is answered with. */
  const refusalOf = (socket: WebSocket): Promise<number | undefined> =>
    new Promise((resolve) => {
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode))
      // Not every runtime's client tells the answer apart from an error; the error's text names the status.
      socket.on('error', (error) => resolve(Number(/\d{3}/.exec(error.message)?.[0])))
      socket.on('open', () => resolve(undefined))
    })

  it('is refused where there is no such agent, and to a web page from elsewhere', async () => {
    expect(await refusalOf(connect('/ws/reasoning/nobody'))).toBe(404)
    expect(await refusalOf(connect('/ws/else'))).toBe(404)
    expect(await refusalOf(connect('/ws/reasoning/kyle', { origin: 'https://example.org' }))).toBe(401)
  })

  it('shows what that agent says, and nobody else’s words', async () => {
    const socket = connect('/ws/reasoning/kyle?type=signal/accepted')
    const said: Said[] = []
    const heard = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        said.push(JSON.parse(data.toString()) as Said)
        if (said.some(({ traceId }) => traceId === TRACE)) resolve()
      })
    })
    await new Promise((resolve) => socket.on('open', resolve))
    const headers = { traceparent: `00-${TRACE}-${'1'.repeat(16)}-01` }
    const answer = await post(
      url,
      '/v1/signals',
      tokenOf(dataDir),
      { symbol: 'ORCA', direction: 'long' },
      headers,
    )
    expect(answer.status).toBe(202)
    await heard
    for (const { source, type } of said) expect([source, type]).toEqual(['kyle', 'signal/accepted'])
    socket.close()
  })
})

const TRACE = 'a'.repeat(32)
