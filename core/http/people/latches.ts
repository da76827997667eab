/** Latches: what locked itself after too many repetitions or too large a loss, and waits for a person. */

import type { Kernel } from '../../cycle/kernel.ts'
import { ArkError } from '../../errors.ts'
import { tripleOf } from '../../gate/order-flow.ts'
import type { Guard } from '../auth.ts'
import { type App, type Door, kernelOf } from '../door.ts'
import { limitBody } from '../json.ts'
import { pageOf } from '../pages.ts'
import { readAct, say } from './act.ts'
import { RearmBody } from './bodies.ts'

const DAY_LOSS = 'day_loss'

export function mountLatches(app: App, door: Door, guard: Guard): void {
  app.get('/v1/latches', guard.read, (c) => c.json(pageOf(c, latchesOf(kernelOf(door)).map(toLatch))))

  app.post('/v1/rearm', guard.role('operator'), limitBody, async (c) => {
    const body = await readAct(door, c, RearmBody)
    const key = 'latch' in body ? body.latch : tripleOf(body.strategy, body.symbol, body.side)
    if (!latchesOf(kernelOf(door)).includes(key))
      throw new ArkError('NOT_FOUND', key, `${key} is not latched.`)
    if (key === DAY_LOSS && !kernelOf(door).context.registers.dayLossOver)
      throw new ArkError(
        'CONFLICT',
        key,
        'The session that made the loss is not over; a paper account is armed again by itself when it is.',
      )
    const payload = { key, principal: c.var.principal.id, reason: body.reason }
    const { seq } = await say(door, c, { type: 'latch/rearmed', payload })
    return c.json({ key, seq })
  })
}

function latchesOf({ book, context }: Kernel): readonly string[] {
  return [...(book.state.dayLossLatched ? [DAY_LOSS] : []), ...Object.keys(context.flow.latched)]
}

/** A symbol and a side hold no `|`; a strategy may. */
function toLatch(key: string): object {
  if (key === DAY_LOSS) return { key, latch: DAY_LOSS }
  const parts = key.split('|')
  const [symbol, side] = parts.slice(-2)
  return { key, latch: 'repeated_execution', strategy: parts.slice(0, -2).join('|'), symbol, side }
}
