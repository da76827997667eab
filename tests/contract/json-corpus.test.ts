/**
 * A corpus of JSON texts that parsers disagree on: what is JSON is never refused as "not JSON", what is none
 * always is, and what may be either harms nobody.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Box, openBox } from '#tests/unit/core/http-box.ts'

const CORPUS = fileURLToPath(new URL('../../../shared/data/corpora/json_parsing/', import.meta.url))
const present = existsSync(CORPUS)
const files = present ? readdirSync(CORPUS).filter((name) => name.endsWith('.json')) : []
const PATHS = ['/v1/evaluate', '/v1/orders', '/v1/signals', '/v1/halt', '/v1/actions']

let box: Box
beforeAll(async () => {
  box = await openBox()
})
afterAll(() => box.close())

async function detailsOf(name: string): Promise<readonly string[]> {
  const bytes = new Uint8Array(readFileSync(`${CORPUS}${name}`))
  const details = []
  for (const path of PATHS) {
    const headers = { authorization: `Bearer ${box.tokens.root}`, 'content-type': 'application/json' }
    const request = new Request(`http://localhost:8000${path}`, { method: 'POST', headers, body: bytes })
    const response = await box.http.api.fetch(request)
    const { code, detail } = await response.json()
    expect(response.status, `${path} ${name} ${detail}`).toBeLessThan(500)
    // No text of the corpus is a body that any of these would take.
    expect(code, `${path} ${name}`).toBe('INVALID_BODY')
    details.push(String(detail))
  }
  return details
}

const refusedAsText = /is not JSON|is empty/

// The corpus is test data that lies beside a checkout, not in it.
describe.skipIf(!present)('the corpus', () => {
  it.each(files.filter((name) => name.startsWith('y_')))('%s is read as JSON', async (name) => {
    for (const detail of await detailsOf(name)) expect(detail).not.toMatch(refusedAsText)
  })

  it.each(files.filter((name) => name.startsWith('n_')))('%s is refused as no JSON', async (name) => {
    for (const detail of await detailsOf(name)) expect(detail).toMatch(refusedAsText)
  })

  it.each(files.filter((name) => name.startsWith('i_')))(
    '%s is refused one way or the other',
    async (name) => {
      expect(await detailsOf(name)).toHaveLength(PATHS.length)
    },
  )
})
