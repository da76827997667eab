/**
 * A plugin's fault ends that plugin, not ARK: it is shown nothing more, the event is journaled, the mode
 * falls to reducing.
 *
 * The kernel calls it for what a plugin throws or says wrongly; the watchdog's and a person's word comes in
 * as an event.
 */

import type { ArkEvent } from '../contract.ts'
import type { Overlay } from '../gate/gate.ts'
import { emit, type Kernel, type Root } from './kernel.ts'
import type { Installed, Slots } from './slots.ts'

export function isolate(kernel: Kernel, name: string, cause: ArkEvent, root: Root, reason: string): void {
  if (isShutOut(kernel, name)) return
  emit(kernel, cause, root, 'core', { type: 'plugin/isolated', payload: { plugin: name, reason } })
}

function isShutOut(kernel: Kernel, name: string): boolean {
  const slot = kernel.slots.byName.get(name)
  return slot === undefined ? kernel.overlay?.name !== name : slot.isolated !== null
}

export function shutOut(kernel: Kernel, name: string, reason: string): void {
  const slot = kernel.slots.byName.get(name)
  if (slot !== undefined && slot.isolated === null) slot.isolated = reason
  if (kernel.overlay?.name === name) kernel.overlay = undefined
}

export function restore(kernel: Kernel, name: string): void {
  const slot = kernel.slots.byName.get(name)
  // Its slow samples are forgiven too, or the next look of the watchdog would shut it out again.
  if (slot !== undefined) Object.assign(slot, { isolated: null, slowestMs: 0, sampleMs: 0 })
  const overlay = findOverlay(kernel.options.plugins, kernel.slots)
  if (overlay?.name === name) kernel.overlay = overlay
}

/** The one overlay of the list; the loader refuses a second. */
export function findOverlay(plugins: readonly Installed[], slots: Slots): Overlay | undefined {
  for (const { plugin, config } of plugins) {
    const { name, overlay: part } = plugin
    if (part === undefined) continue
    const limits = typeof part.limits === 'function' ? part.limits(config) : part.limits
    return { name, part, limits, config, state: () => slots.byName.get(name)?.state }
  }
  return undefined
}
