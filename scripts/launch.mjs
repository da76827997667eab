/**
 * What `run.mjs` does once the runtime is known to be new enough: install, build, then become the program
 * that was asked for. The program is imported into this process rather than spawned: there is no parent left
 * to forward signals and exit codes, and none to outlive, or be outlived by, the program when someone kills
 * it.
 */

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { install } from './install.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const ON_BUN = process.versions.bun !== undefined

/** `words` as typed: a command and its arguments; none means `start`. */
export async function launch(words) {
  const [command = 'start', ...rest] = words
  if (!ON_BUN && calledByBun()) return handToBun(words)
  try {
    await install(ROOT)
    if (command === 'check') return await check(rest)
    if (command === 'test') {
      await build()
      return await become('node_modules/vitest/vitest.mjs', ['run', ...rest])
    }
    await become(await build(), [command, ...rest])
  } catch (error) {
    console.error(process.env.ARK_LOG_LEVEL === 'debug' ? error : `ark: ${error.message}`)
    process.exit(1)
  }
}

/** The file to run. Bun takes the sources; Node gets a bundle, because Node 20 cannot read TypeScript. */
async function build() {
  if (ON_BUN || !existsSync(`${ROOT}runtimes/main.ts`)) return 'runtimes/main.ts'
  const { buildWhenStale } = await import('./build.mjs')
  return buildWhenStale()
}

async function check(words) {
  const { load } = await import('./typescript.mjs')
  const { main } = await load('scripts/check.ts')
  process.exitCode = await main(words, load)
}

/** From here on this process is `node FILE ARGUMENTS…`, as far as the file can tell. */
async function become(file, words) {
  const path = `${ROOT}${file}`
  process.argv = [process.execPath, path, ...words]
  await import(pathToFileURL(path).href)
}

/** bunfig.toml makes Bun run us itself; in a folder below the root Bun does not read it and takes Node. */
function calledByBun() {
  return (
    /^bun\//.test(process.env.npm_config_user_agent ?? '') &&
    /bun(\.exe)?$/.test(process.env.npm_execpath ?? '')
  )
}

function handToBun(words) {
  const bun = spawn(process.env.npm_execpath, [process.argv[1], ...words], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => bun.kill(signal))
  bun.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
}
