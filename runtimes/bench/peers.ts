/**
 * Two other rule engines under the same comparisons: Cedar, its policies parsed once and kept, and
 * json-rules-engine. Neither is a dependency of ARK: scripts/peers.mjs fetches them into .cache/peers, and
 * what is not there is not measured.
 */

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { assert } from '#core/errors.ts'
import { type Clauses, COMPARISONS, type Comparator, type Comparison, type Operands } from './comparisons.ts'

export interface Peer {
  readonly name: string
  /** Everything that need not be done for each order is done here. */
  prepare(operands: Operands): Ask
}

export interface Ask {
  /** One verdict; this alone is timed. */
  ask(): unknown
  /** The rules that deny in what `ask` came to, sorted. */
  denied(answer: unknown): readonly string[]
}

export const PEERS_MISSING =
  'the peers are not fetched, so their ratios are left out: node scripts/peers.mjs fetches them'

/** Beside the bundle's folder or the sources', both of which lie in the root. */
function peersFolder(): string {
  return join(dirname(process.argv[1] ?? ''), '..', '.cache', 'peers')
}

/** None when they were not fetched. */
export function loadPeers(folder = peersFolder()): readonly Peer[] {
  const manifest = join(folder, 'package.json')
  if (!existsSync(manifest)) return []
  const load = createRequire(manifest)
  return [
    createCedar(load('@cedar-policy/cedar-wasm/nodejs') as CedarModule),
    createJsonRules(load('json-rules-engine') as JsonRulesModule),
  ]
}

interface CedarModule {
  preparsePolicySet(id: string, policies: object): { readonly type: string }
  statefulIsAuthorized(call: object): CedarAnswer
}

type CedarAnswer =
  | { readonly type: 'failure' }
  | {
      readonly type: 'success'
      readonly response: {
        readonly decision: 'allow' | 'deny'
        readonly diagnostics: { readonly reason: readonly string[]; readonly errors: readonly object[] }
      }
    }

const POLICY_SET = 'rules'

/**
 * One `permit` for everything and one `forbid` a rule, so that the reasons of an answer are the denying
 * rules.
 */
function createCedar(cedar: CedarModule): Peer {
  const forbids = Object.entries(COMPARISONS).map(([rule, clauses]) => [rule, toForbid(clauses)])
  const staticPolicies = { ...Object.fromEntries(forbids), permitted: 'permit(principal, action, resource);' }
  const parsed = cedar.preparsePolicySet(POLICY_SET, { staticPolicies })
  assert(parsed.type === 'success', 'bench', `Cedar refuses the policies: ${JSON.stringify(parsed)}`)
  return {
    name: 'cedar',
    prepare(operands) {
      const call = {
        principal: { type: 'Agent', id: 'kenny' },
        action: { type: 'Action', id: 'submit' },
        resource: { type: 'Instrument', id: 'BENCH0' },
        context: operands,
        entities: [],
        preparsedPolicySetId: POLICY_SET,
      }
      return { ask: () => cedar.statefulIsAuthorized(call), denied: (answer) => cedarDenied(answer) }
    },
  }
}

function toForbid(clauses: Clauses): string {
  const side = (operand: string | number) => (typeof operand === 'number' ? operand : `context.${operand}`)
  const clause = (comparisons: readonly Comparison[]) =>
    comparisons.map(([left, comparator, right]) => `${side(left)} ${comparator} ${side(right)}`).join(' && ')
  return `forbid(principal, action, resource) when { ${clauses.map((each) => `(${clause(each)})`).join(' || ')} };`
}

function cedarDenied(answer: unknown): readonly string[] {
  const given = answer as CedarAnswer
  const sound = given.type === 'success' && given.response.diagnostics.errors.length === 0
  assert(sound, 'bench', `Cedar could not judge: ${JSON.stringify(given)}`)
  const { decision, diagnostics } = given.response
  return decision === 'allow' ? [] : diagnostics.reason.toSorted()
}

interface JsonRulesModule {
  readonly Engine: new (rules: readonly object[]) => { run(facts: Operands): Promise<JsonRulesAnswer> }
}

interface JsonRulesAnswer {
  readonly events: readonly { readonly type: string }[]
}

const OPERATORS: Readonly<Record<Comparator, string>> = {
  '==': 'equal',
  '!=': 'notEqual',
  '<': 'lessThan',
  '<=': 'lessThanInclusive',
  '>': 'greaterThan',
  '>=': 'greaterThanInclusive',
}

/** One rule each, whose event tells that it denies. */
function createJsonRules({ Engine }: JsonRulesModule): Peer {
  const engine = new Engine(
    Object.entries(COMPARISONS).map(([rule, clauses]) => ({
      event: { type: rule },
      conditions: { any: clauses.map((clause) => ({ all: clause.map(toCondition) })) },
    })),
  )
  return {
    name: 'json-rules-engine',
    prepare: (operands) => ({
      ask: () => engine.run(operands),
      denied: (answer) => (answer as JsonRulesAnswer).events.map(({ type }) => type).toSorted(),
    }),
  }
}

function toCondition([fact, comparator, right]: Comparison): object {
  const value = typeof right === 'number' ? right : { fact: right }
  return { fact, operator: OPERATORS[comparator], value }
}
