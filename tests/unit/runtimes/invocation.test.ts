/** The commands that ARK suggests, and those by which it starts itself again, are ones that exist. */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { selfCommand } from '#runtimes/bench/self.ts'
import { invocation } from '#runtimes/cli/invocation.ts'
import { runsTypeScript } from '#runtimes/user-module.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const BUNDLE = join(ROOT, 'dist', 'ark.mjs')
const SOURCES = join(ROOT, 'runtimes', 'main.ts')
const BEFORE = 'Deno' in globalThis ? 'deno run -A' : 'Bun' in globalThis ? 'bun' : 'node'
const ON_NODE = BEFORE === 'node'
const LOADER = runsTypeScript() ? [SOURCES] : [join(ROOT, 'scripts', 'typescript.mjs'), 'runtimes/main.ts']

describe('a command is suggested', () => {
  it.each([
    ['the bundle, where it lies', BUNDLE, ROOT, `${BEFORE} dist/ark.mjs`],
    ['the bundle, from elsewhere', BUNDLE, join(ROOT, 'docs', 'decisions'), `${BEFORE} ../../dist/ark.mjs`],
    ['the single binary', '/$bunfs/root/ark', ROOT, 'ark'],
  ])('as it can be typed: %s', (_, script, cwd, text) => {
    expect(invocation({}, script, cwd)).toBe(text)
  })

  it('as a script of the clone by whoever was called by one', () => {
    const env = { npm_execpath: '/usr/lib/npm-cli.js' }
    const script = { deno: 'deno task ark', bun: 'bun run ark', node: 'npm run ark --' }
    expect(invocation(env, SOURCES, ROOT)).toBe(script[BEFORE.split(' ')[0] as keyof typeof script])
  })

  it('by the path of the sources where there is no such script', () => {
    const elsewhere = invocation({}, SOURCES, join(ROOT, 'docs'))
    expect(elsewhere).toMatch(
      /^(node|deno run -A|bun) \.\.\/(scripts\/typescript\.mjs )?(\.\.\/)?runtimes\/main\.ts$/,
    )
  })
})

// Deno and Bun run TypeScript by themselves.
it.runIf(ON_NODE)('a Node that reads no TypeScript starts the sources by their loader', () => {
  expect(selfCommand(SOURCES).slice(1)).toEqual(LOADER)
  expect(selfCommand(BUNDLE).slice(1)).toEqual([BUNDLE])
})
