/**
 * What one service sees of ARK: its granted ports, the doors for its inputs, a log under its own name.
 * Nothing else.
 */

import type { Draft, Host, Plugin, PortName, Ports } from '../contract.ts'
import { ArkError } from '../errors.ts'
import type { RuntimePorts } from '../ports.ts'
import type { Cycle } from './cycle.ts'

export function createHost(
  plugin: Plugin,
  granted: Partial<Ports>,
  cycle: Cycle,
  runtime: RuntimePorts,
): Host {
  const emits = new Set(plugin.emits)
  return {
    plugin: plugin.name,
    ports: grant(plugin, granted),
    rowsAccepted: (source) => cycle.kernel.state.admission.rows[source] ?? 0,
    offerRows: (source, rows) => cycle.offerRows(source, rows, true),
    offer: async (draft: Draft, cause) => {
      if (!emits.has(draft.type)) {
        throw new ArkError('EMIT_NOT_DECLARED', plugin.name, `${plugin.name} does not declare ${draft.type}.`)
      }
      checkCause(plugin.name, cause, cycle.kernel.state.seq)
      return cycle.offer(plugin.name, draft, cause)
    },
    log: (level, message, fields) =>
      runtime.log.write(
        fields === undefined
          ? { level, source: plugin.name, message }
          : { level, source: plugin.name, message, fields },
      ),
    get world() {
      return cycle.kernel.world
    },
    runKind: () => cycle.kernel.options.kind,
  }
}

const TRACE_ID = /^[0-9a-f]{32}$/

/** A cause is stored as it is given: one that no journal can hold must end neither a commit nor the box. */
function checkCause(
  plugin: string,
  cause: { readonly seq?: unknown; readonly traceId?: unknown } | undefined,
  lastSeq: number,
): void {
  if (cause === undefined) return
  const { seq, traceId } = cause
  if (typeof traceId !== 'string' || !TRACE_ID.test(traceId))
    throw new ArkError('DATA_INVALID', `${plugin} cause/traceId`, 'A trace id is 32 lower-case hex digits.')
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1 || seq > lastSeq)
    throw new ArkError('DATA_INVALID', `${plugin} cause/seq`, 'The cause is no event of the journal.')
}

/** A record, so that a port added to the contract and forgotten here does not compile. */
const PORTS: Readonly<Record<PortName, true>> = {
  clock: true,
  timers: true,
  files: true,
  keys: true,
  control: true,
  refold: true,
  stats: true,
  process: true,
  credentials: true,
}
export const PORT_NAMES = Object.keys(PORTS) as readonly PortName[]

/** A port that was not asked for throws when it is touched, rather than being quietly undefined. */
function grant(plugin: Plugin, granted: Partial<Ports>): Readonly<Partial<Ports>> {
  const ports: Partial<Ports> = {}
  for (const name of PORT_NAMES) {
    Object.defineProperty(ports, name, {
      enumerable: plugin.needs.includes(name),
      get: () => {
        if (plugin.needs.includes(name)) return granted[name]
        throw new ArkError(
          'PORT_NOT_GRANTED',
          plugin.name,
          `${plugin.name} did not ask for the port ${name}.`,
        )
      },
    })
  }
  return ports
}
