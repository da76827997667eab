/**
 * Bundles ARK for Node into dist/ark.mjs. The seal of the rules is checked first, and a build of broken rules
 * is refused.
 * `buildWhenStale` is what a start calls: it compares a digest of everything that goes in with the one in the
 * bundle's first line.
 */

import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install } from './install.mjs'
import { load } from './typescript.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OUTPUT = 'dist/ark.mjs'
const INPUTS = [
  'core',
  'graveyard',
  'plugins',
  'runtimes',
  'package.json',
  'package-lock.json',
  'scripts/build.mjs',
]

/**
 * The client loads its native half by a computed name, which no bundler can follow: it stays in node_modules.
 */
const EXTERNAL = ['@libsql/client']

/** Packages of the older kind call `require`, which a module does not have. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module'
const require = __createRequire(import.meta.url)`

/** Returns the bundle's path from the root. */
export async function buildWhenStale() {
  const stamp = `// ARK, built from ${digestOf(INPUTS)}\n`
  if (!isCurrent(stamp)) {
    console.error('ark: building')
    await build(stamp)
  }
  return OUTPUT
}

async function build(stamp) {
  const esbuild = await import('esbuild')
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(ROOT, 'runtimes/main.ts')],
    outfile: join(ROOT, OUTPUT),
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: EXTERNAL,
    define: await constants(),
    legalComments: 'none',
    logLevel: 'error',
    banner: { js: REQUIRE },
  })
  mkdirSync(join(ROOT, 'dist'), { recursive: true })
  const unfinished = join(ROOT, `${OUTPUT}.${process.pid}`)
  writeFileSync(unfinished, stamp + outputFiles[0].text)
  renameSync(unfinished, join(ROOT, OUTPUT))
}

/** What every bundle and binary carries inside; throws when the rules do not match their seal. */
export async function constants() {
  await checkSeal()
  const { buildDigest, version } = await load('runtimes/build-info.ts')
  return { __ARK_BUILD_DIGEST__: JSON.stringify(buildDigest()), __ARK_VERSION__: JSON.stringify(version()) }
}

/** Read-only is a courtesy to whoever edits a rule by mistake; the seal is the guarantee. */
async function checkSeal() {
  const { assertSealed } = await load('scripts/seal.ts')
  assertSealed(ROOT)
  for (const path of listFiles('graveyard')) chmodSync(join(ROOT, path), 0o444)
}

function isCurrent(stamp) {
  const path = join(ROOT, OUTPUT)
  return existsSync(path) && readFileSync(path, 'utf8').startsWith(stamp)
}

function digestOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(listFiles)) hash.update(`${path}\n`).update(readFileSync(join(ROOT, path)))
  return hash.digest('hex')
}

/** The file, or the files below the folder, from the root and sorted. */
function listFiles(path) {
  if (statSync(join(ROOT, path)).isFile()) return [path]
  const names = readdirSync(join(ROOT, path)).sort()
  return names.flatMap((name) => listFiles(`${path}/${name}`))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await install(ROOT)
  const start = performance.now()
  try {
    await build(`// ARK, built from ${digestOf(INPUTS)}\n`)
    console.log(`${OUTPUT} in ${Math.round(performance.now() - start)} ms`)
  } catch (error) {
    console.error(`ark: ${error.message}`)
    process.exitCode = 1
  }
}
