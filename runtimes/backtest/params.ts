/**
 * What a strategy's own schema says against parameters, in the words of the command line.
 *
 * Called before a run for what was typed after --param or --grid. What a configuration file says wrongly
 * stays the loader's to refuse.
 */

import { type Fault, keysOf, schemaFaults } from '#core/config/faults.ts'
import type { Plugin } from '#core/contract.ts'
import { usage } from '../cli/options.ts'

/** Paths begin with the strategy's name; what several parameters are together is said of it alone. */
export async function paramFaults(plugin: Plugin, settings: unknown): Promise<readonly Fault[]> {
  const result = await plugin.config['~standard'].validate(settings ?? {})
  return schemaFaults(result.issues ?? [], plugin.config, [plugin.name])
}

/** Throws BAD_USAGE for the first of the `typed` names that the strategy refuses, or for all of them together. */
export async function checkParams(
  plugin: Plugin,
  settings: unknown,
  typed: readonly string[],
  option: '--param' | '--grid',
): Promise<void> {
  const { name, config } = plugin
  const known = keysOf(config)
  for (const { path, why } of await paramFaults(plugin, settings)) {
    const [key = ''] = path.slice(name.length + 1).split('.')
    if (key !== '' && !typed.includes(key)) continue
    if (key === '') throw usage(option, `${name} refuses them together: ${why}.`)
    if (known?.includes(key) !== false) throw usage(`${option} ${key}`, `It ${why}.`)
    throw usage(`${option} ${key}`, `${name} has ${known.join(', ') || 'no parameter'}.`)
  }
}
