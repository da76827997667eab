/**
 * One keep-alive HTTP/1.1 connection on a raw socket, for the load generator: a client library would take
 * more of the machine than the server under test.
 *
 * One request at a time. Of an answer it reads the status line and content-length and nothing else; an answer
 * without a length, and a socket that breaks, count as BROKEN.
 */

import { createConnection, type Socket } from 'node:net'

/** Status of a request that got no readable answer. */
export const BROKEN = 0

/** `body` is valid until the callback returns. */
export type OnAnswer = (status: number, body: Uint8Array) => void

export interface Connection {
  /** The answer to the one before must have come. After a break the next request connects anew. */
  send(request: Uint8Array, onAnswer: OnAnswer): void
  close(): void
}

const HEAD_END = '\r\n\r\n'
const LENGTH = /\r\ncontent-length: *(\d+)/i
const EMPTY = Buffer.alloc(0)

export function connect(port: number): Connection {
  let socket: Socket | undefined
  let waiting: OnAnswer | undefined
  let buffered: Buffer = EMPTY

  function open(): Socket {
    const opened = createConnection({ host: '127.0.0.1', port, noDelay: true })
    opened.on('data', (chunk: Buffer) => {
      if (opened === socket) read(chunk)
    })
    opened.on('error', () => lose(opened))
    opened.on('close', () => lose(opened))
    return opened
  }

  function lose(lost: Socket): void {
    if (lost === socket) fail()
  }

  function fail(): void {
    socket?.destroy()
    socket = undefined
    answer(BROKEN, EMPTY)
  }

  function read(chunk: Buffer): void {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk])
    const head = buffered.indexOf(HEAD_END)
    if (head === -1) return
    const { status, length } = readHead(buffered.toString('latin1', 0, head))
    const start = head + HEAD_END.length
    if (Number.isNaN(length) || waiting === undefined) return fail()
    if (buffered.length < start + length) return
    // Nothing was asked for that could follow.
    if (buffered.length > start + length) return fail()
    answer(status, buffered.subarray(start))
  }

  function answer(status: number, body: Uint8Array): void {
    const done = waiting
    waiting = undefined
    buffered = EMPTY
    done?.(status, body)
  }

  return {
    send(request, onAnswer) {
      waiting = onAnswer
      socket ??= open()
      socket.write(request)
    },
    close() {
      const closed = socket
      socket = undefined
      closed?.destroy()
    },
  }
}

function readHead(head: string): { readonly status: number; readonly length: number } {
  const length = LENGTH.exec(head)?.[1]
  return { status: Number(head.slice(9, 12)), length: length === undefined ? Number.NaN : Number(length) }
}

export interface Asked {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly token?: string
  /** Sent as JSON. */
  readonly body?: unknown
}

/** The bytes of a request, made once and sent many times. */
export function encodeRequest({ method, path, token, body }: Asked): Uint8Array {
  const text = body === undefined ? '' : JSON.stringify(body)
  const head = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    ...(body === undefined ? [] : ['content-type: application/json']),
    ...(method === 'GET' ? [] : [`content-length: ${Buffer.byteLength(text)}`]),
  ]
  return Buffer.from(`${head.join('\r\n')}${HEAD_END}${text}`)
}

export interface Answer {
  readonly status: number
  /** As text. */
  readonly body: string
}

export function ask(connection: Connection, request: Uint8Array): Promise<Answer> {
  return new Promise((resolve) => {
    connection.send(request, (status, body) => resolve({ status, body: Buffer.from(body).toString('utf8') }))
  })
}
