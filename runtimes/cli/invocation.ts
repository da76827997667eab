/**
 * How the reader called us, for the commands that we suggest: as a script of the clone where he stands in it,
 * else what can be typed where he stands, such as "node ../dist/ark.mjs".
 */

import { isAbsolute, relative } from 'node:path'
import { selfCommand } from '../bench/self.ts'

/** From the root of a clone. */
const SOURCES = 'runtimes/main.ts'

export function invocation(
  env: Readonly<Record<string, string | undefined>>,
  script?: string,
  cwd = process.cwd(),
): string {
  const [, ...words] = selfCommand(script)
  if (words.length === 0) return 'ark'
  const near = words.map((word) => (isAbsolute(word) ? relative(cwd, word) : word))
  const inClone = near.includes(SOURCES) && near.every((word) => !word.startsWith('..'))
  if ('Deno' in globalThis) return inClone ? 'deno task ark' : ['deno', ...near].join(' ')
  if ('Bun' in globalThis) return inClone ? 'bun run ark' : ['bun', ...near].join(' ')
  return env.npm_execpath === undefined ? ['node', ...near].join(' ') : 'npm run ark --'
}
