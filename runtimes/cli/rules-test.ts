/**
 * `ark rules test`: plays scenario files against the rules of this build and the limits that its plugins
 * bring, and says step by step what was expected and what came.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { installPlugins } from '#core/cycle/loader.ts'
import { toMessage } from '#core/errors.ts'
import { sealRoot } from '#core/gate/seal.ts'
import type { Difference } from '#core/scenario/compare.ts'
import { parseScenarios } from '#core/scenario/parse.ts'
import { type Played, type PlayedStep, play } from '#core/scenario/play.ts'
import type { Scenario } from '#core/scenario/schema.ts'
import type { ScenarioDeps } from '#core/scenario/stage.ts'
import { formatTime } from '#core/time.ts'
import { PLUGINS } from '../plugins.ts'
import { nativeHash } from '../shared/hash.ts'
import type { Cli } from './cli.ts'
import { type Options, usage } from './options.ts'
import { loadConfig } from './settings.ts'

interface PlayedFile {
  readonly file: string
  readonly scenarios: readonly Played[]
}

/**
 * Returns the exit code; 2 when a file cannot be read or does not have the format, and the others are played.
 */
export async function testRules(paths: readonly string[], options: Options, cli: Cli): Promise<number> {
  if (paths.length === 0)
    throw usage('FILE', 'At least one scenario file or directory is wanted: ark rules test FILE.')
  const deps = await toDeps(options, cli)
  const misfits: string[] = []
  const played: PlayedFile[] = []
  for (const file of paths.flatMap(filesOf)) {
    const read = readScenarios(file)
    if (typeof read === 'string') misfits.push(read)
    else played.push({ file, scenarios: read.map((scenario) => play(scenario, deps)) })
  }
  // A malformed file is no verdict on the others.
  for (const misfit of misfits) cli.err(misfit)
  const all = played.flatMap(({ scenarios }) => scenarios)
  const failed = all.filter(({ passed }) => !passed).length
  if (options.flag('json')) cli.out(JSON.stringify(toData(played, failed, misfits.length)))
  else {
    for (const { file, scenarios } of played)
      for (const [index, each] of scenarios.entries()) cli.out(describe(file, each, index).join('\n'))
    const count = `${all.length} scenario${all.length === 1 ? '' : 's'}`
    const unread = misfits.length === 0 ? '' : `, ${misfits.length} not played`
    if (failed > 0) cli.out(`\n✗ ${failed} of ${count} failed${unread}`)
    else cli.out(`\n${misfits.length === 0 ? '✓' : '✗'} ${count} passed${unread}`)
  }
  return misfits.length > 0 ? 2 : failed === 0 ? 0 : 1
}

async function toDeps(options: Options, cli: Cli): Promise<ScenarioDeps> {
  const overlays = PLUGINS.filter(({ overlay }) => overlay !== undefined)
  const { plugins } = loadConfig(options, cli)
  const settings = Object.entries(plugins).filter(([name]) => overlays.some((plugin) => plugin.name === name))
  const installed = await installPlugins(overlays, Object.fromEntries(settings))
  return { installed, hash: nativeHash, rulesetDigest: sealRoot() }
}

/** A directory stands for the .json files in it. */
function filesOf(path: string): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path]
  const names = readdirSync(path).filter((name) => name.endsWith('.json'))
  if (names.length === 0) throw usage(path, `${path} holds no scenario: it has no .json file.`)
  return names.sort().map((name) => join(path, name))
}

/** A text is the reason why it holds none, in one line. */
function readScenarios(file: string): readonly Scenario[] | string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return usage(file, `${file} cannot be read (${toMessage(error)}).`).toLine()
  }
  const { misfits, scenarios } = parseScenarios(text)
  if (misfits === undefined) return scenarios
  const lines = misfits.map(
    ({ line, message, pointer }) => `line ${line}: ${pointer || 'the file'} ${message}`,
  )
  return usage(file, `${file} is no scenario: ${lines.join('; ')}.`).toLine()
}

function describe(file: string, played: Played, index: number): readonly string[] {
  const name = played.name === '' ? `scenario ${index + 1}` : played.name
  return [`${played.passed ? '✓' : '✗'} ${name}  (${file})`, ...played.steps.flatMap(describeStep)]
}

function describeStep({ answer, at, differences, kind, name, number }: PlayedStep): readonly string[] {
  const mark = differences === undefined ? '·' : differences.length === 0 ? '✓' : '✗'
  const refusals = [
    ...answer.deniedBy,
    ...answer.unknown.map((rule) => `${rule} (unknown)`),
    ...answer.held.map((rule) => `${rule} (held)`),
    ...answer.limits,
  ]
  const came = answer.refused ?? (refusals.length === 0 ? 'allowed' : refusals.join(', '))
  const head = `  ${mark} ${number} ${name === '' ? kind : `${kind}, ${name}`} at ${formatTime(at)}: ${came}`
  return [head, ...(differences ?? []).flatMap((difference) => describeDifference(difference, answer))]
}

function describeDifference(difference: Difference, answer: PlayedStep['answer']): readonly string[] {
  const { expected, got, member, missing, surprising } = difference
  const lines = [`      ${member}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`]
  for (const name of [...missing, ...surprising]) {
    const rule = answer.rules.find((result) => result.rule === name)
    const limit = answer.limitResults.find((result) => result.limit === name)
    const [verdict, observed, bound, reason] =
      rule !== undefined
        ? [rule.verdict, rule.observed, rule.limit, rule.reason]
        : [limit?.verdict, limit?.observed, limit?.limitValue, limit?.reason]
    if (verdict === undefined) lines.push(`        ${name}: there is no such rule or limit in the answer`)
    else
      lines.push(
        `        ${name}: ${verdict}, observed ${observed ?? 'none'}, limit ${bound ?? 'none'}: ${reason}`,
      )
  }
  return lines
}

function toData(played: readonly PlayedFile[], failed: number, unread: number) {
  const count = played.reduce((sum, { scenarios }) => sum + scenarios.length, 0)
  return {
    passed: failed === 0 && unread === 0,
    scenarios: count,
    failed,
    unread,
    files: played.map((each) => ({
      file: each.file,
      scenarios: each.scenarios.map(({ name, passed, steps }) => ({
        name,
        passed,
        steps: steps.map(({ at, answer, differences, ...step }) => ({
          ...step,
          at: formatTime(at),
          passed: differences === undefined ? null : differences.length === 0,
          differences: differences ?? [],
          ...answer,
          limits: answer.limits,
          limitResults: answer.limitResults.filter(({ verdict }) => verdict !== 'allow'),
          rules: answer.rules.filter(({ verdict }) => verdict !== 'allow' && verdict !== 'n/a'),
        })),
      })),
    })),
  }
}
