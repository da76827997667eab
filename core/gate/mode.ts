/**
 * The mode: active, reducing, halted. ACTIVE holds only while no cause speaks against it; HALTED is latched
 * until a person resumes.
 *
 * Folded from events, so it survives a restart. No market row, payload or intake token reaches a function
 * that halts.
 */

import type { ArkEvent, Mode } from '../contract.ts'

export interface ModeState {
  halted: string | null
  /** A person asked for reducing; resume takes it back. */
  reduced: string | null
  /**
   * Causes that recover by themselves: `lease`, `audit`, `day_loss`, `leverage`, `uncovered:<symbol>`,
   * `plugin:<name>`.
   */
  causes: { [cause: string]: string }
}

export interface ModeChange {
  readonly mode: Mode
  readonly was: Mode
  readonly reason: string
  readonly principal: string
}

export function createModeState(): ModeState {
  return { halted: null, reduced: null, causes: {} }
}

export function modeOf(state: ModeState): Mode {
  if (state.halted !== null) return 'halted'
  if (state.reduced !== null) return 'reducing'
  for (const _ in state.causes) return 'reducing'
  return 'active'
}

/** Why it is not active, for people; empty when it is. */
export function modeReasons(state: ModeState): readonly string[] {
  const causes = Object.entries(state.causes).map(([cause, reason]) => `${cause}: ${reason}`)
  return [state.halted, state.reduced, ...causes].filter((reason) => reason !== null)
}

/** Folds one event; the kernel journals the change as `mode/changed`. */
export function applyMode(state: ModeState, event: ArkEvent): ModeChange | undefined {
  switch (event.type) {
    case 'lease/lost':
      return setCause(state, 'lease', event.payload.reason)
    case 'lease/renewed':
      return clearCause(state, 'lease')
    case 'audit/lagged':
      return setCause(state, 'audit', event.payload.reason)
    case 'audit/recovered':
      return clearCause(state, 'audit')
    case 'plugin/isolated':
      return setCause(state, `plugin:${event.payload.plugin}`, event.payload.reason)
    case 'plugin/restored':
      return clearCause(state, `plugin:${event.payload.plugin}`)
    case 'account/strained':
      return setCause(state, event.payload.cause, event.payload.reason)
    case 'account/eased':
      return clearCause(state, event.payload.cause)
    case 'position/uncovered':
      return setCause(state, `uncovered:${event.payload.symbol}`, 'a position without a covering stop')
    case 'position/covered':
      return clearCause(state, `uncovered:${event.payload.symbol}`)
    case 'mode/requested':
      return request(state, event.payload.mode, event.payload.principal, event.payload.reason)
    default:
      return undefined
  }
}

export function setCause(state: ModeState, cause: string, reason: string): ModeChange | undefined {
  const was = modeOf(state)
  state.causes[cause] = reason
  return changed(state, was, `${cause}: ${reason}`, 'core')
}

export function clearCause(state: ModeState, cause: string): ModeChange | undefined {
  if (state.causes[cause] === undefined) return undefined
  const was = modeOf(state)
  delete state.causes[cause]
  return changed(state, was, `${cause}: recovered`, 'core')
}

function request(state: ModeState, mode: Mode, principal: string, reason: string): ModeChange | undefined {
  // A word that is no mode must not pass for "active".
  if (mode !== 'active' && mode !== 'reducing' && mode !== 'halted') return undefined
  const was = modeOf(state)
  state.halted = mode === 'halted' ? reason : null
  state.reduced = mode === 'reducing' ? reason : null
  return changed(state, was, reason, principal)
}

function changed(state: ModeState, was: Mode, reason: string, principal: string): ModeChange | undefined {
  const mode = modeOf(state)
  return mode === was ? undefined : { mode, was, reason, principal }
}
