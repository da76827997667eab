import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runHere } from '#tests/support/run-cli.ts'
import { buyOf, scenarioOf } from '#tests/support/scenario.ts'

const folder = mkdtempSync(join(tmpdir(), 'ark-scenarios-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileOf(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  return path
}
const expecting = (deniedBy: readonly string[], name = 'one') =>
  scenarioOf([{ order: buyOf({ quantity: '101' }), expect: { deniedBy } }], { name })
const GOOD = fileOf('good.json', expecting(['max_position_size']))
const BAD = fileOf('bad.json', [expecting(['max_position_size'], 'good'), expecting(['max_leverage'], 'bad')])

describe('ark rules test', () => {
  it('exits 2 without a file', async () => {
    expect(await runHere(['rules', 'test'])).toMatchObject({ code: 2, out: '' })
  })

  it('exits 2 for a file that is not there', async () => {
    const { code, err, out } = await runHere(['rules', 'test', join(folder, 'none.json')])
    expect(code).toBe(2)
    expect(err).toContain('none.json')
    expect(out).toContain('✗ 0 scenarios passed, 1 not played')
  })

  it('plays the .json files of a directory, and refuses one that holds none', async () => {
    mkdirSync(join(folder, 'all'))
    const empty = await runHere(['rules', 'test', join(folder, 'all')])
    expect(empty).toMatchObject({ code: 2, out: '' })
    fileOf('all/b.json', expecting(['max_position_size'], 'second'))
    fileOf('all/a.json', expecting(['max_position_size'], 'first'))
    fileOf('all/notes.md', 'no scenario')
    const { code, out } = await runHere(['rules', 'test', join(folder, 'all')])
    expect(code).toBe(0)
    expect(out.indexOf('✓ first')).toBeLessThan(out.indexOf('✓ second'))
    expect(out).toContain('✓ 2 scenarios passed')
  })

  it.each([
    ['cut.json', '{\n"clock": ', /cut\.json .*line 2: \/clock is not JSON/],
    [
      'mode.json',
      scenarioOf([{ order: buyOf() }], { mode: 'asleep' }),
      /mode\.json .*line \d+: \/mode wants/,
    ],
  ])('exits 2 for %s, naming file, line and pointer, and plays the others', async (name, content, wanted) => {
    const { code, err, out } = await runHere(['rules', 'test', fileOf(name, content), BAD, GOOD])
    expect(code).toBe(2)
    expect(err).toMatch(wanted)
    expect(out).not.toContain(name)
    expect(out).toContain('✗ 1 of 3 scenarios failed')
  })

  it('exits 1 when a step surprises, and says what came and why', async () => {
    const { code, out } = await runHere(['rules', 'test', BAD, GOOD])
    expect(code).toBe(1)
    expect(out).toContain('✗ bad')
    expect(out).toContain('deniedBy: expected ["max_leverage"], got ["max_position_size"]')
    expect(out).toMatch(/max_position_size: deny, observed 0\.101, limit 0\.1: the worst position/)
    expect(out).toMatch(/max_leverage: allow, observed 0\.101, limit 2/)
    expect(out).toContain('✗ 1 of 3 scenarios failed')
  })

  it('exits 0 when all is as expected', async () => {
    const { code, out } = await runHere(['rules', 'test', GOOD])
    expect(code).toBe(0)
    expect(out).toContain('✓ 1 scenario passed')
  })

  it('prints data with --json', async () => {
    const { code, out } = await runHere(['rules', 'test', '--json', BAD])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      passed: false,
      scenarios: 2,
      unread: 0,
      failed: 1,
      files: [
        {
          file: BAD,
          scenarios: [
            { name: 'good', passed: true },
            {
              name: 'bad',
              passed: false,
              steps: [{ number: 1, kind: 'order', passed: false, deniedBy: ['max_position_size'] }],
            },
          ],
        },
      ],
    })
  })
})
