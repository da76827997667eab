/**
 * The deterministic plugins as the kernel drives them: who is shown which event, in which order, and who is
 * shut out.
 */

import type { AgentPart, ArkEvent, BrokerPart, Draft, EventType, Plugin, World } from '../contract.ts'

type Reduce = (state: unknown, event: ArkEvent, config: unknown, world: World) => readonly Draft[]

export interface Slot {
  readonly name: string
  readonly plugin: Plugin
  readonly config: unknown
  readonly consumes: ReadonlySet<EventType>
  readonly emits: ReadonlySet<EventType>
  readonly reduce: Reduce
  readonly initial: () => unknown
  readonly stateVersion: number
  state: unknown
  /** Set when it threw or the watchdog shut it out: no event reaches it any more. */
  isolated: string | null
  handled: number
  failures: number
  /** Of the sampled calls, see recordSample. */
  slowestMs: number
  sampleMs: number
}

/** A plugin with its validated configuration. */
export interface Installed {
  readonly plugin: Plugin
  readonly config: unknown
}

export interface Slots {
  readonly broker: Slot | undefined
  readonly agents: readonly Slot[]
  /** Slots by event type, in the fixed order; a type nobody consumes has no entry. */
  readonly byType: ReadonlyMap<EventType, readonly Slot[]>
  readonly byName: ReadonlyMap<string, Slot>
}

/** Order matters and is the order of `installed`: it is part of what a replay must repeat. */
export function createSlots(installed: readonly Installed[]): Slots {
  const agents: Slot[] = []
  let broker: Slot | undefined
  for (const { plugin, config } of installed) {
    if (plugin.agent !== undefined) agents.push(toSlot(plugin, plugin.agent, config))
    if (plugin.broker !== undefined) broker = toSlot(plugin, plugin.broker.simulate, config)
  }
  const byType = new Map<EventType, Slot[]>()
  const byName = new Map<string, Slot>()
  for (const slot of agents) {
    byName.set(slot.name, slot)
    for (const type of slot.plugin.consumes) {
      const list = byType.get(type)
      if (list === undefined) byType.set(type, [slot])
      else list.push(slot)
    }
  }
  if (broker !== undefined) byName.set(broker.name, broker)
  return { broker, agents, byType, byName }
}

function toSlot(
  plugin: Plugin,
  part: AgentPart<unknown, unknown> | BrokerPart<unknown, unknown>['simulate'],
  config: unknown,
): Slot {
  const initial = () => part.initial(config)
  return {
    name: plugin.name,
    plugin,
    config,
    consumes: new Set(plugin.consumes),
    emits: new Set(plugin.emits),
    reduce: part.reduce,
    initial,
    stateVersion: part.stateVersion,
    state: initial(),
    isolated: null,
    handled: 0,
    failures: 0,
    slowestMs: 0,
    sampleMs: 0,
  }
}

export interface SlotState {
  readonly stateVersion: number
  readonly state: unknown
  readonly isolated: string | null
}

/** Two slow samples in a row, so that a pause of the host is not held against the plugin. */
export function recordSample(slot: Slot, ms: number): void {
  slot.slowestMs = Math.max(slot.slowestMs, Math.min(ms, slot.sampleMs))
  slot.sampleMs = ms
}
