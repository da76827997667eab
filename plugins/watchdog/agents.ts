/**
 * Judges agents by what the kernel says about them: silent, failing or slow. Index.ts calls it on its agents
 * loop and does what follows.
 */

import type { ArkEvent, EventType, KernelStats, PluginStatus } from '#core/contract.ts'

export interface AgentLimits {
  /** Looks in a row at which events arrived and none was handled. */
  readonly silentLooksMax: number
  /** New failures between two looks that still pass. */
  readonly newFailuresMax: number
  /** Slowest reduce that still passes, ms. */
  readonly slowestMsMax: number
}

export interface AgentMemory {
  handled: number
  failures: number
  /** Slowest reduce of any read since the last look: the kernel forgets it at each read. */
  slowestMs: number
  silentLooks: number
  /** Isolation was asked for; it is not asked again before the agent was seen in another state. */
  asked: boolean
}

export interface AgentWatch {
  readonly agents: Map<string, AgentMemory>
  /** Types of which something was committed since the last look, rows of chunks among them. */
  readonly arrived: Set<EventType>
}

/** Reasons start with one of these words and a colon; metrics count by it. */
export type Sickness = 'silent' | 'failing' | 'slow'

export interface SickAgent {
  readonly plugin: string
  readonly sickness: Sickness
  readonly reason: string
}

const ROW_TYPES = { bars: 'market/bar', trades: 'market/trade', quotes: 'market/quote' } as const

export function createAgentWatch(): AgentWatch {
  return { agents: new Map(), arrived: new Set() }
}

export function noteArrival(watch: AgentWatch, event: ArkEvent): void {
  watch.arrived.add(event.type === 'market/chunk' ? ROW_TYPES[event.payload.kind] : event.type)
}

/** To be called with every read of the kernel's figures, by whichever loop. */
export function keepSlowest(watch: AgentWatch, stats: KernelStats): void {
  for (const status of stats.plugins) {
    const memory = memoryOf(watch, status.name)
    memory.slowestMs = Math.max(memory.slowestMs, status.slowestMs)
  }
}

/** One look; the sick ones are named once each until they were seen isolated, stopped or failed. */
export function lookAtAgents(
  watch: AgentWatch,
  stats: KernelStats,
  limits: AgentLimits,
): readonly SickAgent[] {
  const sick: SickAgent[] = []
  for (const status of stats.plugins) {
    if (!isAgent(status)) continue
    const memory = memoryOf(watch, status.name)
    const expected = status.consumes.some((type) => watch.arrived.has(type))
    const found = status.state === 'active' ? judge(memory, status, expected, limits) : undefined
    if (status.state !== 'active') memory.asked = false
    if (found !== undefined && !memory.asked) {
      memory.asked = true
      sick.push({ plugin: status.name, sickness: found[0], reason: `${found[0]}: ${found[1]}` })
    }
    memory.handled = status.handled
    memory.failures = status.failures
    memory.slowestMs = 0
  }
  watch.arrived.clear()
  return sick
}

/**
 * What decides inside the cycle: agents and simulated brokers. A service may wait for the world as long as
 * it likes.
 */
export function isAgent(status: PluginStatus): boolean {
  return /agent|broker/.test(status.kind)
}

function judge(
  memory: AgentMemory,
  status: PluginStatus,
  expected: boolean,
  limits: AgentLimits,
): readonly [Sickness, string] | undefined {
  memory.silentLooks = expected && status.handled === memory.handled ? memory.silentLooks + 1 : 0
  const failures = status.failures - memory.failures
  if (failures > limits.newFailuresMax)
    return ['failing', `${failures} new failures, allowed ${limits.newFailuresMax}`]
  const slowestMs = Math.max(memory.slowestMs, status.slowestMs)
  if (slowestMs > limits.slowestMsMax) {
    return ['slow', `a reduce took ${Math.round(slowestMs)} ms, allowed ${limits.slowestMsMax} ms`]
  }
  if (memory.silentLooks >= limits.silentLooksMax) {
    return ['silent', `its events arrived and ${memory.silentLooks} looks in a row saw none handled`]
  }
  return undefined
}

function memoryOf(watch: AgentWatch, name: string): AgentMemory {
  const known = watch.agents.get(name)
  if (known !== undefined) return known
  const memory = { handled: 0, failures: 0, slowestMs: 0, silentLooks: 0, asked: false }
  watch.agents.set(name, memory)
  return memory
}
