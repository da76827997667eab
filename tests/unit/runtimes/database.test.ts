import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '#runtimes/shared/database.ts'
import { createTempDir, removeDir, scriptArgs } from '#tests/support/ports.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = createTempDir()
  path = join(folder, 'ark.db')
})
afterEach(() => removeDir(folder))

describe('openDatabase refuses', () => {
  it('a file that is no database, and leaves it as it was', async () => {
    const text = 'this is not a database, but it is long enough to look like a page\n'.repeat(100)
    writeFileSync(path, text)
    await expect(openDatabase(path)).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT', where: path })
    await expect(openDatabase(path, { readOnly: true })).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' })
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('a damaged database at the first read of the damaged page', async () => {
    const first = await openDatabase(path)
    await first.run('CREATE TABLE t(a)')
    await first.commit([
      { sql: "INSERT INTO t SELECT printf('%4000d', value) FROM json_each('[1,2,3,4,5]')" },
    ])
    await first.close()
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0xff, 4096))
    const second = await openDatabase(path)
    await expect(second.query('SELECT a FROM t')).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' })
    await second.close()
  })

  it('to read a file that does not exist, and makes none', async () => {
    await expect(openDatabase(path, { readOnly: true })).rejects.toMatchObject({
      code: 'FILE_MISSING',
      where: path,
    })
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined()
  })

  it('a folder, and a folder that is missing', async () => {
    mkdirSync(path)
    await expect(openDatabase(path)).rejects.toMatchObject({ code: 'STORE_FAILED' })
    await expect(openDatabase(join(folder, 'none', 'ark.db'))).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })

  it('every write through a reading connection', async () => {
    const writer = await openDatabase(path)
    await writer.run('CREATE TABLE t(a)')
    const reader = await openDatabase(path, { readOnly: true })
    await expect(reader.run('INSERT INTO t VALUES (1)')).rejects.toMatchObject({ code: 'STORE_FAILED' })
    await expect(reader.commit([{ sql: 'DELETE FROM t' }])).rejects.toMatchObject({ code: 'STORE_FAILED' })
    await reader.close()
    await writer.close()
  })
})

describe('a database', () => {
  it('lives under any file name, private to its owner [SAFE_STATE_MODE]', async () => {
    const odd = join(folder, 'a b%20#1?x=é.db')
    const database = await openDatabase(odd)
    await database.run('CREATE TABLE t(a)')
    await database.close()
    expect(statSync(odd).mode & 0o777).toBe(0o600)
    expect(statSync(odd).size).toBeGreaterThan(0)
  })

  it('is durable, checks keys, and leaves checkpoints to its caller', async () => {
    const database = await openDatabase(path)
    expect(await database.query('PRAGMA journal_mode')).toEqual([['wal']])
    expect(await database.query('PRAGMA synchronous')).toEqual([[2]])
    expect(await database.query('PRAGMA wal_autocheckpoint')).toEqual([[0]])
    expect(await database.query('PRAGMA foreign_keys')).toEqual([[1]])
    await database.close()
  })

  it('gives back rows in select order, each kind of value as it went in', async () => {
    const database = await openDatabase(':memory:')
    const values = [1, -2.5, 'text é', null, new Uint8Array([0, 255]), Number.MAX_SAFE_INTEGER]
    const rows = await database.query('SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?1 AS same, ?1 AS same', values)
    expect(rows).toEqual([[...values, 1, 1]])
    await database.close()
  })

  it('commits all or nothing, and says why without the values [COMP_MUTABLE_CORE]', async () => {
    const database = await openDatabase(path)
    await database.run('CREATE TABLE t(a TEXT PRIMARY KEY)')
    const insert = { sql: 'INSERT INTO t VALUES (?)', args: ['s3cret-value'] }
    const failure = await database.commit([insert, insert]).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'STORE_FAILED', where: path })
    expect(String(failure)).toContain('UNIQUE')
    expect(String(failure)).not.toContain('s3cret')
    expect(await database.query('SELECT * FROM t')).toEqual([])
    await database.commit([insert])
    expect(await database.query('SELECT * FROM t')).toEqual([['s3cret-value']])
    await database.close()
  })

  it('refuses a commit that finds no room, and goes on with its settings', async () => {
    const database = await openDatabase(path)
    await database.run('CREATE TABLE t(a)')
    await database.run('PRAGMA max_page_count=20')
    const large = { sql: 'INSERT INTO t VALUES (zeroblob(1000000))' }
    const failure = await database.commit([large]).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'STORE_FAILED' })
    expect(String(failure)).toMatch(/full/)
    expect(await database.query('SELECT count(*) FROM t')).toEqual([[0]])
    expect(await database.query('PRAGMA wal_autocheckpoint')).toEqual([[0]])
    await database.commit([{ sql: 'INSERT INTO t VALUES (1)' }])
    expect(await database.query('SELECT count(*) FROM t')).toEqual([[1]])
    await database.close()
  })

  it('has everything in the one file once it is closed', async () => {
    const database = await openDatabase(path)
    await database.run('CREATE TABLE t(a)')
    await database.commit([{ sql: 'INSERT INTO t VALUES (1)' }])
    await database.close()
    const copy = join(folder, 'copy.db')
    copyFileSync(path, copy)
    const opened = await openDatabase(copy, { readOnly: true })
    expect(await opened.query('SELECT a FROM t')).toEqual([[1]])
    await opened.close()
  })

  it('answers nobody after it was closed', async () => {
    const database = await openDatabase(path)
    await database.close()
    await expect(database.query('SELECT 1')).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })

  it('can be read by a second process while the first writes', async () => {
    const writer = await openDatabase(path)
    await writer.run('CREATE TABLE t(a)')
    await writer.commit([{ sql: 'INSERT INTO t VALUES (1)' }])
    const script = join(process.cwd(), 'tests/support/read-database.mjs')
    const child = spawn(process.execPath, [...scriptArgs(script), path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    let output = ''
    child.stdout.on('data', (data) => {
      output += String(data)
    })
    let running = true
    void ended.then(() => {
      running = false
    })
    let rows = 1
    while (running) {
      await writer.commit([{ sql: 'INSERT INTO t VALUES (1)' }])
      rows++
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await ended).toBe(0)
    const counts = JSON.parse(output) as number[]
    expect(counts).toEqual([...counts].sort((a, b) => a - b))
    expect(counts.at(-1)).toBeGreaterThan(counts[0] ?? Number.NaN)
    expect(counts.at(-1)).toBeLessThanOrEqual(rows)
    await writer.close()
  })
})
