/** What one check of `ark doctor` says: how it stands, what was seen, and what to do about it. */

export interface Check {
  readonly name: string
  /** ok = fine; warn = worth knowing; fail = something will not work, and doctor exits 1. */
  readonly state: 'ok' | 'warn' | 'fail'
  readonly said: string
  /** What to do; absent where there is nothing to do. */
  readonly remedy?: string
}

export function ok(name: string, said: string): Check {
  return { name, state: 'ok', said }
}

export function warn(name: string, said: string, remedy: string): Check {
  return { name, state: 'warn', said, remedy }
}

export function fail(name: string, said: string, remedy: string): Check {
  return { name, state: 'fail', said, remedy }
}
