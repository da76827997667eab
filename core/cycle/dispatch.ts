/**
 * Events to plugins and their answers back: who is shown what, what is taken from them, and what shuts them
 * out.
 *
 * Called by the kernel for every event and market row. Nothing that a plugin throws, returns or says gets
 * past here unchecked.
 */

import { brokerFault } from '../book/broker-word.ts'
import type { ArkEvent, Draft } from '../contract.ts'
import { isArkError, toMessage } from '../errors.ts'
import { isolate } from './isolation.ts'
import { follow, type Kernel, publish, type Root, stamp } from './kernel.ts'
import { recordSample, type Slot } from './slots.ts'

const HOPS_MAX = 64
/**
 * Drafts that may follow from one input: far above any honest cascade. Two answers to each event reach it in
 * 13 hops.
 */
const DERIVED_MAX = 10_000
/** Reading a clock costs as much as a reducer does, so only some calls are timed. */
const SAMPLE_EVERY = 64

/** Shows an event to all its agents and only then follows what they said, in their order. */
export function showAll(kernel: Kernel, slots: readonly Slot[], event: ArkEvent, root: Root): void {
  let said: [Slot, readonly Draft[]][] | undefined
  for (const slot of slots) {
    if (slot.isolated !== null) continue
    const drafts = show(kernel, slot, event, root)
    // Where the rules only observe, what the overlay's agent would do is not done.
    if (drafts.length === 0 || (kernel.options.observe && slot.plugin.overlay !== undefined)) continue
    if (said === undefined) said = [[slot, drafts]]
    else said.push([slot, drafts])
  }
  if (said === undefined) return
  for (const [slot, drafts] of said) followDrafts(kernel, event, root, slot, drafts)
}

const SILENT: readonly Draft[] = Object.freeze([])

export function show(kernel: Kernel, slot: Slot, event: ArkEvent, root: Root): readonly Draft[] {
  slot.handled++
  const sampled = slot.handled % SAMPLE_EVERY === 0
  try {
    const started = sampled ? kernel.timing.now() : 0
    const drafts = slot.reduce(slot.state, event, slot.config, kernel.world)
    if (sampled) recordSample(slot, kernel.timing.now() - started)
    if (Array.isArray(drafts)) return drafts
    throw new TypeError('what it returned is no list')
  } catch (error) {
    slot.failures++
    isolate(kernel, slot.name, event, root, `threw: ${toMessage(error)}`)
    return SILENT
  }
}

export function followDrafts(
  kernel: Kernel,
  cause: ArkEvent,
  root: Root,
  slot: Slot,
  drafts: readonly Draft[],
): void {
  for (const draft of drafts) {
    if (slot.isolated !== null) return
    const fault = faultOf(slot, cause, draft) ?? spend(root, slot)
    if (fault !== undefined) return isolate(kernel, slot.name, cause, root, fault)
    const event = stamp(kernel, cause, root, slot.name, draft)
    try {
      publish(kernel, event)
    } catch (error) {
      if (!isArkError(error, 'DATA_INVALID')) throw error
      return isolate(kernel, slot.name, cause, root, `emitted ${draft.type} without a JSON form`)
    }
    follow(kernel, event, root, cause)
  }
}

/** The budget of one input; brokers are let through as at the bound of hops. */
function spend(root: Root, slot: Slot): string | undefined {
  root.derived = (root.derived ?? 0) + 1
  if (root.derived <= DERIVED_MAX || slot.plugin.broker !== undefined) return undefined
  return `says too much: ${DERIVED_MAX} events have followed from the last input`
}

function faultOf(slot: Slot, cause: ArkEvent, draft: Draft): string | undefined {
  if (!slot.emits.has(draft?.type)) return `emitted ${String(draft?.type)}, which it does not declare`
  // Brokers are let through: they answer the mode that falls when an agent is shut out at the bound.
  if (cause.hop >= HOPS_MAX && slot.plugin.broker === undefined)
    return `keeps answering itself: ${HOPS_MAX} hops since the last input`
  return brokerFault(draft)
}
