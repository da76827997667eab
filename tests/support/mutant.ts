/**
 * A copy of the tree in which any one rule can be switched off: with SWITCHED_OFF_RULE=8 rule 8 answers "does not
 * apply" wherever it would deny, hold or be unsure. Sealed anew and bundled, so that it boots like any build.
 */

import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runSeal } from '#scripts/seal.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const COPIED = [
  'core',
  'graveyard',
  'plugins',
  'runtimes',
  'scripts',
  'package.json',
  'package-lock.json',
  'tests/support',
  'tests/scenarios',
  'tests/unit/graveyard',
]
const OUTCOME = 'graveyard/outcome.ts'
const VERBS = /^export function (?:deny|hold|unknown)\([\s\S]*?\): number \{$/gm
const SWITCH = "const OFF = Number(process.env.SWITCHED_OFF_RULE ?? '0')"

export interface Mutant {
  /** `node PROGRAM …` in the copy; `off` = 0 leaves all rules on. */
  run(
    args: readonly string[],
    off: number,
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }>
  write(path: string, text: string): void
  read(path: string): string
  remove(): void
}

export async function createMutant(): Promise<Mutant> {
  const folder = mkdtempSync(join(tmpdir(), 'ark-mutant-'))
  for (const path of COPIED) cpSync(join(ROOT, path), join(folder, path), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir')
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  const write = (path: string, text: string) => {
    // The copy of a rule file is as read-only as the file.
    rmSync(join(folder, path), { force: true })
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const whole = read(OUTCOME)
  const switched = whole.replace(VERBS, (head) => `${head}\n  if (rule === OFF) return exempt(out, rule)`)
  if (switched.split('rule === OFF').length !== 4) throw new Error(`${OUTCOME} has not its three verbs.`)
  write(OUTCOME, `${switched}\n${SWITCH}\n`)
  runSeal([], folder)
  const run: Mutant['run'] = (args, off) =>
    new Promise((resolve) => {
      // ARK knows its variables, and refuses this one.
      const { ARK_MUTATE: _, ...inherited } = process.env
      const env = { ...inherited, SWITCHED_OFF_RULE: String(off), NO_COLOR: '1' }
      const options = { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 }
      const child = execFile(process.execPath, args, options, (_, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      )
    })
  const built = await run(
    ['--input-type=module', '-e', "await (await import('./scripts/build.mjs')).buildWhenStale()"],
    0,
  )
  if (built.code !== 0) throw new Error(built.err)
  return { run, read, write, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
