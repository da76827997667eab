/** How to start ourselves again: runtime and script, or the single binary alone. */

import { dirname, join, relative, resolve } from 'node:path'
import { runsTypeScript } from '../user-module.ts'

export function selfCommand(script = process.argv[1] ?? ''): readonly [string, ...string[]] {
  const isScript = script.endsWith('.mjs') || script.endsWith('.ts')
  // A compiled binary shows a virtual path here; it is its own script.
  if (!isScript || script.startsWith('/$bunfs')) return [process.execPath]
  if ('Deno' in globalThis) return [process.execPath, 'run', '-A', script]
  if (script.endsWith('.mjs') || runsTypeScript()) return [process.execPath, script]
  // The loader of the clone takes a path from its root.
  const root = resolve(dirname(script), '..')
  return [process.execPath, join(root, 'scripts', 'typescript.mjs'), relative(root, script)]
}
