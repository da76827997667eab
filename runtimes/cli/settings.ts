/**
 * Where a command finds its data directory and its configuration: options first, then the environment, then
 * the file, then the defaults.
 */

import { logLevelFrom } from '#core/config/environment.ts'
import type { Config } from '#core/config.ts'
import { ArkError } from '#core/errors.ts'
import type { LogLevel } from '../shared/log.ts'
import type { Cli } from './cli.ts'
import { type EffectiveConfig, readEffectiveConfig, toEffectiveError } from './effective-config.ts'
import { integerOption, type Options } from './options.ts'
import { withRulesets } from './rulesets.ts'

const PORTS = [0, 65_535] as const

/** As typed, so that messages stay short; files are opened by its absolute form. */
export function dataDirOf(options: Options, cli: Cli): string {
  return options.text('data-dir') ?? (cli.env.ARK_DATA_DIR || './data')
}

/**
 * Throws CONFIG_INVALID with every fault, or FILE_MISSING for a file that was named and is not there. Says
 * one line for each retired variable that is set.
 */
export function loadConfig(options: Options, cli: Cli): Config {
  const effective = effectiveConfig(options, cli)
  for (const warning of effective.warnings) cli.err(`warning: ${warning}`)
  if (effective.config === undefined) throw toEffectiveError(effective)
  return withRulesets(effective.config)
}

/** `file` = another one than options and environment name. */
export function effectiveConfig(options: Options, cli: Cli, file?: string): EffectiveConfig {
  const named = file ?? options.text('config') ?? (cli.env.ARK_CONFIG || undefined)
  return readEffectiveConfig({ named, env: cli.env, overrides: listenOptions(options) })
}

export function logLevelOf(cli: Cli): LogLevel {
  const level = logLevelFrom(cli.env)
  if (typeof level === 'string') return level
  throw new ArkError('CONFIG_INVALID', level.path, `${level.why}.`)
}

/**
 * The options that stand for keys of the configuration, as it would say them. Commands without them say
 * nothing.
 */
function listenOptions(options: Options): { readonly http: Partial<Config['http']> } {
  const host = options.text('host')
  return {
    http: {
      ...(host === undefined ? {} : { host }),
      ...portOption(options, 'port', 'port'),
      ...portOption(options, 'metrics-port', 'metricsPort'),
      ...(options.flag('behind-proxy') ? { behindProxy: true } : {}),
    },
  }
}

function portOption(options: Options, name: string, key: 'port' | 'metricsPort'): Partial<Config['http']> {
  return options.text(name) === undefined ? {} : { [key]: integerOption(options, name, 0, PORTS) }
}
