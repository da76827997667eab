/** The proof to take away: the newest signed head of the journal, and the key that it verifies with. */

import { ArkError } from '../errors.ts'
import { parseCheckpoint } from '../journal/checkpoint.ts'
import type { Guard } from './auth.ts'
import { type App, type Door, toText } from './door.ts'

export function mountAudit(app: App, door: Door, guard: Guard): void {
  app.get('/v1/audit/checkpoint', guard.read, async (c) => {
    const rows = await door.reader.query('SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1')
    const note = rows[0]?.[0]
    if (note === undefined) throw new ArkError('NOT_FOUND', 'checkpoint', 'No head has been signed yet.')
    const checkpoint = String(note)
    if (c.req.header('accept')?.startsWith('text/plain') === true) return toText(checkpoint)
    const { origin, size, rootHex } = parseCheckpoint(checkpoint)
    return c.json({
      origin,
      size,
      root: rootHex,
      checkpoint,
      publicKey: door.ark.options.ports.keys.publicKey,
    })
  })
}
