/**
 * A disk that fails at a commit of the test's choosing: before it, after it was durable and before that was told, or
 * with an error, as a full one does. After the first two the process is dead: nothing of it is ever answered again.
 */

import { ArkError } from '#core/errors.ts'
import type { Database } from '#core/ports.ts'
import { never } from '../support/box.ts'

export type Fault = 'before' | 'after' | 'full'
export const FAULTS: readonly Fault[] = ['before', 'after', 'full']

export interface Disk {
  readonly database: Database
  /** Lets `commits` − 1 commits pass and fails at the one after. */
  arm(fault: Fault, commits: number): void
  readonly crashed: boolean
  /** Resolves when the process has died of it. */
  readonly death: Promise<void>
}

export function createDisk(inner: Database): Disk {
  let armed: Fault | undefined
  let countdown = 0
  let crashed = false
  let die = (): void => undefined
  const death = new Promise<void>((resolve) => {
    die = resolve
  })
  const crash = <T>(): Promise<T> => {
    crashed = true
    die()
    return never<T>()
  }
  const alive = <T>(work: () => Promise<T>): Promise<T> => (crashed ? never<T>() : work())
  return {
    database: {
      query: (sql, args) => alive(() => inner.query(sql, args)),
      run: (sql) => alive(() => inner.run(sql)),
      close: () => inner.close(),
      commit: (statements) =>
        alive(async () => {
          const fault = armed !== undefined && --countdown === 0 ? armed : undefined
          if (fault === 'before') return crash()
          if (fault === 'full')
            throw new ArkError('STORE_FAILED', 'disk', 'The database refused (disk full).')
          await inner.commit(statements)
          if (fault === 'after') return crash()
        }),
    },
    arm: (fault, commits) => {
      armed = fault
      countdown = commits
    },
    get crashed() {
      return crashed
    },
    death,
  }
}
