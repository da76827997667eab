/**
 * Exits that circuit breakers ordered in a kept run: they are no denials, so no rule's line of `--compare` has
 * them.
 */

import { join } from 'node:path'
import { JOURNAL_FILE } from '../cli/box.ts'
import { openDatabase } from '../shared/database.ts'

/** The overlay's agent orders them under a strategy of its own. */
const STRATEGY = 'circuit-breaker'

export async function countForcedExits(folder: string): Promise<number> {
  const database = await openDatabase(join(folder, JOURNAL_FILE), { readOnly: true })
  try {
    const rows = await database.query(
      `SELECT count(*) FROM journal WHERE body ->> 'type' = 'order/submitted'
        AND body -> 'payload' -> 'order' ->> 'strategy' = ?`,
      [STRATEGY],
    )
    return Number(rows[0]?.[0] ?? 0)
  } finally {
    await database.close()
  }
}
