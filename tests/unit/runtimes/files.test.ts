import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filePort } from '#runtimes/shared/files.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'

const content = randomBytes(700_000)
let folder: string

beforeAll(() => {
  folder = createTempDir()
})
afterAll(() => removeDir(folder))

function put(name: string, data: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, data)
  return path
}

async function readAll(path: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of filePort.read(path)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('FilePort refuses', () => {
  it('a gzip that ends early, wherever it was cut', async () => {
    const whole = gzipSync(content)
    for (const length of [5, 200, whole.length >> 1, whole.length - 8, whole.length - 1]) {
      const path = put('cut.gz', whole.subarray(0, length))
      await expect(readAll(path)).rejects.toMatchObject({ code: 'DATA_TRUNCATED', where: path })
    }
  })

  it('a gzip with a byte changed', async () => {
    const damaged = gzipSync(content)
    damaged.writeUInt8(damaged.readUInt8(damaged.length >> 1) ^ 0x55, damaged.length >> 1)
    await expect(readAll(put('damaged.gz', damaged))).rejects.toMatchObject({ code: 'DATA_TRUNCATED' })
  })

  it('a file that is missing, and a folder', async () => {
    const path = join(folder, 'none.csv')
    await expect(readAll(path)).rejects.toMatchObject({ code: 'FILE_MISSING', where: path })
    mkdirSync(join(folder, 'sub'))
    await expect(readAll(join(folder, 'sub'))).rejects.toMatchObject({ code: 'FILE_MISSING' })
  })
})

describe('FilePort reads', () => {
  it('plain bytes as they are', async () => {
    expect((await readAll(put('plain.csv', content))).equals(content)).toBe(true)
  })

  it('gzip by its first bytes, whatever the name says', async () => {
    expect((await readAll(put('really-gzip.csv', gzipSync(content)))).equals(content)).toBe(true)
    expect(String(await readAll(put('really-plain.gz', 'a,b\n1,2\n')))).toBe('a,b\n1,2\n')
  })

  it('a gzip of several members as one text', async () => {
    const members = Buffer.concat([gzipSync('one,'), gzipSync('two,'), gzipSync('three')])
    expect(String(await readAll(put('members.gz', members)))).toBe('one,two,three')
  })

  it('empty files and files of one byte', async () => {
    expect((await readAll(put('empty', ''))).length).toBe(0)
    expect((await readAll(put('one', '\u001f'))).length).toBe(1)
    expect((await readAll(put('empty.gz', gzipSync('')))).length).toBe(0)
  })

  it('only what is asked for: a reader may stop early', async () => {
    const path = put('early.gz', gzipSync(content))
    let chunks = 0
    for await (const chunk of filePort.read(path)) {
      chunks += chunk.length > 0 ? 1 : 0
      break
    }
    expect(chunks).toBe(1)
  })
})
