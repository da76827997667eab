/**
 * Runs our TypeScript scripts on a Node that cannot: bundles one into .cache and imports it. Dependencies
 * stay imports, and
 * `import.meta.url` stays the source's own, so that a script finds its neighbours whether bundled or not.
 * As a program: `node scripts/typescript.mjs scripts/seal.ts [arguments]`.
 */

import { readFile, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { install } from './install.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The module at `path` (from the root of the repository), loaded. */
export async function load(path) {
  if (process.versions.bun !== undefined) return import(`${ROOT}${path}`)
  const { build } = await import('esbuild')
  const outfile = `${ROOT}.cache/scripts/${basename(path, '.ts')}-${process.pid}.mjs`
  await build({
    entryPoints: [`${ROOT}${path}`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
    plugins: [keepSourceUrl],
  })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    await rm(outfile, { force: true })
  }
}

const keepSourceUrl = {
  name: 'keep-source-url',
  setup({ onLoad }) {
    onLoad({ filter: /\.(ts|mjs)$/, namespace: 'file' }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      return {
        contents: source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
        loader: path.endsWith('.ts') ? 'ts' : 'js',
      }
    })
  },
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [script, ...words] = process.argv.slice(2)
  await install(ROOT)
  process.argv = [process.execPath, `${ROOT}${script}`, ...words]
  await load(script)
}
