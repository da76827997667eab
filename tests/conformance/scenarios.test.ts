import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listRules } from '#core/gate/catalogue.ts'
import { parseScenarios } from '#core/scenario/parse.ts'
import { play } from '#core/scenario/play.ts'
import { buyOf, playRaw, scenarioDeps, scenarioOf } from '#tests/support/scenario.ts'

const FOLDER = fileURLToPath(new URL('../scenarios', import.meta.url))
const FILES = readdirSync(FOLDER).sort((a, b) => (a < b ? -1 : 1))
const deps = await scenarioDeps()

function scenariosIn(file: string) {
  const { misfits, scenarios } = parseScenarios(readFileSync(join(FOLDER, file), 'utf8'))
  if (misfits !== undefined) throw new Error(`${file}: ${JSON.stringify(misfits)}`)
  return scenarios
}

describe('our scenarios answer exactly as they expect', () => {
  it.each(FILES)('%s', (file) => {
    for (const scenario of scenariosIn(file)) {
      const { steps } = play(scenario, deps)
      const surprises = steps.flatMap(({ differences, number }) =>
        (differences ?? []).map(({ expected, got, member }) => ({ number, member, expected, got })),
      )
      expect({ name: scenario.name, surprises }).toEqual({ name: scenario.name, surprises: [] })
    }
  })
})

describe('every rule has its scenarios', () => {
  const rules = listRules().map(({ rule }) => rule)

  it.each(rules)('%s: three denials and an approval', (rule) => {
    const expected = scenariosIn(`${rule}.json`).flatMap(({ steps }) =>
      steps.flatMap(({ expect }) => expect ?? []),
    )
    const stops = expected.filter(({ deniedBy = [], held = [] }) => [...deniedBy, ...held].includes(rule))
    const passes = expected.filter(({ deniedBy, held = [] }) => deniedBy?.length === 0 && held.length === 0)
    expect(stops.length).toBeGreaterThanOrEqual(3)
    expect(passes.length).toBeGreaterThanOrEqual(1)
  })

  it('and no file is named for a rule that does not exist', () => {
    const others = FILES.map((file) => file.replace('.json', '')).filter((name) => !rules.includes(name))
    expect(others).toEqual(['limits', 'modes-and-exits', 'oco-and-trailing-stops'])
  })
})

describe('nonsense in an order never allows', () => {
  /** `reduceOnly` and `reason` are left out: ARK reads neither on an opening, so nothing in them can matter. */
  const FIELDS = [
    ['symbol'],
    ['side'],
    ['type'],
    ['quantity'],
    ['limitPrice'],
    ['stopLoss'],
    ['stopLoss', 'price'],
    ['targets'],
    ['targets', 0],
    ['targets', 0, 'price'],
    ['targets', 0, 'portion'],
  ] as const
  const HOSTILE = [
    null,
    true,
    {},
    [],
    '',
    ' ',
    'NaN',
    'Infinity',
    '-1',
    '0',
    -1,
    0,
    '1e5',
    1e300,
    5e-324,
    '0x10',
    '9'.repeat(40),
    '1,000',
    '٣',
  ]

  function withValue(
    target: unknown,
    [step, ...rest]: readonly (string | number)[],
    value: unknown,
  ): unknown {
    if (step === undefined) return value
    const copy = (Array.isArray(target) ? [...target] : { ...(target as object) }) as {
      [key: string]: unknown
    }
    const next = withValue(copy[step], rest, value)
    if (next === undefined) delete copy[step]
    else copy[step] = next
    return copy
  }

  it('where the order without it is allowed', () => {
    expect(playRaw(scenarioOf([{ order: buyOf() }]), deps).steps[0]?.answer.allowed).toBe(true)
  })

  it('whatever the field and the value', () => {
    const values = fc.oneof(fc.constantFrom(...HOSTILE), fc.constant(undefined))
    fc.assert(
      fc.property(fc.constantFrom(...FIELDS), values, (path, value) => {
        const order = withValue(buyOf(), path, value)
        expect(playRaw(scenarioOf([{ order }]), deps).steps[0]?.answer.allowed).toBe(false)
      }),
      { numRuns: 400 },
    )
  })

  it('whatever JSON is put in the place of one', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('symbol', 'quantity', 'side', 'type', 'x'), fc.jsonValue()),
        (order) => {
          expect(playRaw(scenarioOf([{ order }]), deps).steps[0]?.answer.allowed).toBe(false)
        },
      ),
    )
  })
})

describe('a scenario with one value exchanged', () => {
  const raw = FILES.flatMap((file) => {
    const content: unknown = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))
    return Array.isArray(content) ? (content as unknown[]) : [content]
  })

  /** Some place in it, by a number for each level. */
  function exchange(target: unknown, turns: readonly number[], value: unknown): unknown {
    const [turn, ...rest] = turns
    if (turn === undefined || typeof target !== 'object' || target === null) return value
    const entries = Object.entries(target)
    const chosen = entries[turn % Math.max(1, entries.length)]?.[0]
    if (chosen === undefined) return value
    const changed = entries.map(
      ([key, each]) => [key, key === chosen ? exchange(each, rest, value) : each] as const,
    )
    return Array.isArray(target) ? changed.map(([, each]) => each) : Object.fromEntries(changed)
  }

  it('is refused or played, and throws nothing', () => {
    const turns = fc.array(fc.nat(40), { minLength: 1, maxLength: 5 })
    const values = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('1', '-1', '0.000000001', '9007199254740993', 1e300, '2024-06-12T15:00:01Z', 'XYZ'),
    )
    fc.assert(
      fc.property(fc.constantFrom(...raw), turns, values, (scenario, path, value) => {
        const { scenarios = [] } = parseScenarios(JSON.stringify(exchange(scenario, path, value)))
        for (const each of scenarios) expect(play(each, deps).steps).toHaveLength(each.steps.length)
      }),
      { numRuns: 400 },
    )
  })
})

describe('a scenario gives the same answers again', () => {
  it.each(['modes-and-exits.json', 'limits.json'])('%s', (file) => {
    for (const scenario of scenariosIn(file)) expect(play(scenario, deps)).toEqual(play(scenario, deps))
  })
})
