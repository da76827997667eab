/**
 * The services of a box: started with their host, fed after each commit, stopped in reverse order.
 *
 * A tap that throws fails its plugin, not the commit: the events are durable already.
 */

import type { ArkEvent, Host, Plugin, PluginState, Route, RunningService } from '../contract.ts'
import { ArkError, toMessage } from '../errors.ts'

export interface ServiceEntry {
  readonly plugin: Plugin
  readonly host: Host
  running: RunningService | undefined
  state: PluginState
  why: string
  shown: number
  readonly types: ReadonlySet<string>
}

export interface Services {
  readonly entries: Map<string, ServiceEntry>
  start(plugin: Plugin, host: Host, config: unknown): Promise<RunningService>
  /** To all that are active, or to one. */
  deliver(events: readonly ArkEvent[], only?: string): void
  routes(): readonly { readonly plugin: string; readonly route: Route }[]
  stop(name: string): Promise<void>
  stopAll(): Promise<void>
}

export function createServices(): Services {
  const entries = new Map<string, ServiceEntry>()
  const services: Services = {
    entries,
    start: async (plugin, host, config) => {
      const types = new Set<string>(plugin.consumes)
      const entry: ServiceEntry = {
        plugin,
        host,
        running: undefined,
        state: 'starting',
        why: '',
        shown: 0,
        types,
      }
      entries.set(plugin.name, entry)
      try {
        entry.running = await plugin.service?.start(host, config)
      } catch (error) {
        fail(entry, error)
        throw error
      }
      if (entry.running === undefined)
        throw new ArkError('PLUGIN_INVALID', plugin.name, 'It has no service to start.')
      entry.state = 'active'
      return entry.running
    },
    deliver: (events, only) => {
      const last = events[events.length - 1]
      if (last === undefined) return
      for (const [name, entry] of entries) {
        if (entry.state === 'active' && (only ?? name) === name) show(entry, events, last.seq)
      }
    },
    routes: () =>
      [...entries.values()].flatMap(({ plugin, running }) =>
        (running?.routes ?? []).map((route) => ({ plugin: plugin.name, route })),
      ),
    stop: async (name) => {
      const entry = entries.get(name)
      if (entry?.running === undefined || entry.state === 'stopped') return
      entry.state = 'stopped'
      await entry.running.stop()
    },
    stopAll: async () => {
      for (const name of [...entries.keys()].reverse()) await services.stop(name)
    },
  }
  return services
}

function show(entry: ServiceEntry, events: readonly ArkEvent[], lastSeq: number): void {
  const { running } = entry
  try {
    if (running?.onEvent !== undefined) {
      for (const event of events) {
        if (!entry.types.has(event.type)) continue
        entry.shown++
        running.onEvent(event)
      }
    }
    running?.onCommit?.(lastSeq)
  } catch (error) {
    fail(entry, error)
  }
}

function fail(entry: ServiceEntry, error: unknown): void {
  entry.state = 'failed'
  entry.why = toMessage(error)
  entry.host.log('error', 'failed and is shut out', { why: entry.why })
}
