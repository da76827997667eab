/** Instruments that a person registers while the box runs. */

import { toInstrument } from '../../config.ts'
import type { Json } from '../../contract.ts'
import type { Kernel } from '../../cycle/kernel.ts'
import { ArkError, isArkError } from '../../errors.ts'
import type { Guard } from '../auth.ts'
import { InstrumentBody } from '../bodies.ts'
import { type App, type Door, kernelOf } from '../door.ts'
import { limitBody } from '../json.ts'
import { invalidBody } from '../problems.ts'
import { readAct, say } from './act.ts'

export function mountInstruments(app: App, door: Door, guard: Guard): void {
  app.post('/v1/instruments', guard.role('operator'), limitBody, async (c) => {
    const body = await readAct(door, c, InstrumentBody)
    const instrument = toRegistered(body)
    assertFlat(kernelOf(door), body.symbol)
    const payload = { instrument, principal: c.var.principal.id }
    const { seq } = await say(door, c, { type: 'instrument/registered', payload })
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
  throw new ArkError('CONFLICT', symbol, `${symbol} has a position or working orders; close them first.`)
}
