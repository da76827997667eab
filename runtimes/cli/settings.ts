/**
 * Where a command finds its data directory and its configuration: options first, then the environment, then
 * the defaults.
 */

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Config, checkConfig, parseConfig } from '#core/config.ts'
import { ArkError, toMessage } from '#core/errors.ts'
import { type LogLevel, parseLogLevel } from '../shared/log.ts'
import type { Cli } from './cli.ts'
import { integerOption, type Options } from './options.ts'

const CONFIG_FILE = 'ark.config.json'
const PORTS = [0, 65_535] as const

/** As typed, so that messages stay short; files are opened by its absolute form. */
export function dataDirOf(options: Options, cli: Cli): string {
  return options.text('data-dir') ?? cli.env.ARK_DATA_DIR ?? './data'
}

/** Throws CONFIG_INVALID, or FILE_MISSING for a file that was named and is not there. */
export function loadConfig(options: Options, cli: Cli): Config {
  const named = options.text('config') ?? cli.env.ARK_CONFIG
  const path = named ?? CONFIG_FILE
  if (named === undefined && !existsSync(path)) return checkConfig({}, 'defaults')
  return parseConfig(readText(resolve(path)), path)
}

/** The ports of a start: options win over ARK_PORT and ARK_METRICS_PORT, these over the file. */
export function listenSettings(options: Options, cli: Cli, config: Config): Config['http'] {
  const { http } = config
  const port = portFrom(cli.env.ARK_PORT, 'ARK_PORT', http.port)
  const metricsPort = portFrom(cli.env.ARK_METRICS_PORT, 'ARK_METRICS_PORT', http.metricsPort)
  return {
    ...http,
    host: options.text('host') ?? cli.env.ARK_HOST ?? http.host,
    port: integerOption(options, 'port', port, PORTS),
    metricsPort: integerOption(options, 'metrics-port', metricsPort, PORTS),
    behindProxy: http.behindProxy || options.flag('behind-proxy'),
  }
}

export function logLevelOf(cli: Cli): LogLevel {
  const text = cli.env.ARK_LOG_LEVEL ?? 'info'
  const level = parseLogLevel(text)
  if (level !== undefined) return level
  throw new ArkError('CONFIG_INVALID', 'ARK_LOG_LEVEL', `It is "${text}", wanted debug, info, warn or error.`)
}

function portFrom(text: string | undefined, name: string, fallback: number): number {
  if (text === undefined) return fallback
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= PORTS[1]) return port
  throw new ArkError('CONFIG_INVALID', name, `It is "${text}", wanted a port from 0 to 65535.`)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ArkError('FILE_MISSING', path, `The configuration cannot be read (${toMessage(error)}).`, {
      cause: error,
    })
  }
}
