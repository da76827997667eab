/**
 * The running box, as the commands reach it: its port from the lock, its API over loopback, the operator's
 * token from its file unless another one is given.
 */

import { ArkError, ERRORS, type ErrorCode, toMessage } from '#core/errors.ts'
import { type LockInfo, readLock } from '../shared/lock.ts'
import { readToken } from './operator.ts'

export interface Remote {
  readonly lock: LockInfo
  /** "http://127.0.0.1:8000". */
  readonly url: string
  /** Answers of any status, without a token. */
  probe(path: string): Promise<{ readonly status: number; readonly body: unknown }>
  get(path: string): Promise<unknown>
  post(path: string, body: unknown): Promise<unknown>
}

const PATIENCE_MS = 10_000

/**
 * undefined when no ARK runs on the directory. Throws LOCKED when one does that has no API: a start --once,
 * or one that boots.
 */
export async function findRemote(dataDir: string, token?: string): Promise<Remote | undefined> {
  const lock = await readLock(dataDir)
  if (lock === undefined) return undefined
  if (lock.port === undefined) {
    throw new ArkError(
      'LOCKED',
      dataDir,
      `Process ${lock.pid} works on the directory and has no API port yet.`,
    )
  }
  const url = `http://127.0.0.1:${lock.port}`
  const authorization = () => ({ authorization: `Bearer ${token ?? readToken(dataDir)}` })
  return {
    lock,
    url,
    probe: async (path) => {
      const response = await reach(url, path, {})
      return { status: response.status, body: await response.json().catch(() => null) }
    },
    get: (path) => call(url, path, { headers: authorization() }),
    post: (path, body) =>
      call(url, path, {
        method: 'POST',
        headers: { ...authorization(), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  }
}

async function call(url: string, path: string, init: RequestInit): Promise<unknown> {
  const response = await reach(url, path, init)
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) return body
  const { code, detail } = (body ?? {}) as { code?: unknown; detail?: unknown }
  const known = typeof code === 'string' && Object.hasOwn(ERRORS, code)
  throw new ArkError(
    known ? (code as ErrorCode) : 'NOT_RUNNING',
    `${url}${path}`,
    typeof detail === 'string' ? detail : `ARK answered ${response.status}.`,
  )
}

async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) })
  } catch (error) {
    throw new ArkError('NOT_RUNNING', `${url}${path}`, `ARK does not answer (${toMessage(error)}).`, {
      cause: error,
    })
  }
}
