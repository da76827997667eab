/**
 * How long a setup may be held: its time begins with the approved entry, and at its end the position is
 * closed.
 *
 * Called by Joey for decisions and, while one runs, once a bar. A person's order is never timed, nor is an
 * entry into a symbol that is held already: what is closed must be what the setup opened.
 */

import type { Bar, Decision, Direction, Draft, TimeMs, World } from '#core/contract.ts'
import { HOUR } from '#core/time.ts'
import { toDraft } from '../sighting.ts'
import { findSetup } from './table.ts'

export interface Hold {
  readonly setup: string
  readonly direction: Direction
  readonly from: TimeMs
  /** When it is closed; later ones are further attempts. */
  until: TimeMs
  /** True once the entry has filled. */
  held: boolean
}

/** An exit that was refused is proposed again after so long. */
const RETRY = HOUR

/** Undefined when the decision begins no such time. */
export function toHold(decision: Decision, world: World): Hold | undefined {
  const { order, intent, principal } = decision
  const setup = findSetup(order.strategy ?? '')
  const isSent = decision.allowed || (decision.ungoverned === true && world.runKind() === 'backtest')
  if (setup === undefined || intent !== 'open' || !isSent || !principal.startsWith('agent:')) return undefined
  if (world.position(order.symbol) !== 0) return undefined
  const from = world.now()
  const direction = order.side === 'buy' ? 'long' : 'short'
  return { setup: setup.id, direction, from, until: from + setup.holdHoursMax * HOUR, held: false }
}

/**
 * Moves the hold on by a bar: `over` when there is nothing left to watch, `due` when it is to be closed now.
 */
export function followHold(hold: Hold, bar: Bar, world: World): 'runs' | 'due' | 'over' {
  const position = world.position(bar.symbol)
  const isHeld = hold.direction === 'long' ? position > 0 : position < 0
  if (!isHeld) return hold.held || bar.end >= hold.until ? 'over' : 'runs'
  hold.held = true
  if (bar.end < hold.until) return 'runs'
  hold.until = bar.end + RETRY
  return 'due'
}

export function closeHold({ setup, direction, from }: Hold, bar: Bar): Draft {
  const unknown = Number.NaN
  return toDraft(
    {
      symbol: bar.symbol,
      direction,
      pattern: setup,
      confidence: 1,
      price: bar.close,
      atr: unknown,
      stopLevel: unknown,
      targetLevel: unknown,
      evidence: { heldHours: Math.round((bar.end - from) / HOUR) },
    },
    'exit',
  )
}
