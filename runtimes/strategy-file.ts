/**
 * A strategy out of a file that the user names: loaded, given the kit, and held to what a strategy may be.
 *
 * Called by strategies.ts. What it returns is an agent and nothing else: every other part of a plugin, every
 * port and every event type but two is refused here. That bounds what a strategy can do through ARK; the file
 * itself is code of the user's own, and nothing confines it.
 */

import { createHash } from 'node:crypto'
import * as v from 'valibot'
import type { EventType, Plugin, Schema } from '#core/contract.ts'
import { KIT } from './strategy-kit.ts'
import { invalidModule, readUserFile, runUserModule } from './user-module.ts'

const SAYS: readonly EventType[] = ['pattern/recognised', 'order/amend_requested']

const text = v.pipe(v.string(), v.minLength(1))
const callable = v.custom<() => unknown>((value) => typeof value === 'function', 'wanted a function')
const nothing = v.optional(v.undefined('wanted nothing: a strategy is an agent and no more'))

const StrategyShape = v.object({
  name: v.pipe(text, v.regex(/^[a-z][a-z0-9-]{0,39}$/, 'wanted 1 to 40 of a-z 0-9 -, a letter first')),
  version: v.pipe(text, v.regex(/^\d+\.\d+\.\d+$/, 'wanted a version such as 1.0.0')),
  contract: v.literal(1, 'wanted 1'),
  consumes: v.array(text),
  emits: v.array(
    v.picklist(SAYS, 'wanted pattern/recognised or order/amend_requested: a strategy says nothing else'),
  ),
  needs: v.pipe(v.array(v.unknown()), v.maxLength(0, 'wanted none: a strategy is granted no port')),
  config: v.custom<Schema<unknown>>(isSchema, 'wanted a Standard Schema, such as v.strictObject({})'),
  agent: v.object({
    stateVersion: v.pipe(v.number(), v.integer(), v.minValue(1)),
    initial: callable,
    reduce: callable,
  }),
  overlay: nothing,
  service: nothing,
  broker: nothing,
  credentials: nothing,
})

/**
 * `taken` names may not be its own. Throws FILE_MISSING, or PLUGIN_INVALID with the cause; both name the
 * file.
 */
export async function loadStrategyFile(file: string, taken: readonly string[]): Promise<Plugin> {
  const digest = createHash('sha256').update(readUserFile(file)).digest('hex').slice(0, 12)
  const result = v.safeParse(StrategyShape, await runUserModule(file, KIT))
  if (!result.success) {
    const [issue] = result.issues
    throw invalidModule(file, `${v.getDotPath(issue) ?? 'its default export'}: ${issue.message}`)
  }
  const { name, version, consumes, emits, config, agent } = result.output
  if (taken.includes(name)) throw invalidModule(file, `name: ${name} is the name of a plugin of this build`)
  // The version goes into the digest of the configuration: only the text that wrote a run recomputes it.
  const marked = `${version}+${digest}`
  const plugin = { name, version: marked, contract: 1, consumes, emits, needs: [], config, agent }
  return Object.freeze(plugin) as unknown as Plugin
}

function isSchema(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard = (value as { readonly '~standard'?: { readonly validate?: unknown } })['~standard']
  return typeof standard?.validate === 'function'
}
