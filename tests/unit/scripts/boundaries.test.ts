import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findCrossings } from '#scripts/boundaries.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ark-boundaries-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Findings in a repository of this one file. */
function plant(path: string, text: string): string[] {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  return findCrossings(root)
}

describe('violations are caught', () => {
  it.each([
    ['graveyard/a.ts', `import { x } from '#core/math.ts'`],
    ['graveyard/a.ts', `import { createHash } from 'node:crypto'`],
    ['graveyard/a.ts', `import * as v from 'valibot'`],
    ['core/book/a.ts', `import { readFileSync } from 'node:fs'`],
    ['core/book/a.ts', `import { RULES } from '#graveyard/rules.ts'`],
    ['core/gateway/a.ts', `import { RULES } from '#graveyard/rules.ts'`],
    ['core/ark.ts', `import { Hono } from 'hono'`],
    ['core/ark.ts', `import { stream } from 'hono/streaming'`],
    ['core/ark.ts', `import * as v from 'valibot'`],
    ['core/ark.ts', `import { createClient } from '@libsql/client'`],
    ['core/http/bodies.ts', `import { toJsonSchema } from '@valibot/to-json-schema'`],
    ['core/ark.ts', `import kyle from '../plugins/kyle/index.ts'`],
    ['core/ark.ts', `import type { Ports } from '#runtimes/node.ts'`],
    ['plugins/kyle/index.ts', `import { pattern } from '../joey/pattern.ts'`],
    ['plugins/kyle/index.ts', `import { pattern } from '#plugins/joey/pattern.ts'`],
    ['plugins/kyle/index.ts', `import type { Gate } from '#core/gate/gate.ts'`],
    ['plugins/kyle/index.ts', `import { RULES } from '#graveyard/rules.ts'`],
    ['plugins/kyle/index.ts', `import fs from 'node:fs'`],
    ['plugins/kyle/index.ts', `import fs from 'fs'`],
    ['plugins/kyle/index.ts', `import { serve } from '#runtimes/node.ts'`],
    ['runtimes/node.ts', `import { RULES } from '#graveyard/rules.ts'`],
    ['runtimes/node.ts', `import { x } from '#scripts/seal.ts'`],
    ['core/ark.ts', `import { world } from '../tests/support/world.ts'`],
  ])('%s: %s', (path, text) => {
    expect(plant(path, text)).toEqual([expect.stringMatching(new RegExp(`^${path}:1: `))])
  })

  it.each([
    ['a side effect', `import 'node:fs'`],
    ['a re-export', `export { readFileSync } from 'node:fs'`],
    ['a re-export of all', `export * from 'node:fs'`],
    ['many lines', `import {\n  readFileSync,\n} from 'node:fs'`],
    ['a dynamic import', `const fs = await import('node:fs')`],
    ['a require', `const fs = require('node:fs')`],
    ['a computed name', `const fs = await import(name)`],
    ['after a line with another import', `import { a } from './a.ts'\nimport fs from 'node:fs'`],
    ['after a string that opens a comment', `const a = '/*'\nimport fs from 'node:fs'`],
    ['after a regular expression with a quote', `const a = /[/*']/\nimport fs from 'node:fs'`],
    ['in a template', 'const a = `${await import("node:fs")}`'],
  ])('whatever its form: %s', (_, text) => {
    expect(plant('core/ark.ts', text)).toHaveLength(1)
  })

  it('a computed name anywhere but where the user’s own files are loaded', () => {
    expect(plant('runtimes/cli/a.ts', 'await import(name)')).toHaveLength(1)
    rmSync(join(root, 'runtimes/cli/a.ts'))
    expect(plant('runtimes/user-module.ts', 'await import(name)')).toEqual([])
  })

  it('an empty tree, because then nothing was checked', () => {
    expect(findCrossings(root)).toHaveLength(1)
  })
})

describe('what the table allows passes', () => {
  it.each([
    ['graveyard/a.ts', `import { x } from './b.ts'`],
    ['core/gate/a.ts', `import { RULES } from '#graveyard/rules.ts'`],
    ['core/http/a.ts', `import { Hono } from 'hono'`],
    ['core/http.ts', `import { stream } from 'hono/streaming'`],
    ['core/http/openapi/schema.ts', `import { toJsonSchema } from '@valibot/to-json-schema'`],
    ['core/config.ts', `import * as v from 'valibot'`],
    ['core/scenario/schema.ts', `import * as v from 'valibot'`],
    [
      'plugins/kyle/index.ts',
      `import type { Plugin } from '#core/contract.ts'\nimport { DAY } from '#core/time.ts'`,
    ],
    ['plugins/kyle/index.ts', `import * as v from 'valibot'\nimport { parse } from './parse.ts'`],
    ['runtimes/node.ts', `import fs from 'node:fs'\nimport type { Rule } from '#graveyard/rules.ts'`],
    ['runtimes/cli/rules.ts', `import { RULES } from '#graveyard/rules.ts'`],
    ['scripts/a.ts', `import { RULES } from '#graveyard/rules.ts'\nawait import(name)`],
    ['core/ark.ts', `// import fs from 'node:fs'\nconst a = "import fs from 'node:fs'"`],
  ])('%s: %s', (path, text) => {
    expect(plant(path, text)).toEqual([])
  })
})
