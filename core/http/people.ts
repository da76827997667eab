/**
 * What people do to the box: halt it, resume it, register an instrument. Each is a journaled event under its
 * principal's name.
 */

import type { Context } from 'hono'
import { toInstrument } from '../config.ts'
import type { Json, Mode } from '../contract.ts'
import type { Kernel } from '../cycle/kernel.ts'
import { ArkError, isArkError } from '../errors.ts'
import { modeOf } from '../gate/mode.ts'
import type { Guard } from './auth.ts'
import { InstrumentBody, ReasonSchema } from './bodies.ts'
import { type App, assertIntake, type Door, type Env, kernelOf } from './door.ts'
import { limitBody, readBody } from './json.ts'
import { invalidBody } from './problems.ts'

export function mountPeople(app: App, door: Door, guard: Guard): void {
  const { ark } = door

  /**
   * Refused while the first-run replay lasts: the mode would end with that run, and its sender would believe
   * it had not.
   */
  const request = async (c: Context<Env>, mode: Mode): Promise<Response> => {
    assertIntake(door)
    const { reason } = await readBody(c, ReasonSchema)
    const { id } = c.var.principal
    const { seq } = await ark.control(id, {
      type: 'mode/requested',
      payload: { mode, principal: id, reason },
    })
    return c.json({ mode: modeOf(kernelOf(door).context.mode), seq })
  }
  app.post('/v1/halt', guard.role('operator'), limitBody, (c) => request(c, 'halted'))
  app.post('/v1/resume', guard.role('operator'), limitBody, (c) => request(c, 'active'))

  app.post('/v1/instruments', guard.role('operator'), limitBody, async (c) => {
    assertIntake(door)
    const body = await readBody(c, InstrumentBody)
    const instrument = toRegistered(body)
    assertFlat(kernelOf(door), body.symbol)
    const { id } = c.var.principal
    const payload = { instrument, principal: id }
    const { seq } = await ark.control(id, { type: 'instrument/registered', payload })
    return c.json({ symbol: body.symbol, seq }, 201)
  })
}

function toRegistered(body: Parameters<typeof toInstrument>[0]): { readonly [key: string]: Json } {
  try {
    return { ...toInstrument(body) }
  } catch (error) {
    if (!isArkError(error, 'CONFIG_INVALID')) throw error
    throw invalidBody([{ pointer: '', message: error.message }])
  }
}

/** A multiplier or kind that changes under an open position would revalue it. */
function assertFlat({ book }: Kernel, symbol: string): void {
  const entry = book.index.get(symbol)
  if (entry === undefined || (entry.position === 0 && entry.open.length === 0)) return
  throw new ArkError(
    'CONFLICT',
    symbol,
    `${symbol} has a position or working orders; close them before registering it anew.`,
  )
}
