/**
 * The kernel's whole state as one JSON text, and back. A snapshot is taken between inputs only, when no
 * permit is open.
 *
 * The arrays and objects are the live ones: JSON.stringify is the copy.
 */

import { type BookState, restoreBook } from '../book/book.ts'
import type { TimeMs } from '../contract.ts'
import { ArkError, assert } from '../errors.ts'
import type { Lists } from '../gate/lists.ts'
import type { ModeState } from '../gate/mode.ts'
import type { OrderFlow } from '../gate/order-flow.ts'
import type { Registers } from '../gate/registers.ts'
import type { Kernel, KernelState } from './kernel.ts'
import type { Slot, SlotState } from './slots.ts'
import { restoreWaiting } from './waiting.ts'

interface Snapshot {
  readonly version: 2
  readonly state: KernelState
  readonly book: BookState
  readonly mode: ModeState
  readonly flow: OrderFlow
  readonly registers: Registers
  readonly restricted: Lists['restricted'] | null
  readonly paused: Lists['paused']
  readonly now: TimeMs
  readonly spent: readonly string[]
  readonly slots: { readonly [name: string]: SlotState }
}

export function takeSnapshot(kernel: Kernel): string {
  const { context, permits } = kernel
  assert(permits.open.size === 0, 'snapshot', 'A permit is open between inputs.')
  const slots: { [name: string]: SlotState } = {}
  for (const slot of kernel.slots.byName.values()) slots[keyOf(slot)] = toSlotState(slot)
  const snapshot: Snapshot = {
    version: 2,
    state: kernel.state,
    book: kernel.book.state,
    mode: context.mode,
    flow: context.flow,
    registers: context.registers,
    restricted: context.lists.restricted ?? null,
    paused: context.lists.paused,
    now: context.now,
    spent: [...permits.spent],
    slots,
  }
  return JSON.stringify(snapshot)
}

/** Puts a fresh kernel into the state of the text. Throws JOURNAL_CORRUPT when it does not fit. */
export function restoreSnapshot(kernel: Kernel, text: string): void {
  const snapshot = parse(text)
  const { context, permits } = kernel
  Object.assign(kernel.state, snapshot.state)
  kernel.state.waiting = restoreWaiting(kernel.state.waiting, kernel.options.hash)
  restoreBook(kernel.book, snapshot.book)
  Object.assign(context.mode, snapshot.mode)
  Object.assign(context.flow, snapshot.flow)
  Object.assign(context.registers, snapshot.registers)
  context.lists.restricted = snapshot.restricted ?? undefined
  context.lists.paused = snapshot.paused
  context.now = snapshot.now
  for (const id of snapshot.spent) permits.spent.add(id)
  for (const slot of kernel.slots.byName.values()) {
    const saved = snapshot.slots[keyOf(slot)]
    if (saved === undefined || saved.stateVersion !== slot.stateVersion) {
      throw new ArkError(
        'JOURNAL_CORRUPT',
        `snapshot of ${slot.name}`,
        'The snapshot holds no state of this version.',
      )
    }
    slot.state = saved.state
    slot.isolated = saved.isolated
  }
  // An overlay has no slot; whether it is shut out stands with the causes of the mode.
  if (Object.hasOwn(context.mode.causes, `plugin:${kernel.overlay?.name}`)) kernel.overlay = undefined
}

function parse(text: string): Snapshot {
  try {
    const parsed = JSON.parse(text) as Snapshot
    if (parsed.version === 2) return parsed
  } catch (error) {
    throw new ArkError('JOURNAL_CORRUPT', 'snapshot', 'The snapshot is not JSON.', { cause: error })
  }
  throw new ArkError('JOURNAL_CORRUPT', 'snapshot', 'The snapshot has another version.')
}

/** One plugin may be agent and broker at once. */
function keyOf(slot: Slot): string {
  return slot.name
}

function toSlotState(slot: Slot): SlotState {
  return { stateVersion: slot.stateVersion, state: slot.state, isolated: slot.isolated }
}
