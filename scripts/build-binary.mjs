/**
 * Builds dist/ark, one executable that needs no runtime, no node_modules and no network. Bun compiles it; a
 * Node that runs this hands over to the Bun on the PATH, or else to the one from npm.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constants } from './build.mjs'
import { install } from './install.mjs'
import { runtime } from './runtimes.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OUTPUT = join('dist', process.platform === 'win32' ? 'ark.exe' : 'ark')

async function main() {
  await install(ROOT)
  if (process.versions.bun === undefined) return handToBun()
  const binding = findBinding()
  let rewritten = 0
  const pinBinding = {
    name: 'pin-binding',
    setup({ onLoad }) {
      onLoad({ filter: /node_modules[\\/]libsql[\\/](index|promise)\.js$/ }, ({ path }) => {
        // The library computes the name of its native half; a compiler embeds only what is named in plain
        // text.
        const source = readFileSync(path, 'utf8')
        const contents = source.replace('require(`@libsql/${target}`)', `require('${binding}/index.node')`)
        if (contents !== source) rewritten++
        return { contents, loader: 'js' }
      })
    },
  }
  const { success, logs } = await Bun.build({
    entrypoints: [join(ROOT, 'runtimes/main.ts')],
    compile: { outfile: join(ROOT, OUTPUT), autoloadBunfig: false, autoloadDotenv: false },
    define: await constants(),
    plugins: [pinBinding],
    throw: false,
  })
  if (!success) throw new Error(`the compiler refused: ${logs.join('\n')}`)
  if (rewritten === 0)
    throw new Error('libsql no longer loads its native part as it did; mend scripts/build-binary.mjs.')
  console.log(`${OUTPUT}, ${Math.round(statSync(join(ROOT, OUTPUT)).size / 1e6)} MB`)
}

function handToBun() {
  const script = fileURLToPath(import.meta.url)
  const onPath = spawnSync('bun', ['--version']).status === 0
  const { status } = spawnSync(onPath ? 'bun' : runtime('bun'), [script], { cwd: ROOT, stdio: 'inherit' })
  process.exitCode = status ?? 1
}

/**
 * The package with the native part for this machine, found as the library itself would, in any layout of
 * node_modules.
 */
function findBinding() {
  const fromClient = createRequire(realpathSync(join(ROOT, 'node_modules/@libsql/client/package.json')))
  const library = fromClient.resolve('libsql')
  const here = `@libsql/${process.platform}-${process.arch}`
  const names = existsSync('/etc/alpine-release') ? [`${here}-musl`] : [`${here}-gnu`, `${here}-msvc`, here]
  const name = names.find((candidate) => resolves(createRequire(library), `${candidate}/index.node`))
  if (name === undefined)
    throw new Error(`libsql has no native part for ${process.platform}-${process.arch}.`)
  return name
}

function resolves(require, name) {
  try {
    return require.resolve(name) !== ''
  } catch {
    return false
  }
}

try {
  await main()
} catch (error) {
  console.error(`ark: ${error.message}`)
  process.exitCode = 1
}
