/**
 * `npm run check`: everything about the sources that can be said without running them, one line a check,
 * details only of what fails. `npm run check -- types tidy` runs some; `npm run format` mends what can be
 * mended by a tool.
 */

import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findCrossings } from './boundaries.ts'
import { checkSeal } from './seal.ts'
import { findUntidy } from './tidy.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

type Load = (path: string) => Promise<{ findStale?: (root: string) => string[] | Promise<string[]> }>

/** A check returns what it found wrong; nothing found is good. */
const CHECKS: Readonly<Record<string, (load: Load) => string[] | Promise<string[]>>> = {
  types: () => tool('typescript/bin/tsc', '--project', '.', '--pretty', 'false'),
  lint: () => tool('@biomejs/biome/bin/biome', 'check', '--max-diagnostics=200', '--colors=off', '.'),
  'dead code': () => tool('knip/bin/knip.js', '--no-progress', '--no-config-hints'),
  boundaries: () => findCrossings(ROOT),
  tidy: () => findUntidy(ROOT),
  seal: () => checkSeal(ROOT),
  generated: findStale,
}

/**
 * Returns the exit code: 0 good, 1 something found, 2 a check that does not exist. `load` imports a script of
 * ours by path.
 */
export async function main(words: readonly string[], load: Load): Promise<number> {
  const names = Object.keys(CHECKS)
  const unknown = words.find((word) => !names.some((name) => name.startsWith(word)))
  if (unknown !== undefined) {
    console.error(`check: was "${unknown}", wanted any of: ${names.join(', ')}.`)
    return 2
  }
  const chosen = names.filter((name) => words.length === 0 || words.some((word) => name.startsWith(word)))
  let failed = 0
  for (const name of chosen) {
    const findings = await runCheck(name, load)
    if (findings.length > 0) failed++
    console.log(`${findings.length > 0 ? '✗' : '✓'} ${name}`)
    for (const line of findings) console.log(`  ${line}`)
  }
  return failed === 0 ? 0 : 1
}

/** A check that cannot run has found something too. */
async function runCheck(name: string, load: Load): Promise<string[]> {
  try {
    return (await CHECKS[name]?.(load)) ?? [`there is no check ${name}`]
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

/** The output of a tool from node_modules when it fails. */
function tool(program: string, ...words: string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${ROOT}node_modules/${program}`, ...words], { cwd: ROOT })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.once('error', reject)
    child.once('close', (code) => {
      const lines = output.split('\n').filter((line) => line.trim() !== '')
      resolve(code === 0 ? [] : [...lines, `${program} ended with ${code}`])
    })
  })
}

/**
 * Each scripts/generate-*.ts, and requirements.ts, may export `findStale(root)`: lines that name generated
 * files which differ from their source.
 */
async function findStale(load: Load): Promise<string[]> {
  const names = readdirSync(`${ROOT}scripts`).filter((name) => /^(generate-.*|requirements)\.ts$/.test(name))
  const findings = []
  for (const name of names) {
    const generator = await load(`scripts/${name}`)
    findings.push(...((await generator.findStale?.(ROOT)) ?? []))
  }
  return findings
}
