import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { findStale } from '#scripts/generate-config.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const FILES = ['docs/ark.config.schema.json', 'docs/CONFIGURATION.md']

it('a file that is missing or was edited is named', () => {
  const root = `${createTempDir()}/`
  expect(findStale(root).map((line) => line.split(' ')[0])).toEqual(FILES)
  mkdirSync(join(root, 'docs'))
  for (const path of FILES) cpSync(ROOT + path, root + path)
  expect(findStale(root)).toEqual([])
  const page = readFileSync(join(root, 'docs/CONFIGURATION.md'), 'utf8')
  writeFileSync(join(root, 'docs/CONFIGURATION.md'), page.replace('8000', '8001'))
  expect(findStale(root)).toEqual([
    expect.stringMatching(/^docs\/CONFIGURATION\.md is not as generated: node /),
  ])
  removeDir(root)
})

it('the page names every variable of the table, and no default of the first system for a key', () => {
  const page = readFileSync(`${ROOT}docs/CONFIGURATION.md`, 'utf8')
  expect(page.match(/^\| `(?:ARK_|REDIS_)/gm)?.length).toBeGreaterThan(50)
  expect(page).not.toContain('8101')
})
