import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { GROUPS } from '#scripts/requirements.data.ts'
import { findProofs, findStale, findUnproven, type Report, runRequirements } from '#scripts/requirements.ts'
import { formatPage, type Group, type Proof, stateOf } from '#scripts/requirements-page.ts'
import { toSource } from '#scripts/source.ts'
import { findTitles } from '#scripts/test-titles.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const REQUIREMENTS = GROUPS.flatMap(({ requirements }) => requirements)

const group = (...requirements: Group['requirements']): Group => ({ title: 'G', about: 'a', requirements })
const here = 'It is so.'
const SMALL: readonly Group[] = [
  group(
    { id: 'TASK_1', title: 'One', here },
    { id: 'TASK_2', title: 'Two', here, open: 'the rest' },
    { id: 'TASK_3', title: 'Three', here, through: ['TASK_1', 'TASK_2'] },
  ),
]

const titlesOf = (text: string) => findTitles(toSource('tests/a.test.ts', text)).map(({ title }) => title)
const titled = (title: string) => ({ path: 'tests/a.test.ts', line: 7, title })
const proof = (title: string, ...ids: string[]): Proof => ({ ...titled(title), ids })

describe('a tag that nobody knows is a fault, with its place', () => {
  it.each([
    'a [TASK_4]',
    'a [task_1]',
    'a [TASK 1]',
    'a [Task-1]',
    'a [TASK1]',
    'a [TSAK_1]',
    'a [TASK_1, TASK_2]',
    'a [TASK_1_*]',
  ])('%s', (title) => {
    const { proofs, faults } = findProofs([titled(title)], SMALL)
    expect(proofs).toEqual([])
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/^tests\/a\.test\.ts:7: \[.*\] is no requirement; /)
  })

  it('even beside one that is known, which counts', () => {
    const { proofs, faults } = findProofs([titled('a [TASK_1] [TASK_9]')], SMALL)
    expect(proofs).toEqual([proof('a [TASK_1] [TASK_9]', 'TASK_1')])
    expect(faults).toHaveLength(1)
  })

  it('but other brackets are left alone', () => {
    expect(findProofs([titled('a [SPX] [1, 2] [] list[0]')], SMALL)).toEqual({ proofs: [], faults: [] })
  })
})

describe('titles are not found', () => {
  it.each([
    "// it('a', f)",
    "const text = `it('a', f)`",
    "it.skip('a', f)",
    "it.todo('a')",
    'it(name, f)',
    "orbit('a', f)",
    "plan.it('a', f)",
    "const a = it === 'a'",
  ])('in %s', (text) => {
    expect(titlesOf(text)).toEqual([])
  })
})

describe('titles are found', () => {
  it.each([
    ["describe('a', f)", ['a']],
    ['test("it’s", f)', ['it’s']],
    ["it('don\\'t', f)", ["don't"]],
    ["it.each([['b(', ')']])('a %s', f)", ['a %s']],
    ["it.each<[string, (n: number) => void]>([\n  ['b', g],\n])('a', f)", ['a']],
    ["it.runIf(X).each([1])(\n  'a',\n  f,\n)", ['a']],
    ['it(`a ${of(b)} c`, f)', ['a ${of(b)} c']],
    ["describe('a', () => {\n  it('b', f)\n})", ['a', 'b']],
  ])('in %s', (text, titles) => {
    expect(titlesOf(text)).toEqual(titles)
  })

  it('with their lines', () => {
    const source = toSource('tests/a.test.ts', "describe('a', () => {\n  it(\n    'b',\n    f)\n})")
    expect(findTitles(source).map(({ line }) => line)).toEqual([1, 3])
  })
})

describe('a requirement', () => {
  it('is open without a test, and so is one made of such', () => {
    for (const id of ['TASK_1', 'TASK_2', 'TASK_3']) expect(stateOf(id, SMALL, [])).toBe('open')
  })

  it('is proven in part while something is known to be missing, and so is one made of it', () => {
    const proofs = [proof('a', 'TASK_1'), proof('b', 'TASK_2')]
    expect(['TASK_2', 'TASK_3'].map((id) => stateOf(id, SMALL, proofs))).toEqual(['partly', 'partly'])
    expect(stateOf('TASK_3', SMALL, [proof('c', 'TASK_3')])).toBe('partly')
  })

  it('is proven by a test, or by all its parts', () => {
    const whole = [
      group({ id: 'TASK_1', title: '', here }, { id: 'TASK_2', title: '', here, through: ['TASK_1'] }),
    ]
    const { proofs } = findProofs([titled('a [TASK_1]')], whole)
    expect(['TASK_1', 'TASK_2'].map((id) => stateOf(id, whole, proofs))).toEqual(['proven', 'proven'])
  })

  it('of a kind is proven by the tag of that kind', () => {
    expect(findProofs([titled('a [TASK_*]')], SMALL).proofs[0]?.ids).toEqual(['TASK_1', 'TASK_2', 'TASK_3'])
  })
})

