/**
 * The box as the validation sees it: answers over HTTP, and nothing else. Whatever is not an answer that was
 * asked for is an error, and told.
 */

import { toMessage } from '#core/errors.ts'

type Body = { readonly [name: string]: unknown }

export interface Client {
  /** The body; undefined after an error. */
  post(path: string, body: object): Promise<Body | undefined>
  get(path: string): Promise<Body | undefined>
  /** The same without a fuss: status 0 when nobody answers. */
  probe(path: string): Promise<{ readonly status: number; readonly body: Body }>
}

export interface ClientOptions {
  /** Without a slash at its end. */
  readonly url: string
  readonly token: string | undefined
  readonly onError: (problem: string) => void
}

const PATIENCE_MS = 10_000
/** What asks us to come again is no error until it has asked that often. */
const TRIES = 20
const PAUSE_MS = 100
const BUSY: readonly number[] = [429, 503]
const LOOPBACK = /^http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:|$)/

export function createClient({ url, token, onError }: ClientOptions): Client {
  const authorization: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` }
  // Reads are open on loopback, and a token that is shown counts against its rate.
  const reading = LOOPBACK.test(url) ? {} : authorization

  async function ask(path: string, init: RequestInit): Promise<{ status: number; body: Body }> {
    const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) })
    const body: unknown = await response.json().catch(() => undefined)
    return { status: response.status, body: isBody(body) ? body : {} }
  }

  async function call(what: string, path: string, init: RequestInit): Promise<Body | undefined> {
    try {
      for (let tries = 1; ; tries++) {
        const { status, body } = await ask(path, init)
        if (status >= 200 && status < 300) return body
        if (BUSY.includes(status) && tries < TRIES) await pause(PAUSE_MS)
        else {
          onError(
            `${what} was answered ${status}${typeof body.detail === 'string' ? `: ${body.detail}` : ''}`,
          )
          return undefined
        }
      }
    } catch (error) {
      onError(`${what} was not answered: ${toMessage(error)}`)
      return undefined
    }
  }

  return {
    post: (path, body) =>
      call(`POST ${path}`, path, {
        method: 'POST',
        headers: { ...authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    get: (path) => call(`GET ${path}`, path, { headers: reading }),
    probe: (path) => ask(path, { headers: reading }).catch(() => ({ status: 0, body: {} })),
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

export function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members of a list that are objects; of anything else none. */
export function bodiesIn(value: unknown): readonly Body[] {
  return Array.isArray(value) ? value.filter(isBody) : []
}

export function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
