/**
 * How the reader called us, for the commands that we suggest: "npm run ark --", "deno task ark", "bun run
 * ark" or "ark".
 */

export function invocation(env: Readonly<Record<string, string | undefined>>): string {
  if ('Deno' in globalThis) return 'deno task ark'
  const script = process.argv[1] ?? ''
  if ('Bun' in globalThis) return script.startsWith('/$bunfs') || script === '' ? 'ark' : 'bun run ark'
  if (env.npm_execpath !== undefined) return 'npm run ark --'
  return script.endsWith('.mjs') ? 'node dist/ark.mjs' : 'ark'
}
