/** The kernel's figures for the watchdog and the metrics: read when asked, kept nowhere else. */

import type { Ark } from '../ark.ts'
import { equityOf } from '../book/book.ts'
import type { KernelStats, PluginStatus } from '../contract.ts'
import { modeOf } from '../gate/mode.ts'
import { sealHolds } from '../gate/seal.ts'
import type { RuntimePorts } from '../ports.ts'

export function readStats(ark: Ark, ports: RuntimePorts): KernelStats {
  const { cycle, journal, options } = ark
  const kernel = cycle?.kernel
  return {
    queueDepth: cycle?.queue.inputs.length ?? 0,
    queueCapacity: cycle?.queue.capacity ?? options.config.queueCapacity,
    controlDepth: cycle?.queue.control.length ?? 0,
    lastSeq: journal.lastSeq,
    headSeq: journal.headSize,
    rows: kernel?.state.performance.rows ?? 0,
    events: kernel?.state.events ?? 0,
    decisions: kernel?.state.decisions ?? 0,
    mode: kernel === undefined ? 'reducing' : modeOf(kernel.context.mode),
    equity: kernel === undefined ? 0 : equityOf(kernel.book),
    journalBytes: journal.bytes,
    plugins: readPlugins(ark),
    runtime: `${ports.name} ${ports.version}`,
    version: options.build.version,
    buildDigest: options.build.digest,
    sealHolds: sealHolds(ports.hash),
    drain: (name) => (cycle === undefined ? [] : cycle.durations[name].splice(0)),
  }
}

/** One line a plugin, in load order. */
export function readPlugins(ark: Ark): readonly PluginStatus[] {
  return ark.installed.map(({ plugin }) => {
    const slot = ark.cycle?.kernel.slots.byName.get(plugin.name)
    const service = ark.services.entries.get(plugin.name)
    // An overlay has no slot: the mode remembers who is shut out.
    const isolated = slot?.isolated ?? ark.cycle?.kernel.context.mode.causes[`plugin:${plugin.name}`] ?? null
    const slowestMs = slot?.slowestMs ?? 0
    return {
      name: plugin.name,
      version: plugin.version,
      kind: kindOf(plugin),
      consumes: plugin.consumes,
      emits: plugin.emits,
      needs: plugin.needs,
      state:
        isolated !== null
          ? 'isolated'
          : (service?.state ?? (plugin.service === undefined ? 'active' : 'pending')),
      handled: slot?.handled ?? service?.shown ?? 0,
      failures: slot?.failures ?? 0,
      slowestMs,
      why: isolated ?? service?.why ?? '',
    }
  })
}

function kindOf(plugin: Ark['installed'][number]['plugin']): string {
  const parts = [
    plugin.agent === undefined ? '' : 'agent',
    plugin.overlay === undefined ? '' : 'overlay',
    plugin.broker === undefined ? '' : 'broker',
    plugin.service === undefined ? '' : 'service',
  ]
  return parts.filter((part) => part !== '').join('+')
}
