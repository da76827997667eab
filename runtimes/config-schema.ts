/**
 * The JSON Schema of ark.config.json, made of the very schemas that check it: core's, with each plugin's own
 * under
 * `plugins`. `ark config schema` prints it; docs/ark.config.schema.json is generated from it.
 *
 * What no JSON Schema can say is left out (a check across keys, the scanner for secrets); `ark config
 * validate` says it.
 */

import { type ConversionConfig, type JsonSchema, toJsonSchema } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import { ConfigSchema } from '#core/config.ts'
import { PLUGINS } from './plugins.ts'
import { STRATEGIES } from './strategies.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
const CONVERSION: ConversionConfig = { target: 'draft-2020-12', typeMode: 'input', errorMode: 'ignore' }

export function configJsonSchema(): JsonSchema {
  const { properties, ...rest } = withoutDialect(toJsonSchema(ConfigSchema, CONVERSION))
  const plugins = Object.fromEntries(
    [...PLUGINS, ...STRATEGIES].map((plugin) => [plugin.name, pluginSchema(plugin.config)]),
  )
  return {
    $schema: DIALECT,
    title: 'ark.config.json',
    description:
      'Configuration of ARK. Secrets do not belong here: they come from the environment or from files.',
    ...rest,
    properties: {
      ...properties,
      plugins: {
        type: 'object',
        description: 'Settings by plugin name.',
        properties: plugins,
        additionalProperties: false,
      },
    },
  }
}

/** Any object where a plugin brings a schema of another library. */
function pluginSchema(schema: { readonly '~standard': { readonly vendor: string } }): JsonSchema {
  if (schema['~standard'].vendor !== 'valibot') return { type: 'object' }
  return withoutDialect(toJsonSchema(schema as unknown as v.GenericSchema, CONVERSION))
}

function withoutDialect({ $schema: _dialect, ...schema }: JsonSchema): JsonSchema {
  return schema
}