describe('a proof is none', () => {
  const ran = (...results: [title: string, status: string, ...ancestors: string[]][]): Report => ({
    testResults: [
      {
        name: '/home/x/tests/a.test.ts',
        assertionResults: results.map(([title, status, ...ancestorTitles]) => ({
          title,
          status,
          ancestorTitles,
        })),
      },
    ],
  })
  const proofs = [proof('a %s [TASK_1]', 'TASK_1')]
  const passed = ran(['a 1 [TASK_1]', 'passed'], ['a 2 [TASK_1]', 'passed'])

  it.each<[string, Report | undefined]>([
    ['no report, so nothing is proven', undefined],
    ['did not run', ran(['b', 'passed'])],
    ['did not run', { testResults: [] }],
    ['failed', ran(['a 1 [TASK_1]', 'passed'], ['a 2 [TASK_1]', 'failed'])],
    ['was not run whole (skipped)', ran(['a 1 [TASK_1]', 'skipped'])],
    ['was not run whole (pending)', ran(['b', 'pending', 'a x [TASK_1]'], ['c', 'passed', 'a x [TASK_1]'])],
  ])('that %s on one runtime', (why, report) => {
    const lines = findUnproven(proofs, { node: passed, bun: report })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(why)
    expect(lines[0]).toContain('bun')
  })

  it('but one that passed everywhere is', () => {
    expect(findUnproven(proofs, { node: passed, bun: passed })).toEqual([])
    const within = ran(['b', 'passed', 'a x [TASK_1]'], ['other', 'failed'])
    expect(findUnproven(proofs, { deno: within })).toEqual([])
  })
})

describe('the program', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'ark-requirements-'))

  it('does not understand other words', () => {
    for (const words of [['--check'], ['--verify'], ['--verify', 'a', 'b']])
      expect(runRequirements(words, ROOT).code).toBe(2)
  })

  it('fails without the reports of all three runtimes', () => {
    const reports = folder()
    const { code, lines } = runRequirements(['--verify', reports], ROOT)
    expect(code).toBe(1)
    for (const runtime of ['node', 'deno', 'bun'])
      expect(lines).toContain(`${runtime}: no report, so nothing is proven`)
    rmSync(reports, { recursive: true })
  })

  it('says how to write the page while it is stale, writes it, and none over a fault', () => {
    const root = folder()
    for (const path of ['docs', 'tests']) mkdirSync(join(root, path))
    writeFileSync(join(root, 'tests/a.test.ts'), "it('a [TASK_1]', f)\n")
    expect(findStale(root)).toEqual([
      expect.stringMatching(
        /REQUIREMENTS\.md is stale; .*: node scripts\/typescript\.mjs scripts\/requirements\.ts$/,
      ),
    ])
    expect(runRequirements([], root).code).toBe(0)
    expect(findStale(root)).toEqual([])
    writeFileSync(join(root, 'tests/a.test.ts'), "it('a [TASK_1] [TASK_0]', f)\n")
    expect(findStale(root)).toEqual([expect.stringMatching(/^tests\/a\.test\.ts:1: \[TASK_0\] /)])
    const before = readFileSync(join(root, 'docs/REQUIREMENTS.md'), 'utf8')
    expect(runRequirements([], root).code).toBe(1)
    expect(readFileSync(join(root, 'docs/REQUIREMENTS.md'), 'utf8')).toBe(before)
    rmSync(root, { recursive: true })
  })
})

describe('the page [CLAIM_14]', () => {
  it('names each test once a file, without its tags, and keeps a table whole', () => {
    const titles = ['first %s [TASK_1]', 'a | b [TASK_1] <i>', 'third [TASK_1]', 'fourth [TASK_1]']
    const { proofs } = findProofs(titles.map(titled), SMALL)
    const row = formatPage(SMALL, proofs)
      .split('\n')
      .find((line) => line.startsWith('| TASK_1 '))
    expect(row).toBe(
      '| TASK_1 | **One.** It is so. | [a.test.ts](../tests/a.test.ts): ' +
        '“first …”, “a \\| b &lt;i>”, “third”, 1 more | **proven** |',
    )
  })

  it('counts states by group and in all', () => {
    const page = formatPage(SMALL, findProofs([titled('a [TASK_1] [TASK_2]')], SMALL).proofs)
    expect(page).toContain('| [G](#g) | 1 | 2 | 0 |\n| all | 1 | 2 | 0 |\n')
    expect(page).toContain('| **partly**: the rest |')
  })
})

describe('the list', () => {
  it('has each id once, in one form, with words of its own', () => {
    const ids = REQUIREMENTS.map(({ id }) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    expect(ids.filter((id) => !/^[A-Z]+(_[A-Z0-9]+)+$/.test(id))).toEqual([])
    expect(REQUIREMENTS.filter(({ title, here }) => title === '' || !here.endsWith('.'))).toEqual([])
  })

  it('has the 34 of the status list, eight tasks, eleven metrics and four levels [CLAIM_13]', () => {
    const domains = 'INFRA 4 MEM 3 AGENT 4 SEC 3 LOG 3 DEPLOY 3 UI 3 REC 3 TEST 3 DOC 3 GOV 2'
    const wanted = [...domains.matchAll(/([A-Z]+) (\d)/g)].flatMap(([, domain, count]) =>
      Array.from({ length: Number(count) }, (_, index) => `REQ_${domain}_0${index + 1}`),
    )
    expect(wanted).toHaveLength(34)
    const of = (kind: string) => REQUIREMENTS.map(({ id }) => id).filter((id) => id.startsWith(kind))
    expect(of('REQ_')).toEqual(wanted)
    expect(of('TASK_')).toEqual(Array.from({ length: 8 }, (_, index) => `TASK_${index + 1}`))
    expect([of('METRIC_').length, of('SLO_').length]).toEqual([11, 4])
  })

  it('is made of parts that exist and do not lead back to themselves', () => {
    const walk = (id: string, above: readonly string[]): void => {
      expect(above).not.toContain(id)
      const requirement = REQUIREMENTS.find((one) => one.id === id)
      expect(requirement, id).toBeDefined()
      for (const part of requirement?.through ?? []) walk(part, [...above, id])
    }
    for (const { id } of REQUIREMENTS) walk(id, [])
  })
})
