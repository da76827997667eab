/**
 * Makes sure that what package.json names is really there, whoever laid out node_modules: npm, Deno and Bun
 * each do it in their own way, and each may have been interrupted. Called before every build and run, so it
 * only reads a few small files when all is well; otherwise it says so in one line and lets the package
 * manager of this runtime install.
 */

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** Rejects with a one-line Error when the packages cannot be had. */
export async function install(root) {
  const marker = join(root, '.cache', 'installing')
  await otherInstall(marker)
  const reason = existsSync(marker) ? 'the last install did not finish' : firstMissing(root)
  if (reason === undefined) return

  console.error(`ark: installing dependencies (${reason})`)
  mkdirSync(dirname(marker), { recursive: true })
  await runPackageManager(root, marker)
  const still = firstMissing(root)
  if (still !== undefined) throw new Error(`installed, yet ${still}. Delete node_modules and try again.`)
  rmSync(marker, { force: true })
}

/**
 * Two installs at once would ruin each other. The marker holds the process id of the one that runs, or ran.
 */
async function otherInstall(marker) {
  const isRunning = () => existsSync(marker) && isAlive(Number(readFileSync(marker, 'utf8')))
  if (!isRunning()) return
  console.error('ark: waiting for another install')
  for (let i = 0; i < 600 && isRunning(); i++) await setTimeout(200)
}

/**
 * Ctrl-C stops the package manager first and us after it, so that the next start does not meet it still at
 * work.
 */
async function runPackageManager(root, marker) {
  const [program, ...words] = process.versions.bun === undefined ? npm() : bun()
  const shell = program.endsWith('.cmd')
  const manager = spawn(program, words, { cwd: root, shell, stdio: ['ignore', 'ignore', 'pipe'] })
  const stop = (signal) => {
    manager.once('close', () => process.exit(signal === 'SIGINT' ? 130 : 143))
    manager.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)
  writeFileSync(marker, String(manager.pid ?? 0))

  let errors = ''
  manager.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const code = await new Promise((resolve) => {
    manager.once('error', (error) => resolve(error.message))
    manager.once('close', resolve)
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop)
  if (code !== 0)
    throw new Error(`installing dependencies failed (${program}: ${code}). ${firstErrors(errors)}`)
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}

/**
 * Why an install is needed, or undefined. Versions of direct dependencies are exact, so a changed pin shows.
 */
export function firstMissing(root) {
  const own = readJson(join(root, 'package.json'))
  const platforms = readPlatforms(root)
  const seen = new Set()
  const queue = Object.entries({ ...own.dependencies, ...own.devDependencies }).map(([name, version]) => {
    return { name, version, from: root }
  })
  for (const { name, version, from } of queue) {
    const folder = find(name, from)
    if (folder === undefined) return `${name} is missing`
    if (seen.has(folder)) continue
    seen.add(folder)
    const found = readJson(join(folder, 'package.json'))
    if (found === undefined) return `${name} is incomplete`
    if (version !== undefined && found.version !== version)
      return `${name} is ${found.version}, wanted ${version}`
    if (typeof found.main === 'string' && !hasMain(folder, found.main)) return `${name} is incomplete`
    for (const needed of Object.keys(found.dependencies ?? {})) {
      if (found.optionalDependencies?.[needed] === undefined) queue.push({ name: needed, from: folder })
    }
    const bindings = Object.keys(found.optionalDependencies ?? {}).filter((binding) =>
      isForHere(platforms[binding]),
    )
    if (bindings.length > 0 && !bindings.some((binding) => find(binding, folder) !== undefined)) {
      return `${name} lacks its part for ${process.platform}-${process.arch}`
    }
  }
  return undefined
}

/**
 * The folder that an import of `name` from `from` would reach; links are followed, because Deno and Bun link.
 */
function find(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
    if (folder === dirname(folder)) return undefined
  }
}

function hasMain(folder, main) {
  const path = join(folder, main)
  return ['', '.js', '.cjs', '/index.js'].some((ending) => existsSync(path + ending))
}

/** Which optional packages are for which platform is written in npm's lock only. */
function readPlatforms(root) {
  const platforms = {}
  for (const [path, entry] of Object.entries(readJson(join(root, 'package-lock.json'))?.packages ?? {})) {
    if (entry.os !== undefined || entry.cpu !== undefined)
      platforms[path.replace(/^.*node_modules\//, '')] = entry
  }
  return platforms
}

/** The C library is not asked for: of the two Linux variants either one counts. */
function isForHere(entry) {
  if (entry === undefined) return false
  return (
    (entry.os ?? [process.platform]).includes(process.platform) &&
    (entry.cpu ?? [process.arch]).includes(process.arch)
  )
}

function npm() {
  const words = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const caller = process.env.npm_execpath
  if (caller !== undefined && /npm-cli\.[cm]?js$/.test(caller)) return [process.execPath, caller, ...words]
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', ...words]
}

/** A package manager explains itself at length; what went wrong is in its first lines. */
function firstErrors(output) {
  const lines = output.split('\n').map((line) => line.replace(/^npm error ?/, '').trim())
  return lines
    .filter((line) => line !== '')
    .slice(0, 4)
    .join('\n  ')
}

/** No lock is left behind: Bun takes the versions from package-lock.json. */
function bun() {
  return [process.execPath, 'install', '--no-save', '--no-progress']
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
