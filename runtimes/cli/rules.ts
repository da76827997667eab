/** `ark rules`: the 26 rules as they are sealed into this build. */

import { ArkError } from '#core/errors.ts'
import { sealHolds } from '#core/gate/seal.ts'
import { RULES, type Rule } from '#graveyard/rules.ts'
import { SEAL } from '#graveyard/seal.ts'
import { nativeHash } from '../shared/hash.ts'
import type { Cli, Command } from './cli.ts'
import { didYouMean } from './nearest.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { table } from './text.ts'

const HELP = `
Usage: ark rules list [--json]
       ark rules show RULE [--json]
       ark rules verify [--json]
       ark rules test FILE… [--json]

The rules that every order is judged by. RULE is a name or a number from 1 to 26. verify compares the rules in
memory with their seal and exits 1 when they differ. test plays scenarios (docs/SCENARIOS.md), all .json files of
a directory, and exits 1 when a step does not answer as it expects, 2 when a file is none.

Example: ark rules show max_position_size
`

export const rules: Command = { help: HELP, run }

const ACTIONS = ['list', 'show', 'verify', 'test', 'diff']

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { words: [0, 10_000] })
  const [action = 'list', ...names] = options.words
  const [name] = names
  switch (action) {
    case 'list':
      return list(options, cli)
    case 'show':
      return show(options, cli, findRule(name))
    case 'verify':
      return verify(options, cli)
    case 'test':
      return (await import('./rules-test.ts')).testRules(names, options, cli)
    case 'diff':
      throw usage(action, `This build has no "rules ${action}" yet.`)
    default:
      throw usage(action, `There is no "rules ${action}".${didYouMean(action, ACTIONS)}`)
  }
}

function list(options: Options, cli: Cli): number {
  if (options.flag('json')) {
    cli.out(JSON.stringify({ items: RULES.map(toData), next: null }))
    return 0
  }
  const rows = RULES.map((rule) => [
    String(rule.number),
    rule.name,
    String(rule.value),
    rule.severity,
    rule.effect,
    rule.category,
  ])
  cli.out(table([['#', 'rule', 'value', 'severity', 'effect', 'category'], ...rows], [0, 2]).join('\n'))
  return 0
}

function show(options: Options, cli: Cli, rule: Rule): number {
  if (options.flag('json')) {
    cli.out(JSON.stringify(toData(rule)))
    return 0
  }
  const when = rule.effectWhen === null ? '' : ` (${rule.effectWhen})`
  const reasons = rule.reasons.filter((reason) => reason !== '').map((reason) => `  ${reason}`)
  cli.out(
    [
      `${rule.number} ${rule.name} = ${rule.value}`,
      `${rule.category}, ${rule.severity}, effect ${rule.effect}${when}, measured as ${rule.unit}`,
      '',
      rule.summary,
      '',
      'It may answer:',
      ...reasons,
    ].join('\n'),
  )
  return 0
}

function verify(options: Options, cli: Cli): number {
  const holds = sealHolds(nativeHash)
  if (options.flag('json')) cli.out(JSON.stringify({ holds, root: SEAL.root, limits: SEAL.limits }))
  else if (holds) cli.out(`the seal holds: ${RULES.length} rules, root ${SEAL.root}, limits ${SEAL.limits}`)
  if (!holds) throw new ArkError('SEAL_BROKEN', 'graveyard', 'The rules in memory are not the sealed ones.')
  return 0
}

function findRule(name: string | undefined): Rule {
  const found = RULES.find((rule) => rule.name === name || String(rule.number) === name)
  if (found !== undefined) return found
  const names = RULES.map((rule) => rule.name)
  throw usage(name ?? '', `There is no rule "${name ?? ''}".${didYouMean(name ?? '', names)}`)
}

function toData({ number, name, category, value, severity, effect, effectWhen, unit, summary }: Rule) {
  return { number, name, category, value, severity, effect, effectWhen, unit, summary }
}
