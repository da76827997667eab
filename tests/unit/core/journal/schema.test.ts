import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate } from '#core/journal/schema.ts'
import type { Database } from '#core/ports.ts'
import { openDatabase } from '#runtimes/shared/database.ts'

let database: Database
beforeEach(async () => {
  database = await openDatabase(':memory:')
})
afterEach(() => database.close())

const versions = () => database.query('SELECT version FROM schema_version ORDER BY version')
const tables = async () =>
  (await database.query(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)).map(
    ([name]) => name,
  )

describe('migrate', () => {
  it('refuses a database of a newer ARK and leaves it as it is', async () => {
    await migrate(database)
    await database.commit([{ sql: 'INSERT INTO schema_version VALUES (99)' }])
    const before = await versions()
    await expect(migrate(database)).rejects.toMatchObject({ code: 'STORE_FAILED', where: 'schema' })
    expect(await versions()).toEqual(before)
  })

  it('does nothing the second time', async () => {
    await migrate(database)
    const before = await versions()
    await migrate(database)
    expect(await versions()).toEqual(before)
  })

  it('makes every table that the journal writes to', async () => {
    await migrate(database)
    expect(await tables()).toEqual(
      expect.arrayContaining([
        'batch',
        'checkpoint',
        'decision',
        'identity',
        'journal',
        'orders',
        'run',
        'snapshot',
        'trace',
      ]),
    )
  })

  it('that failed half-way leaves no half of a version behind', async () => {
    await database.run('CREATE TABLE run (something INTEGER)')
    await expect(migrate(database)).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(await versions()).toEqual([])
    expect(await tables()).not.toContain('journal')
  })
})
