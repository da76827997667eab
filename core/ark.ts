/**
 * createArk(): wires configuration, store, journal, loader, cycle and gate into one box, boots it and stops
 * it.
 *
 * The runtimes call it; http.ts and the CLI stand on the `Ark` it returns. Order of a boot: seal, plugins,
 * journal, tree, last run, cycle, services. Nothing is accepted before all of that holds.
 */

import type { Config } from './config.ts'
import type {
  Accepted,
  ArkEvent,
  CredentialDomain,
  CredentialPort,
  Draft,
  Instrument,
  KernelStats,
  MarketRows,
  Plugin,
  Ports,
  RunningService,
  RunStarted,
} from './contract.ts'
import { type Audit, startAudit } from './cycle/audit.ts'
import { restoreTree } from './cycle/boot.ts'
import { createControl } from './cycle/control.ts'
import { type Cycle, startCycle } from './cycle/cycle.ts'
import { createAletheiaEye } from './cycle/eye.ts'
import { createHost } from './cycle/host.ts'
import type { Kernel } from './cycle/kernel.ts'
import { installPlugins } from './cycle/loader.ts'
import { type OpenedRun, openRun, type RunTerms } from './cycle/open-run.ts'
import { enqueueFirst } from './cycle/queue.ts'
import { createRunKernel, digestConfig } from './cycle/run-kernel.ts'
import { createServices, type Services } from './cycle/services.ts'
import type { Installed } from './cycle/slots.ts'
import { takeSnapshot } from './cycle/snapshot.ts'
import { readStats } from './cycle/stats.ts'
import { ArkError, toMessage } from './errors.ts'
import { sealHolds, sealRoot } from './gate/seal.ts'
import { type Journal, openJournal, signHead, tidyLog } from './journal/journal.ts'
import { readEvent } from './journal/reader.ts'
import { saveSnapshot } from './journal/snapshots.ts'
import type { Database, RuntimePorts } from './ports.ts'

export interface ArkOptions {
  readonly ports: RuntimePorts
  /** The journal; the box is its only writer. */
  readonly database: Database
  readonly config: Config
  readonly plugins: readonly Plugin[]
  readonly build: { readonly digest: string; readonly version: string }
  /** Instruments that plugins bring, beside those of the configuration. */
  readonly instruments: readonly Instrument[]
  /** The box's keystore; without one no plugin that needs credentials starts. */
  readonly credentials?: (domain: CredentialDomain) => CredentialPort
  /** The box cannot go on: the process must end with a non-zero code. */
  readonly onFatal: (error: unknown) => void
}

export interface Ark {
  readonly options: ArkOptions
  readonly journal: Journal
  readonly services: Services
  /** undefined before the first run. */
  readonly cycle: Cycle | undefined
  readonly run: CurrentRun | undefined
  readonly installed: readonly Installed[]
  readonly configDigest: string
  /** Begins a run with a fresh account, or goes on with the account of an unfinished run of the same name. */
  beginRun(terms: RunTerms): Promise<CurrentRun>
  endRun(reason: string, summary: (kernel: Kernel) => string): Promise<void>
  startService(name: string, config?: unknown): Promise<RunningService>
  stopService(name: string): Promise<void>
  /** Resolves when Aletheia has nothing left to verify. */
  settle(): Promise<void>
  control(source: string, draft: Draft): Promise<Accepted>
  offer(source: string, draft: Draft, traceId?: string): Promise<Accepted>
  offerRows(source: string, rows: MarketRows): Promise<Accepted>
  stats(): KernelStats
  /** Bodies after each commit, for live feeds; returns its cancel. */
  subscribe(listener: (events: readonly ArkEvent[], bodies: readonly string[]) => void): () => void
  stop(): Promise<void>
}

export interface CurrentRun {
  readonly terms: RunStarted
  readonly seq: number
  readonly resumed: boolean
}

