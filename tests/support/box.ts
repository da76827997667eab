/**
 * A box that can be killed: one database file, one key and one clock that outlive the processes booted on them.
 *
 * Time is virtual and moves only when the test says so. A killed process runs no further timer and no query of it
 * ever answers; what it had committed is in the file, and nothing else is.
 */

import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { join } from 'node:path'
import type { KeyPort, TimerPort } from '#core/contract.ts'
import type { Database, LogLine, RuntimePorts, SqlValue, Statement } from '#core/ports.ts'
import { openDatabase } from '#runtimes/shared/database.ts'
import { nativeHash } from '#runtimes/shared/hash.ts'
import { createTestArk, type TestArk, type TestArkOptions } from './ark.ts'
import { createVirtualTime, type VirtualTime } from './host.ts'
import { createTempDir, removeDir } from './ports.ts'

export interface Box {
  readonly time: VirtualTime
  readonly ports: RuntimePorts
  readonly path: string
  readonly logged: readonly LogLine[]
  /** Boots on what the last process left; a test's own ports and database go over the box's. */
  boot(options?: TestArkOptions): Promise<TestArk>
  /** Ends the running process where it stands. */
  kill(): Promise<void>
  /** Another connection to the file, for looking and for tampering. */
  open(): Promise<Database>
  remove(): Promise<void>
}

export function createBox(keySeed = 1): Box {
  const folder = createTempDir()
  const path = join(folder, 'ark.db')
  const time = createVirtualTime()
  const logged: LogLine[] = []
  const opened: Database[] = []
  let life = createLife(time.timers)
  const ports = createSimulatedPorts(time, createTestKeys(keySeed), (line) => logged.push(line))
  const open = async () => {
    const database = await openDatabase(path)
    opened.push(database)
    return database
  }
  const kill = async () => {
    life.end()
    life = createLife(time.timers)
    for (const database of opened.splice(0)) await database.close()
  }
  return {
    time,
    ports,
    path,
    logged,
    boot: async (options = {}) => {
      const database = life.own(options.database ?? (await open()))
      return createTestArk({ ...options, ports: life.ports(options.ports ?? ports), database })
    },
    kill,
    open,
    remove: async () => {
      await kill()
      removeDir(folder)
    },
  }
}

interface Life {
  ports(ports: RuntimePorts): RuntimePorts
  own(database: Database): Database
  end(): void
}

/** What one process holds of the world, so that it can all be taken away at once. */
function createLife(timers: TimerPort): Life {
  const cancels = new Set<() => void>()
  let ended = false
  const mortal =
    (start: (ms: number, callback: () => void) => () => void) => (ms: number, callback: () => void) => {
      if (ended) return () => undefined
      const cancel = start(ms, callback)
      cancels.add(cancel)
      return cancel
    }
  const answer = <T>(work: () => Promise<T>): Promise<T> =>
    ended ? never<T>() : settleWhile(work(), () => !ended)
  return {
    ports: (ports) => ({ ...ports, timers: { every: mortal(timers.every), after: mortal(timers.after) } }),
    own: (database) => ({
      query: (sql: string, args?: readonly SqlValue[]) => answer(() => database.query(sql, args)),
      commit: (statements: readonly Statement[]) => answer(() => database.commit(statements)),
      run: (sql: string) => answer(() => database.run(sql)),
      close: () => database.close(),
    }),
    end: () => {
      ended = true
      for (const cancel of cancels) cancel()
    },
  }
}

export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined)
}

/** Passes the outcome on only while `lives` says so. */
function settleWhile<T>(work: Promise<T>, lives: () => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(
      (value) => lives() && resolve(value),
      (error: unknown) => lives() && reject(error),
    )
  })
}

export function createSimulatedPorts(
  time: VirtualTime,
  keys: KeyPort,
  write: (line: LogLine) => void,
): RuntimePorts {
  const absent = () => Promise.reject(new Error('The simulated host has neither files nor sockets.'))
  return {
    name: 'simulation',
    version: '1',
    clock: time.clock,
    timers: time.timers,
    files: { read: () => ({ [Symbol.asyncIterator]: () => ({ next: absent }) }) },
    process: { cpuSeconds: () => 0, rssBytes: () => 0, diskFreeBytes: () => Promise.resolve(1e12) },
    keys,
    hash: nativeHash,
    log: { write },
    breathe: () => Promise.resolve(),
    serve: absent,
  }
}

/** Of an Ed25519 private key in PKCS8; the 32 bytes of the key follow. */
const PKCS8_PREFIX = '302e020100300506032b657004220420'
/** The same for the public key. */
const SPKI_PREFIX = '302a300506032b6570032100'

/** The same key for the same seed, so that a seeded run signs the same heads. */
export function createTestKeys(seed: number): KeyPort {
  const der = Buffer.from(PKCS8_PREFIX + seed.toString(16).padStart(64, '0'), 'hex')
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    publicKey: spki.subarray(SPKI_PREFIX.length / 2).toString('base64'),
    sha256Hex: nativeHash.sha256Hex,
    sign: (text) => Promise.resolve(sign(null, Buffer.from(text), key).toString('base64')),
    verify: (text, signature, publicKey) => {
      const raw = Buffer.concat([Buffer.from(SPKI_PREFIX, 'hex'), Buffer.from(publicKey, 'base64')])
      const other = createPublicKey({ key: raw, format: 'der', type: 'spki' })
      return Promise.resolve(verify(null, Buffer.from(text), other, Buffer.from(signature, 'base64')))
    },
  }
}
