/**
 * Fetches the rule engines that `ark bench rules` measures itself against from npm into .cache/peers, version
 * by version, and prints the folder. They are no dependency of ARK and nothing else loads them: without this
 * folder the bench leaves their ratios out. What is there already is not fetched again.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../.cache', import.meta.url))

/** Exact, so that a figure can be measured again. */
export const PEERS = { '@cedar-policy/cedar-wasm': '4.13.0', 'json-rules-engine': '7.3.1' }

const MANIFEST = JSON.stringify({ private: true, dependencies: PEERS })

/** The absolute path of the folder whose node_modules holds the peers; throws an Error when npm cannot fetch them. */
export function peers(cache = CACHE) {
  const folder = join(cache, 'peers')
  if (!isCurrent(folder)) fetchInto(folder)
  return folder
}

function isCurrent(folder) {
  const path = join(folder, 'package.json')
  return existsSync(path) && readFileSync(path, 'utf8') === MANIFEST
}

/** Into a folder of our own first, so that an interrupted fetch leaves nothing that looks whole. */
function fetchInto(folder) {
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  writeFileSync(join(unfinished, 'package.json'), MANIFEST)
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, stderr } = spawnSync('npm', words, {
    cwd: unfinished,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  // npm rewrites the manifest in a form of its own.
  writeFileSync(join(unfinished, 'package.json'), MANIFEST)
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true })
    throw new Error(`The peers cannot be had from npm. ${stderr ?? ''}`)
  }
  rmSync(folder, { recursive: true, force: true })
  renameSync(unfinished, folder)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(peers())
