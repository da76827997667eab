/**
 * Each rule switched off in turn: its unit tests, its scenarios and `ark validate` have to see it, or they
 * would not see a rule that broke.
 *
 * Unit tests and scenarios are run for all 26. A validation takes seconds each, so by default it is run for
 * three kinds of rule (one that signals violate, one that only controls do, one that is held); ARK_MUTATE=all
 * runs it for all.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listRules } from '#core/gate/catalogue.ts'
import { createMutant, type Mutant } from '../support/mutant.ts'

const RULES = listRules()
const DEFAULT = ['require_stop_loss', 'immutable_graveyard', 'human_in_loop_critical']
const VALIDATED = process.env.ARK_MUTATE === 'all' ? RULES.map(({ rule }) => rule) : DEFAULT
const TEST_FILES: { readonly [category: string]: string } = {
  trading: 'trading',
  risk_management: 'risk-management',
  governance: 'governance',
  privacy: 'privacy',
  integrity: 'integrity',
  autonomy: 'autonomy',
}
const MANIPULATION = 2
const VALIDATION = [
  'dist/ark.mjs',
  'validate',
  '--data-dir',
  'none',
  '--duration',
  '1',
  '--rate',
  '5',
  '--json',
]
const MINUTES = 60_000

interface Results {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

const isNode = !('Deno' in globalThis) && !('Bun' in globalThis)

// Skipped elsewhere: the bundle is Node's, and the rules are the same text on every runtime.
describe.skipIf(!isNode)('a rule that is switched off', () => {
  let mutant: Mutant
  let failures: ReadonlyMap<string, number>

  beforeAll(async () => {
    mutant = await createMutant()
    failures = await unitFailures(mutant)
  }, 2 * MINUTES)
  afterAll(() => mutant?.remove())

  it('is none at first: tests, scenarios and validation pass', async () => {
    expect(failures.get('rule-0')).toBe(0)
    const files = RULES.map(({ rule }) => `tests/scenarios/${rule}.json`)
    expect((await mutant.run(['dist/ark.mjs', 'rules', 'test', ...files], 0)).code).toBe(0)
    const { out, err } = await mutant.run(VALIDATION, 0)
    expect(JSON.parse(out), err).toMatchObject({ violationsDenied: 26, falseDenials: 0, errors: 0 })
  })

  it.each(RULES.map(({ number, rule }) => [number, rule] as const))(
    'is seen by the unit tests and the scenarios: %i %s',
    async (number, rule) => {
      expect(failures.get(`rule-${number}`)).toBeGreaterThan(0)
      const { code, out } = await mutant.run(
        ['dist/ark.mjs', 'rules', 'test', `tests/scenarios/${rule}.json`],
        number,
      )
      expect(code).toBe(1)
      expect(out).toContain(rule)
    },
  )

  it.each(
    RULES.filter(({ rule }) => VALIDATED.includes(rule)).map(({ number, rule }) => [number, rule] as const),
  )('is seen by ark validate: %i %s', async (number, rule) => {
    const { code, out, err } = await mutant.run(VALIDATION, number)
    expect(code).toBe(1)
    expect(JSON.parse(out).violationsDenied).toBeLessThan(26)
    expect(err).toContain(rule)
  })
})

/** Failed tests by file. Each file is a rule's unit tests with that rule off, all in one run. */
async function unitFailures(mutant: Mutant): Promise<ReadonlyMap<string, number>> {
  const off = (number: number, files: readonly string[]): void =>
    mutant.write(
      `tests/mutant/rule-${number}.test.ts`,
      [
        `process.env.SWITCHED_OFF_RULE = '${number}'`,
        ...files.map((file) => `await import('../unit/graveyard/${file}.test.ts')`),
        '',
      ].join('\n'),
    )
  off(0, [...Object.values(TEST_FILES), 'manipulation'])
  for (const { category, number } of RULES)
    off(number, [number === MANIPULATION ? 'manipulation' : (TEST_FILES[category] ?? category)])
  mutant.write(
    'vitest.config.mjs',
    "export default { test: { include: ['tests/mutant/*.test.ts'], maxWorkers: 2 } }\n",
  )
  await mutant.run(
    ['node_modules/vitest/vitest.mjs', 'run', '--reporter=json', '--outputFile=results.json'],
    0,
  )
  const { testResults } = JSON.parse(mutant.read('results.json')) as Results
  return new Map(
    testResults.map(({ name, assertionResults }) => [
      /rule-\d+/.exec(name)?.[0] ?? name,
      assertionResults.length === 0
        ? -1
        : assertionResults.filter(({ status }) => status === 'failed').length,
    ]),
  )
}