export async function createArk(options: ArkOptions): Promise<Ark> {
  const { ports, config } = options
  if (!sealHolds(ports.hash))
    throw new ArkError('SEAL_BROKEN', 'graveyard', 'The rules in memory are not the sealed ones.')
  const installed = await installPlugins(options.plugins, config.plugins)
  const configDigest = digestConfig(config, options.instruments, options.plugins, ports.hash)
  const journal = await openJournal({
    database: options.database,
    hash: ports.hash,
    keys: ports.keys,
    clock: ports.clock,
  })
  await restoreTree(journal)
  const listeners = new Set<(events: readonly ArkEvent[], bodies: readonly string[]) => void>()
  const services = createServices()
  let cycle: Cycle | undefined
  let run: CurrentRun | undefined
  let audit: Audit | undefined
  const control = createControl(() => cycle, ports.hash)
  const eye = createAletheiaEye(journal, (reason) => control.haltAs('aletheia', reason), options.onFatal)
  const { clock, timers, files, process, keys } = ports
  const granted: Omit<Ports, 'credentials'> = {
    clock,
    timers,
    files,
    process,
    keys,
    control,
    refold: eye,
    stats: { read: () => ark.stats() },
  }
  const parts = { hash: ports.hash, config, instruments: options.instruments, installed }
  const digests = { buildDigest: options.build.digest, rulesetDigest: sealRoot(), configDigest }

  async function beginRun(terms: RunTerms): Promise<CurrentRun> {
    // Between two turns: else an event of the old run could take the seq that the new one begins with.
    const opening = await (cycle === undefined ? open(terms) : cycle.between(() => open(terms)))
    await Promise.all(opening.accepted)
    return currentRun()
  }

  /** Puts the run's kernel in place and queues what it opens with, in front of anything else. */
  async function open(terms: RunTerms): Promise<{ readonly accepted: readonly Promise<Accepted>[] }> {
    const opened = await openRun(journal, parts, digests, terms)
    const adopted = adopt(opened)
    const drafts: Draft[] = opened.resumed ? [] : [{ type: 'run/started', payload: opened.terms }]
    const { brokerBreak: reason } = opened
    if (reason !== undefined)
      drafts.push({ type: 'mode/requested', payload: { mode: 'halted', principal: 'core', reason } })
    if (terms.kind !== 'backtest') {
      const reason = opened.resumed ? 'restart' : 'start'
      drafts.push({ type: 'box/booted', payload: { reason } }, { type: 'lease/lost', payload: { reason } })
    }
    const time = ports.clock.now()
    const inputs = drafts.map((draft) => ({ kind: 'event' as const, source: 'core', draft, time }))
    return { accepted: enqueueFirst(adopted.queue, inputs, ports.clock.monotonic()) }
  }

  function adopt({ kernel, terms, seq, resumed }: OpenedRun): Cycle {
    run = { terms, seq, resumed }
    const shadow = createRunKernel(parts, terms, seq, kernel.options.market)
    eye.watch(shadow, kernel, resumed ? journal.lastSeq : seq - 1)
    if (cycle === undefined) {
      cycle = startCycle(kernel, cycleOptions())
      audit = startAudit(auditOptions())
    } else cycle.swap(kernel)
    return cycle
  }

  function credentialsOf({ credentials: domain, name }: Plugin): { readonly credentials?: CredentialPort } {
    if (domain === undefined) return {}
    if (options.credentials === undefined)
      throw new ArkError('PORT_NOT_GRANTED', name, 'This box has no keystore.')
    return { credentials: options.credentials(domain) }
  }

  /** A service that starts after its run did is shown the run's beginning all the same. */
  async function introduce(name: string): Promise<void> {
    const began = currentRun()
    if (began.resumed) return
    const event = await readEvent(options.database, began.seq)
    if (event !== undefined) services.deliver([event], name)
  }

  function currentRun(): CurrentRun {
    if (run === undefined) throw new ArkError('ASSERTION', 'run', 'No run has begun.')
    return run
  }

  function cycleOptions() {
    return {
      journal,
      clock: ports.clock,
      timers: ports.timers,
      breathe: ports.breathe,
      capacity: config.queueCapacity,
      onFatal: options.onFatal,
      onCommitted: (events: readonly ArkEvent[], bodies: readonly string[]) => {
        services.deliver(events)
        for (const event of events) if (event.type === 'plugin/isolated') shutOut(event.payload.plugin)
        for (const listener of listeners) listener(events, bodies)
      },
    }
  }

  /** What is isolated at dispatch must not go on through its service. */
  function shutOut(name: string): void {
    services.stop(name).catch((error: unknown) => {
      ports.log.write({
        level: 'warn',
        source: name,
        message: 'did not stop cleanly',
        fields: { why: toMessage(error) },
      })
    })
  }

  function auditOptions() {
    return {
      journal,
      clock: ports.clock,
      timers: ports.timers,
      watchesHeads: () => running().kernel.options.kind !== 'backtest',
      lagged: () => running().kernel.context.mode.causes.audit !== undefined,
      send: (draft: Draft) => control.send('core', draft),
      halt: (reason: string) => control.haltAs('core', reason),
      onFatal: options.onFatal,
    }
  }

  function running(): Cycle {
    if (cycle === undefined) throw new ArkError('NOT_RUNNING', 'cycle', 'No run has begun.')
    return cycle
  }

  const ark: Ark = {
    options,
    journal,
    services,
    installed,
    configDigest,
    get cycle() {
      return cycle
    },
    get run() {
      return run
    },
    beginRun,
    endRun: async (reason, summary) => {
      const { kernel } = running()
      const { runId } = currentRun().terms
      const payload = { decisionDigest: kernel.state.decisionDigest, reason, runId }
      await running().control('core', { type: 'run/ended', payload })
      await running().between(async () => {
        await signHead(journal)
        await options.database.commit([
          { sql: 'UPDATE run SET summary = ? WHERE id = ?', args: [summary(kernel), runId] },
        ])
      })
    },
    startService: async (name, override) => {
      const found = installed.find(({ plugin }) => plugin.name === name)
      if (found?.plugin.service === undefined)
        throw new ArkError('PLUGIN_INVALID', name, `${name} is no service of this build.`)
      const { plugin } = found
      const serviceConfig = override === undefined ? found.config : await settingsFor(plugin, override)
      const service = await services.start(
        plugin,
        createHost(plugin, { ...granted, ...credentialsOf(plugin) }, running(), ports),
        serviceConfig,
      )
      await introduce(name)
      return service
    },
    stopService: (name) => services.stop(name),
    settle: () => eye.settle(ports.timers),
    control: (source, draft) => running().control(source, draft),
    offer: (source, draft, traceId) =>
      running().offer(source, draft, traceId === undefined ? undefined : { traceId }),
    offerRows: (source, rows) => running().offerRows(source, rows, false),
    stats: () => readStats(ark, ports),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: async () => {
      audit?.stop()
      await services.stopAll()
      if (cycle === undefined) return
      await cycle.stop()
      if (cycle.failed) return
      await signHead(journal)
      if (run !== undefined && cycle.kernel.options.market === 'chunks')
        await saveSnapshot(journal, run.seq, takeSnapshot(cycle.kernel))
      await tidyLog(journal, true)
    },
  }
  return ark
}

async function settingsFor(plugin: Plugin, override: unknown): Promise<unknown> {
  const [installed] = await installPlugins([plugin], { [plugin.name]: override })
  return installed?.config
}
