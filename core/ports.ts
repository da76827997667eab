/**
 * What a runtime supplies. runtimes/node.ts, deno.ts and bun.ts fill this in; core touches the host through
 * it and nowhere else, so the simulator can put a virtual clock and a failing disk in the same place.
 */

import type { ClockPort, FilePort, KeyPort, ProcessPort, TimerPort } from './contract.ts'

export interface RuntimePorts {
  readonly name: 'node' | 'deno' | 'bun' | 'simulation'
  readonly version: string
  readonly clock: ClockPort
  readonly timers: TimerPort
  readonly files: FilePort
  readonly process: ProcessPort
  readonly keys: KeyPort
  readonly hash: HashPort
  readonly log: LogPort
  /** Resolves when the host has handed over what was ready: sockets, timers. */
  breathe(): Promise<void>
  /** Without `upgrade` a request for a WebSocket is answered like any other. */
  serve(handler: Handler, options: ListenOptions, upgrade?: Upgrade): Promise<Listener>
}

export type Handler = (request: Request) => Response | Promise<Response>

/** Decides about a request for a WebSocket: a session takes it, a response refuses it. */
export type Upgrade = (request: Request) => Promise<SocketSession | Response>

/** Called by the runtime, in this order; nothing comes after `closed`. */
export interface SocketSession {
  open(socket: Socket): void
  closed(): void
}

export interface Socket {
  send(text: string): void
  /** Bytes that were sent and have not left. */
  buffered(): number
  close(code: number, reason: string): void
}

export interface HashPort {
  /** SHA-256 of the UTF-8 bytes of a text, lower-case hex. */
  sha256Hex(text: string): string
  /** SHA-256 of bytes given as lower-case hex; hex out. Tree nodes. */
  sha256OfHex(hex: string): string
  /** `bytes` random bytes, lower-case hex. Identities and tokens only: never in a cycle. */
  randomHex(bytes: number): string
}

export interface LogPort {
  write(line: LogLine): void
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly source: string
  readonly message: string
  readonly fields?: { readonly [key: string]: unknown }
}

export interface ListenOptions {
  readonly host: string
  /** 0 = any free one. */
  readonly port: number
}

export interface Listener {
  readonly port: number
  close(): Promise<void>
}

export type SqlValue = string | number | Uint8Array | null
export interface Statement {
  readonly sql: string
  readonly args?: readonly SqlValue[]
}

/** One libSQL file. Every method throws ArkError STORE_FAILED with the engine's own message. */
export interface Database {
  /** Rows as arrays of columns, in select order. */
  query(sql: string, args?: readonly SqlValue[]): Promise<readonly (readonly SqlValue[])[]>
  /** All statements in one durable write transaction; resolves after the fsync. */
  commit(statements: readonly Statement[]): Promise<void>
  /** One statement outside a transaction (PRAGMA, checkpoint). */
  run(sql: string): Promise<void>
  close(): Promise<void>
}
