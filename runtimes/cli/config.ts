/**
 * `ark config`: what a start would run with and where it comes from, whether a file is sound, the schema of
 * it.
 */

import { DOMAINS } from '#core/config/variable.ts'
import { credentialsOf } from '#core/config/variables.ts'
import { type Config, formatFault } from '#core/config.ts'
import type { Json } from '#core/contract.ts'
import { MASK, redact } from '#core/secrets.ts'
import { readCredentials } from '../shared/keystore.ts'
import { inspectKeystore } from '../shared/keystore-file.ts'
import type { Cli, Command } from './cli.ts'
import { type EffectiveConfig, type Origin, toEffectiveError } from './effective-config.ts'
import { didYouMean } from './nearest.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { dataDirOf, effectiveConfig } from './settings.ts'
import { table } from './text.ts'

const HELP = `
Usage: ark config show [--json]
       ark config validate [FILE] [--json]
       ark config schema

show prints the configuration that a start would run with, where each value comes from (default, file, environment or
option; it takes --port, --metrics-port, --host and --behind-proxy as start does), and which credentials there are,
masked. validate lists everything that is wrong with FILE, or with the file that a start would take, and with the
environment; it exits 1 when anything is. schema prints the JSON Schema of ark.config.json.

Example: ark config validate ark.config.json
`

export const config: Command = { help: HELP, run }

const ACTIONS = ['show', 'validate', 'schema']
const SHOWN_CHARS = 60
const LATER = ['history', 'diff', 'rollback']

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, {
    words: [0, 2],
    options: { port: 'text', 'metrics-port': 'text', host: 'text', 'behind-proxy': 'flag' },
  })
  const [action = 'show', file] = options.words
  if (file !== undefined && action !== 'validate') throw usage(file, `"${file}" is one word too many.`)
  switch (action) {
    case 'show':
      return show(options, cli)
    case 'validate':
      return validate(options, cli, file)
    case 'schema':
      return printSchema(cli)
    default:
      if (LATER.includes(action)) throw usage(action, `This build has no "config ${action}" yet.`)
      throw usage(action, `There is no "config ${action}".${didYouMean(action, ACTIONS)}`)
  }
}

/** One value of the configuration: a text, number, flag or list under its path. */
interface Leaf {
  readonly path: string
  readonly value: unknown
  readonly origin: Origin
}

interface Credential {
  readonly domain: string
  readonly name: string
  readonly origin: 'environment' | 'keystore'
  /** Since when the keystore holds its value; null before the first start with it. */
  readonly since: string | null
}

function show(options: Options, cli: Cli): number {
  const effective = effectiveConfig(options, cli)
  if (effective.config === undefined) throw toEffectiveError(effective)
  const shown = maskedConfig(effective.config, effective)
  const leaves = leavesOf(shown, [], effective)
  const credentials = listCredentials(dataDirOf(options, cli), cli)
  if (options.flag('json')) {
    const origins = Object.fromEntries(leaves.map(({ path, origin }) => [path, origin]))
    const items = credentials.map((entry) => ({ ...entry, value: MASK }))
    const { where, warnings } = effective
    cli.out(JSON.stringify({ where, config: shown, origins, credentials: items, warnings }))
    return 0
  }
  cli.out(`from ${effective.where}, the environment and the options of this command\n`)
  cli.out(
    table(leaves.map(({ path, value, origin }) => [path, origin, cut(JSON.stringify(value))])).join('\n'),
  )
  cli.out(`\ncredentials${credentials.length === 0 ? ': none' : ''}`)
  const rows = credentials.map(({ domain, name, origin, since }) => {
    return [
      `  ${domain}`,
      name,
      MASK,
      origin,
      since === null ? 'kept at the next start' : `kept since ${since}`,
    ]
  })
  if (rows.length > 0) cli.out(table(rows).join('\n'))
  for (const warning of effective.warnings) cli.err(`warning: ${warning}`)
  return 0
}

/** Whole values are in --json. */
function cut(text: string): string {
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}…`
}

/** With the settings of all plugins, and without a secret in it, though none should have passed the check. */
function maskedConfig(parsed: Config, { plugins }: EffectiveConfig): Json {
  return redact({ ...parsed, plugins } as unknown as Json)
}

function leavesOf(value: unknown, steps: readonly string[], effective: EffectiveConfig): Leaf[] {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (isTable && (steps.length === 0 || Object.keys(value).length > 0))
    return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...steps, key], effective))
  return [{ path: steps.join('.'), value, origin: effective.originOf(steps) }]
}

/** Names only: neither the environment's values nor the keystore's leave their place. */
function listCredentials(dataDir: string, cli: Cli): readonly Credential[] {
  const given = readCredentials(cli.env).values
  const kept = inspectKeystore(dataDir)?.since ?? {}
  return DOMAINS.flatMap((domain) =>
    credentialsOf(domain).flatMap(({ name }): Credential[] => {
      const since = kept[name] ?? null
      if (given.has(name)) return [{ domain, name, origin: 'environment', since }]
      return since === null ? [] : [{ domain, name, origin: 'keystore', since }]
    }),
  )
}

function validate(options: Options, cli: Cli, file: string | undefined): number {
  const { faults, warnings, where } = effectiveConfig(options, cli, file)
  const valid = faults.length === 0
  if (options.flag('json')) {
    cli.out(JSON.stringify({ valid, where, faults, warnings }))
    return valid ? 0 : 1
  }
  for (const fault of faults) cli.out(`✗ ${formatFault(fault)}`)
  for (const warning of warnings) cli.out(`! ${warning}`)
  const count = `${faults.length} fault${faults.length === 1 ? '' : 's'}`
  const sound = where === 'defaults' ? 'the defaults are sound' : `${where} is a sound configuration`
  cli.out(valid ? `✓ ${sound}` : `${where}: ${count}`)
  return valid ? 0 : 1
}

async function printSchema(cli: Cli): Promise<number> {
  // Loaded here: nothing else needs the converter.
  const { configJsonSchema } = await import('../config-schema.ts')
  cli.out(JSON.stringify(configJsonSchema(), null, 2))
  return 0
}
