/**
 * The overlay files that a configuration names, read and handed to HRM as its settings: what decides is then
 * part of the configuration's digest, whatever becomes of the files.
 */

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from '#core/config.ts'
import { ArkError, toMessage } from '#core/errors.ts'

/** Throws FILE_MISSING, naming the file. */
export function withRulesets(config: Config): Config {
  const { plugins, rulesets } = config
  if (rulesets.length === 0) return config
  const read = rulesets.map((file) => ({ file, text: readText(file) }))
  return { ...config, plugins: { ...plugins, hrm: { ...settingsOf(plugins.hrm), rulesets: read } } }
}

function settingsOf(settings: unknown): object {
  return typeof settings === 'object' && settings !== null && !Array.isArray(settings) ? settings : {}
}

function readText(file: string): string {
  try {
    return readFileSync(resolve(file), 'utf8')
  } catch (error) {
    throw new ArkError('FILE_MISSING', file, `The ruleset cannot be read (${toMessage(error)}).`, {
      cause: error,
    })
  }
}
