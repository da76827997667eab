/**
 * Fetches what `ark bench` measures itself against into .cache, version by version, and prints the folder.
 * None of it is a dependency of ARK and nothing else loads it: without these folders the bench leaves their
 * ratios out. What is there already is not fetched again.
 *
 *   node scripts/peers.mjs            rule engines from npm, for `ark bench rules`
 *   node scripts/peers.mjs --engine   backtest engines from npm and, where Python is at hand, from PyPI, for
 *                                     `ark bench engine`
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../.cache', import.meta.url))

/** Exact, so that a figure can be measured again. */
export const PEERS = { '@cedar-policy/cedar-wasm': '4.13.0', 'json-rules-engine': '7.3.1' }

/** grademark calls chai and does not ask for it. */
export const ENGINE_PEERS = { grademark: '0.3.0', chai: '4.5.0' }

export const PYTHON_PEERS = ['backtrader==1.9.78.123', 'nautilus_trader==1.221.0']

/** nautilus_trader has wheels for these; whichever is found first. */
const PYTHONS = ['python3.11', 'python3.12', 'python3.13', 'python3']

/**
 * The absolute path of the folder whose node_modules holds the peers; throws an Error when npm cannot fetch
 * them.
 */
export function peers(cache = CACHE) {
  return fromNpm(join(cache, 'peers'), PEERS)
}

/**
 * The same for other engines, with those of Python in a virtual environment beside them. `missing` says why
 * there are none of Python, and is absent otherwise.
 */
export function enginePeers(cache = CACHE) {
  const folder = fromNpm(join(cache, 'engine-peers'), ENGINE_PEERS)
  const missing = fromPython(join(folder, 'python'))
  return { folder, ...(missing === undefined ? {} : { missing }) }
}

function fromNpm(folder, dependencies) {
  const manifest = JSON.stringify({ private: true, dependencies })
  if (!holds(join(folder, 'package.json'), manifest)) fetchInto(folder, manifest)
  return folder
}

function holds(path, text) {
  return existsSync(path) && readFileSync(path, 'utf8') === text
}

/** Into a folder of our own first, so that an interrupted fetch leaves nothing that looks whole. */
function fetchInto(folder, manifest) {
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  writeFileSync(join(unfinished, 'package.json'), manifest)
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, stderr } = spawnSync('npm', words, {
    cwd: unfinished,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  // npm rewrites the manifest in a form of its own.
  writeFileSync(join(unfinished, 'package.json'), manifest)
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true })
    throw new Error(`The peers cannot be had from npm. ${stderr ?? ''}`)
  }
  rmSync(folder, { recursive: true, force: true })
  renameSync(unfinished, folder)
}

/** An environment cannot be moved, so a list that is written last says that it is whole. */
function fromPython(folder) {
  const list = join(folder, 'peers.txt')
  const wanted = PYTHON_PEERS.join('\n')
  if (holds(list, wanted)) return undefined
  rmSync(folder, { recursive: true, force: true })
  const made = PYTHONS.some((python) => spawnSync(python, ['-m', 'venv', folder]).status === 0)
  if (!made) return `no Python is at hand that makes a virtual environment (${PYTHONS.join(', ')})`
  const words = ['-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', ...PYTHON_PEERS]
  const { status, stderr } = spawnSync(join(folder, 'bin', 'python'), words, { encoding: 'utf8' })
  if (status !== 0) {
    rmSync(folder, { recursive: true, force: true })
    return `pip cannot fetch ${PYTHON_PEERS.join(' and ')}. ${stderr ?? ''}`
  }
  writeFileSync(list, wanted)
  return undefined
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === '--engine') {
    const { folder, missing } = enginePeers()
    if (missing !== undefined) console.error(`peers of Python are left out: ${missing}`)
    console.log(folder)
  } else console.log(peers())
}
