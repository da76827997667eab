/** The journal as the reading commands open it: for reading only, so it works while a box writes to it. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ArkError } from '#core/errors.ts'
import type { Database } from '#core/ports.ts'
import { openDatabase } from '../shared/database.ts'
import { JOURNAL_FILE } from './box.ts'

/** Throws NOT_RUNNING when nothing ever ran there. */
export async function withJournal<T>(dataDir: string, work: (database: Database) => Promise<T>): Promise<T> {
  if (!existsSync(join(dataDir, JOURNAL_FILE)))
    throw new ArkError('NOT_RUNNING', dataDir, 'Nothing was run here; --data-dir names another place.')
  const database = await openDatabase(join(dataDir, JOURNAL_FILE), { readOnly: true })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}
