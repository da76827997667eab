import { describe, expect, it } from 'vitest'
import { listRules } from '#core/gate/catalogue.ts'
import { createAccount } from '#runtimes/validate/account.ts'
import type { Client } from '#runtimes/validate/client.ts'
import { CONTROLS, GOOD_CONTROL } from '#runtimes/validate/controls.ts'
import {
  createTally,
  noteError,
  noteViolation,
  RULES,
  type Tally,
  tellReport,
  toReport,
} from '#runtimes/validate/tally.ts'
import { runHere } from '#tests/support/run-cli.ts'
import { playRaw, scenarioDeps } from '#tests/support/scenario.ts'

const deps = await scenarioDeps()

describe('the controls', () => {
  it('are one for each rule', () => {
    expect(CONTROLS.map(({ rule }) => rule)).toEqual(listRules().map(({ rule }) => rule))
  })

  it.each(CONTROLS)('$rule: violates it, and no other', ({ deniedBy, held, rule, scenario }) => {
    expect([...deniedBy, ...held]).toEqual([rule])
    const { answer } = playRaw(scenario, deps).steps.at(-1) ?? {}
    expect(answer).toMatchObject({ allowed: false, deniedBy, held, unknown: [] })
  })

  it('have a good one beside them', () => {
    expect(playRaw(GOOD_CONTROL.scenario, deps).steps.at(-1)?.answer.allowed).toBe(true)
  })
})

/** 60 passes in a minute, all as they should be. */
function soundTally(): Tally {
  const tally = createTally()
  for (const { rule } of CONTROLS) noteViolation(tally, [rule], true)
  const latencies = Array.from({ length: 60 }, (_, index) => index + 1)
  tally.latencies.push(...latencies)
  return Object.assign(tally, {
    began: 1_000,
    lastTurn: 60_000,
    interval: 1_000,
    answered: 60,
    good: 10,
    traces: 60,
    whole: 60,
  })
}

describe('the report', () => {
  it('has the lines of the interface', () => {
    const report = toReport(soundTally(), 1)
    expect(tellReport(report).split('\n')).toEqual([
      '✓ Throughput: 1.00 Hz (target: ≥1.0)',
      '✓ Errors: 0',
      '✓ P95 latency: 57.0ms (target: ≤400ms)',
      '✓ Violations correctly denied: 26/26',
      '✓ False denials: 0',
      '✓ Trace continuity: 60/60',
      '',
      'Synthetic validation PASSED ✅',
    ])
    expect(report.passed).toBe(true)
    expect(RULES).toBe(listRules().length)
  })

  it.each([
    ['Throughput', '0.98 Hz (target: ≥1.0)', (tally: Tally) => Object.assign(tally, { answered: 59 })],
    ['Errors', '1', (tally: Tally) => noteError(tally, 'a request was not answered')],
    ['P95 latency', '401.0ms (target: ≤400ms)', (tally: Tally) => tally.latencies.fill(401)],
    ['Violations correctly denied', '25/26', (tally: Tally) => noteViolation(tally, ['max_leverage'], false)],
    ['Violations correctly denied', '25/26', (tally: Tally) => tally.rules.delete('max_leverage')],
    ['False denials', '1', (tally: Tally) => Object.assign(tally, { falseDenials: 1 })],
    ['Trace continuity', '59/60', (tally: Tally) => Object.assign(tally, { whole: 59 })],
  ] as const)('fails by %s: %s', (name, figure, spoil) => {
    const tally = soundTally()
    spoil(tally)
    const report = toReport(tally, 1)
    expect(report.passed).toBe(false)
    const wrong = tellReport(report)
      .split('\n')
      .filter((line) => /[✗❌]/.test(line))
    expect(wrong).toEqual([`✗ ${name}: ${figure}`, 'Synthetic validation FAILED ❌'])
  })

  it('takes nothing measured for a failure of each figure that needs data', () => {
    const lines = tellReport(toReport(createTally(), 0.5)).split('\n')
    expect(lines).toEqual([
      '✗ Throughput: 0.00 Hz (target: ≥0.5)',
      '✓ Errors: 0',
      '✗ P95 latency: no data (target: ≤400ms)',
      '✗ Violations correctly denied: 0/26',
      '✗ False denials: 0',
      '✗ Trace continuity: 0/0',
      '',
      'Synthetic validation FAILED ❌',
    ])
  })
})

describe('what the shared account accounts for', () => {
  const full = { name: 'max_concurrent_trades', of: 'account', denies: true }
  const risk = { account: { equity: '90000.5' }, limits: [], latched: [] }
  const active = { mode: 'active', reasons: [] }

  async function accountOf(risk: object, mode: object) {
    const answer = (path: string) => Promise.resolve({ ...(path.startsWith('/v1/risk') ? risk : mode) })
    const unused = () => Promise.reject(new Error('The account only reads.'))
    const client: Client = { get: answer, post: unused, probe: unused }
    const account = createAccount(client)
    await account.look()
    return account
  }

  it('is nothing while it is sound', async () => {
    const account = await accountOf(risk, active)
    expect(account.takesOrders()).toBe(true)
    expect(account.equity()).toBe(90_000)
    expect(await account.explains(['max_concurrent_trades'])).toBe(false)
    expect(await account.explains(['emergency_halt_enabled'])).toBe(false)
  })

  it('is its own number of symbols, and no more', async () => {
    const account = await accountOf({ ...risk, limits: [full] }, active)
    expect(account.takesOrders()).toBe(false)
    expect(await account.explains(['max_concurrent_trades'])).toBe(true)
    expect(await account.explains(['max_concurrent_trades', 'max_leverage'])).toBe(false)
  })

  it('is its loss of the day', async () => {
    const reasons = ['day_loss: the day has lost 5 % or more']
    const account = await accountOf({ ...risk, latched: ['day_loss'] }, { mode: 'reducing', reasons })
    expect(await account.explains(['max_daily_loss', 'emergency_halt_enabled'])).toBe(true)
  })

  it.each([
    ['a halt', { mode: 'halted', reasons: ['day_loss: says a person'] }],
    ['a missing agent', { mode: 'reducing', reasons: ['plugin:joey: threw'] }],
    ['a lost lease beside a loss', { mode: 'reducing', reasons: ['day_loss: 5 %', 'lease: not renewed'] }],
    ['what was left open by a validation', { mode: 'reducing', reasons: ['uncovered:VAL01: no stop'] }],
  ])('is not %s', async (_, mode) => {
    const account = await accountOf(risk, mode)
    expect(await account.explains(['emergency_halt_enabled'])).toBe(false)
  })
})

describe('bad usage', () => {
  it.each([
    ['--rate', '0'],
    ['--rate', '51'],
    ['--rate', 'fast'],
    ['--duration', '0'],
    ['--duration', '1.5'],
    ['--url', 'somewhere'],
    ['--url', 'ftp://127.0.0.1'],
  ])('%s %s', async (option, value) => {
    const { code, out, err } = await runHere(['validate', option, value])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(value)
  })
})
