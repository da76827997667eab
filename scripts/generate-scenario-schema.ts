/**
 * Writes docs/scenario.schema.json from the schema that scenarios are read with, so that an editor completes
 * and checks what people write.
 *
 * Run after a change of core/scenario/schema.ts: `node scripts/typescript.mjs
 * scripts/generate-scenario-schema.ts`.
 * `npm run check` compares.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { toJsonSchema } from '@valibot/to-json-schema'
import { ScenarioSchema } from '#core/scenario/schema.ts'
import { formatJson } from './generate-config.ts'

const FILE = 'docs/scenario.schema.json'
const COMMAND = 'node scripts/typescript.mjs scripts/generate-scenario-schema.ts'

/** Lines that name the file when it differs from what would be written. */
export function findStale(root: string): string[] {
  const path = `${root}${FILE}`
  const known = existsSync(path) ? readFileSync(path, 'utf8') : ''
  return known === generated() ? [] : [`${FILE} is not as generated: ${COMMAND}`]
}

/**
 * A file holds one scenario or a list. What only code can tell (a time, a ratio, one kind a step) is left to
 * ARK.
 */
function generated(): string {
  const { $schema, ...scenario } = toJsonSchema(ScenarioSchema, { typeMode: 'input', errorMode: 'ignore' })
  const one = { $ref: '#/$defs/scenario' }
  const file = {
    $schema,
    title: 'ARK scenario: an account at an instant, and what is asked of the rules from there on',
    anyOf: [one, { type: 'array', items: one, minItems: 1 }],
    $defs: { scenario },
  }
  return `${formatJson(file, 0)}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL(`../${FILE}`, import.meta.url), generated())
