/**
 * SIGINT and SIGTERM of a running box: the first one asks it to stop, a later one ends it where it stands.
 *
 * Some launchers pass a Ctrl-C on that the terminal has delivered already, so what follows within a second is
 * the same.
 */

export interface StopRequest {
  /** Resolves at the first signal, or when `request` is called. */
  readonly requested: Promise<void>
  readonly isRequested: () => boolean
  request(): void
  /** Gives the signals back to the runtime. */
  close(): void
}

const ECHO_MS = 1_000
/** As a shell reports a program that was interrupted. */
export const INTERRUPTED = 130
const CODES = { SIGINT: INTERRUPTED, SIGTERM: 143 } as const

export function listenForStop(): StopRequest {
  let isRequested = false
  let since = 0
  let resolve = (): void => undefined
  const requested = new Promise<void>((done) => {
    resolve = done
  })
  const request = (): void => {
    isRequested = true
    resolve()
  }
  const handlers = (['SIGINT', 'SIGTERM'] as const).map((signal) => {
    const handler = (): void => {
      // What is committed is whole; the rest is what a crash would have cost.
      if (isRequested && performance.now() - since > ECHO_MS) process.exit(CODES[signal])
      if (!isRequested) since = performance.now()
      request()
    }
    process.on(signal, handler)
    return () => void process.off(signal, handler)
  })
  return {
    requested,
    isRequested: () => isRequested,
    request,
    close: () => {
      for (const remove of handlers) remove()
    },
  }
}
