/**
 * Halt, resume, and the drill that shows that a halt holds.
 *
 * Refused while the first-run replay lasts: the mode would end with that run, and its sender would believe
 * it had not.
 */

import type { Context } from 'hono'
import type { Mode, Order } from '../../contract.ts'
import { DRILL } from '../../cycle/control.ts'
import { createGate } from '../../gate/gate.ts'
import { type ModeState, modeOf } from '../../gate/mode.ts'
import type { Guard } from '../auth.ts'
import { ReasonSchema } from '../bodies.ts'
import { type App, type Door, type Env, kernelOf } from '../door.ts'
import { evaluate } from '../evaluate.ts'
import { limitBody } from '../json.ts'
import { readAct, say } from './act.ts'
import { HaltBody } from './bodies.ts'
import { flatten } from './flatten.ts'

const HALT_RULE = 'emergency_halt_enabled'

export function mountMode(app: App, door: Door, guard: Guard): void {
  const gate = createGate()

  app.post('/v1/halt', guard.role('operator'), limitBody, async (c) => {
    const body = await readAct(door, c, HaltBody)
    const answer = await request(door, c, 'halted', body.reason)
    if (body.flatten !== true) return c.json(answer)
    return c.json({ ...answer, ...(await flatten(door, c, body.reason)) })
  })

  app.post('/v1/resume', guard.role('operator'), limitBody, async (c) => {
    const { reason } = await readAct(door, c, ReasonSchema)
    return c.json(await request(door, c, 'active', reason))
  })

  /** A drill that finds the halt wanting leaves the box halted. */
  app.post('/v1/drill/halt', guard.role('operator'), limitBody, async (c) => {
    const { reason } = await readAct(door, c, ReasonSchema)
    const { mode } = kernelOf(door).context
    const before = { ...mode }
    const drill = `${DRILL}${reason}`
    if (before.halted === null) await request(door, c, 'halted', drill)
    const now = door.ark.options.ports.clock.now()
    const { deniedBy } = evaluate(gate, kernelOf(door), drillOrder(door), now, 'drill')
    const passed = modeOf(mode) === 'halted' && deniedBy.includes(HALT_RULE)
    if (!passed) return c.json({ passed, seq: null, mode: modeOf(mode), deniedBy })
    if (before.halted === null && isOnlyDrill(door, drill)) await restore(door, c, before, reason)
    const { id } = c.var.principal
    const { seq } = await say(door, c, { type: 'drill/passed', payload: { principal: id, reason } })
    return c.json({ passed, seq, mode: modeOf(kernelOf(door).context.mode) })
  })
}

async function request(
  door: Door,
  c: Context<Env>,
  mode: Mode,
  reason: string,
): Promise<{ readonly mode: Mode; readonly seq: number }> {
  const payload = { mode, principal: c.var.principal.id, reason }
  const { seq } = await say(door, c, { type: 'mode/requested', payload })
  return { mode: modeOf(kernelOf(door).context.mode), seq }
}

/** Well-formed, for a symbol that has a price where there is one. */
function drillOrder(door: Door): Order {
  const { symbols } = kernelOf(door).book.state
  const symbol = (symbols.find(({ mark }) => mark > 0) ?? symbols[0])?.symbol ?? 'DRILL'
  return { symbol, side: 'buy', type: 'market', quantity: '1', strategy: 'drill', reason: 'drill' }
}

/** Whoever halted in earnest meanwhile, or is about to, is not resumed over. */
function isOnlyDrill(door: Door, drill: string): boolean {
  const waiting = door.ark.cycle?.queue.control ?? []
  const asked = waiting.some(({ input }) => input.kind === 'event' && input.draft.type === 'mode/requested')
  return kernelOf(door).context.mode.halted === drill && !asked
}

async function restore(door: Door, c: Context<Env>, before: ModeState, reason: string): Promise<void> {
  if (before.reduced === null) await request(door, c, 'active', `drill over: ${reason}`)
  else await request(door, c, 'reducing', before.reduced)
}
