/** The journal as the reading commands open it: for reading only, so it works while a box writes to it. */

import { join } from 'node:path'
import type { Database } from '#core/ports.ts'
import { openDatabase } from '../shared/database.ts'
import { JOURNAL_FILE } from './box.ts'

/** Throws FILE_MISSING when nothing ever ran there. */
export async function withJournal<T>(dataDir: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(join(dataDir, JOURNAL_FILE), { readOnly: true })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}
