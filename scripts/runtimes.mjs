/**
 * Fetches the Deno and Bun that ARK is tested with from npm into .cache/runtimes and prints their paths, one
 * `name path` a line; `runtimes.mjs deno` prints one bare path. For tests, CI and the binary build only: a
 * start never fetches a runtime. What is there already is not fetched again, so a second call needs no
 * network.
 */

import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../.cache/runtimes', import.meta.url))
const ON_WINDOWS = process.platform === 'win32'

/** The vendor's npm package, its version, and where its package for one platform keeps the program. */
const RUNTIMES = {
  deno: { version: '2.9.6', scope: '@deno', program: ON_WINDOWS ? 'deno.exe' : 'deno' },
  bun: { version: '1.4.5', scope: '@oven', program: ON_WINDOWS ? 'bin/bun.exe' : 'bin/bun' },
}

/** The absolute path of `name` ('deno' or 'bun'); throws an Error when it cannot be fetched. */
export function runtime(name) {
  const { version } = RUNTIMES[name]
  const folder = join(CACHE, `${name}-${version}`)
  if (!existsSync(folder)) fetchInto(folder, name, version)
  const link = join(folder, 'path')
  return join(folder, readFileSync(link, 'utf8'))
}

/** Into a folder of our own first, so that an interrupted fetch leaves nothing that looks whole. */
function fetchInto(folder, name, version) {
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  writeFileSync(join(unfinished, 'package.json'), '{"private":true}')
  // The vendors' postinstall scripts only move the program about.
  const words = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-save',
    '--loglevel=error',
    `${name}@${version}`,
  ]
  const { status, stderr } = spawnSync('npm', words, { cwd: unfinished, encoding: 'utf8', shell: ON_WINDOWS })
  const path = status === 0 ? findProgram(unfinished, RUNTIMES[name]) : undefined
  if (path === undefined) {
    rmSync(unfinished, { recursive: true, force: true })
    throw new Error(`${name} ${version} cannot be had from npm. ${stderr ?? ''}`)
  }
  chmodSync(join(unfinished, path), 0o755)
  writeFileSync(join(unfinished, 'path'), path)
  if (existsSync(folder)) rmSync(unfinished, { recursive: true, force: true })
  else renameSync(unfinished, folder)
}

function findProgram(folder, { scope, program }) {
  const packages = readdirSync(join(folder, 'node_modules', scope))
  return packages
    .map((name) => join('node_modules', scope, name, program))
    .find((path) => existsSync(join(folder, path)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2)
  if (asked.length === 1) console.log(runtime(asked[0]))
  else for (const name of Object.keys(RUNTIMES)) console.log(`${name} ${runtime(name)}`)
}
