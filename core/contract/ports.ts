/** What a service may ask for, by name, and the host that grants it. */

import type { Draft, EventType, RunKind } from './events.ts'
import type { MarketRows } from './market.ts'
import type { Mode } from './proposals.ts'
import type { Cash, Json, TimeMs } from './units.ts'
import type { World } from './world.ts'

export interface Ports {
  readonly clock: ClockPort
  readonly timers: TimerPort
  readonly files: FilePort
  readonly keys: KeyPort
  readonly control: ControlPort
  readonly refold: RefoldPort
  readonly stats: StatsPort
  readonly process: ProcessPort
  readonly credentials: CredentialPort
}
export type PortName = keyof Ports

export interface ClockPort {
  /** Wall clock, ms since the epoch. */
  now(): TimeMs
  /** Never goes backwards; ms with fraction, arbitrary origin. */
  monotonic(): number
}

export interface TimerPort {
  /** Calls back every `ms`; returns its cancel. A timer never keeps the process alive. */
  every(ms: number, callback: () => void): () => void
  after(ms: number, callback: () => void): () => void
}

export interface FilePort {
  /**
   * Streams a file; gunzips when its first bytes say gzip. A truncated gzip throws ArkError DATA_TRUNCATED.
   */
  read(path: string): AsyncIterable<Uint8Array>
}

export interface KeyPort {
  /** Ed25519 over the UTF-8 bytes; base64. */
  sign(text: string): Promise<string>
  verify(text: string, signature: string, publicKey: string): Promise<boolean>
  /** Of this box; base64, 32 bytes. */
  readonly publicKey: string
  sha256Hex(text: string): string
}

/** The watchdog's hands: every call becomes a journaled event on the control lane. */
export interface ControlPort {
  isolate(plugin: string, reason: string): void
  loseLease(reason: string): void
  renewLease(): void
  halt(reason: string): void
  /** Recomputes the SEAL and compares; false means drift. */
  sealHolds(): boolean
}

/**
 * Aletheia's eye: re-derives a stretch of the journal in a second, independent kernel and reports each
 * decision.
 */
export interface RefoldPort {
  /** Refolds up to the newest committed seq, at most `limit` journal rows. */
  step(limit: number): Promise<RefoldStep>
}
export interface RefoldStep {
  /** Decisions that were compared, and the one that differs when it is a decision that does. */
  readonly results: readonly RefoldResult[]
  /** False = nothing left to do. */
  readonly more: boolean
  /** Why nothing after it can be verified any more; null while the record agrees. */
  readonly blind: string | null
}
export interface RefoldResult {
  readonly decisionId: string
  readonly seq: number
  readonly traceId: string
  readonly agreed: boolean
  readonly why: string
}

export interface StatsPort {
  read(): KernelStats
}

export interface KernelStats {
  readonly queueDepth: number
  readonly queueCapacity: number
  readonly controlDepth: number
  readonly lastSeq: number
  readonly headSeq: number
  readonly rows: number
  readonly events: number
  readonly decisions: number
  readonly mode: Mode
  readonly equity: Cash
  readonly journalBytes: number
  readonly plugins: readonly PluginStatus[]
  readonly runtime: string
  readonly version: string
  readonly buildDigest: string
  readonly sealHolds: boolean
  /** Duration of recent steps, ms; drained by the reader. */
  drain(name: 'cycle' | 'commit' | 'verdict' | 'pass'): readonly number[]
}

export type PluginState = 'pending' | 'starting' | 'active' | 'failed' | 'isolated' | 'stopped'

export interface PluginStatus {
  readonly name: string
  readonly version: string
  readonly state: PluginState
  readonly kind: string
  readonly consumes: readonly EventType[]
  readonly emits: readonly EventType[]
  readonly needs: readonly PortName[]
  /** Events it was shown; a heartbeat is this number moving while its events arrive. */
  readonly handled: number
  readonly failures: number
  /** Slowest of the sampled reduces, ms; one pause of the host does not count. */
  readonly slowestMs: number
  readonly why: string
}

export interface ProcessPort {
  cpuSeconds(): number
  rssBytes(): number
  diskFreeBytes(): Promise<number>
}

/** What credentials are kept apart by: a plugin sees one of these and no other. */
export type CredentialDomain = 'telegram' | 'llm' | 'trading' | 'infrastructure' | 'external'

/** The credentials of one domain, out of the box's keystore. */
export interface CredentialPort {
  readonly domain: CredentialDomain
  /** Of the credentials that are there. */
  readonly names: readonly string[]
  /** undefined when it is not set. Throws PORT_NOT_GRANTED for a name outside the domain. */
  get(name: string): string | undefined
}

export interface Host {
  readonly plugin: string
  /** Only what the plugin's `needs` names; reading another one throws PORT_NOT_GRANTED. */
  readonly ports: Readonly<Partial<Ports>>
  /**
   * Position of a source in the current run: rows of it that are journaled already. A feed continues there.
   */
  rowsAccepted(source: string): number
  /** Offers market rows; resolves after the durable commit. Waits for room rather than dropping. */
  offerRows(source: string, rows: MarketRows): Promise<Accepted>
  /**
   * Offers an input event of a type in `emits`; resolves after the durable commit. `cause` puts it into that
   * event's trace.
   */
  offer(draft: Draft, cause?: { readonly seq: number; readonly traceId: string }): Promise<Accepted>
  log(
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    fields?: { readonly [key: string]: Json | undefined },
  ): void
  world: World
  runKind(): RunKind
}

export interface Accepted {
  readonly seq: number
  readonly traceId: string
}
