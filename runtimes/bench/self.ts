/** How to start ourselves again: runtime and script, or the single binary alone. */

export function selfCommand(): readonly [string, ...string[]] {
  const script = process.argv[1] ?? ''
  const isScript = script.endsWith('.mjs') || script.endsWith('.ts')
  // A compiled binary shows a virtual path here; it is its own script.
  if (!isScript || script.startsWith('/$bunfs')) return [process.execPath]
  return 'Deno' in globalThis ? [process.execPath, 'run', '-A', script] : [process.execPath, script]
}
