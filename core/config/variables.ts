/**
 * Every environment variable that ARK has a word on: the 63 of the first system, and those of this one.
 *
 * environment.ts reads the environment by this table, the keystore takes its credentials from it, and
 * docs/CONFIGURATION.md is generated from it.
 */

import { LEGACY_VARIABLES } from './legacy-variables.ts'
import {
  ANY_PORT,
  COUNT,
  type Domain,
  type Fate,
  key,
  SECRET,
  TEXT,
  type Variable,
  type VariableType,
} from './variable.ts'

export const VARIABLES: readonly Variable[] = [
  ...LEGACY_VARIABLES,
  own('ARK_CONFIG', TEXT, 'ark.config.json', { kind: 'process' }, 'Configuration file; also --config.'),
  own('ARK_PORT', ANY_PORT, '8000', key('http.port'), 'Port of the API; 0 = any free one.'),
  own('ARK_HOST', { kind: 'address' }, '127.0.0.1', key('http.host'), 'Address to listen on.'),
  {
    ...own(
      'ARK_KEY_PASSPHRASE',
      SECRET,
      '',
      { kind: 'process' },
      'Encrypts what is kept in <data-dir>/keys.',
    ),
    domain: 'infrastructure',
  },
  {
    ...own(
      'ARK_TOKEN',
      SECRET,
      '',
      { kind: 'process' },
      'Token of the person who acts through the commands.',
    ),
    domain: 'infrastructure',
  },
  own(
    'ARK_PROPERTY_SEED',
    COUNT,
    '',
    { kind: 'process' },
    'Tests: seed of the property tests; 0 = another each time.',
  ),
  own('ARK_SEED', TEXT, '', { kind: 'process' }, 'Tests: the one seed to simulate.'),
  own('ARK_SEEDS', COUNT, '', { kind: 'process' }, 'Tests: how many seeds to simulate.'),
  own('ARK_STEPS', COUNT, '', { kind: 'process' }, 'Tests: steps of a simulation.'),
  own('ARK_HOSTILE', COUNT, '', { kind: 'process' }, 'Tests: hostile requests to each endpoint.'),
  own('ARK_MUTATE', TEXT, '', { kind: 'process' }, 'Tests: `all` switches off each of the 26 rules in turn.'),
]

const BY_NAME: ReadonlyMap<string, Variable> = new Map(VARIABLES.map((entry) => [entry.name, entry]))

export function findVariable(name: string): Variable | undefined {
  return BY_NAME.get(name)
}

/** What a domain consists of, secret or not. */
export function credentialsOf(domain: Domain): readonly Variable[] {
  return VARIABLES.filter((entry) => entry.fate.kind === 'credential' && entry.domain === domain)
}

function own(name: string, type: VariableType, fallback: string, fate: Fate, about: string): Variable {
  return { name, type, default: fallback, about, fate, legacy: false }
}
