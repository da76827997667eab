import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '#runtimes/cli/commands.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'

describe('bad usage', () => {
  it.each([
    [['strat'], 'Did you mean start?'],
    [['start', '--onec'], 'Did you mean --once?'],
    [['--onec'], 'Did you mean --once?'],
    [['start', '--speed', 'fast'], 'wanted max or bars a second'],
    [['start', '--speed', '0'], 'wanted max or bars a second'],
    [['start', '--port', '70000'], 'from 0 to 65535'],
    [['start', '--port', '8e3'], 'from 0 to 65535'],
    [['start', '--port'], '--port wants a value'],
    [['start', '--port', '--once'], '--port wants a value'],
    [['start', '--port', '1', '--port', '2'], '--port is given twice'],
    [['start', '--once=yes'], '--once takes no value'],
    [['start', 'now'], 'one word too many'],
    [['explain'], '1 word is wanted'],
    [['explain', 'sp500-1-1', 'sp500-1-2'], 'one word too many'],
    [['replay', '--from', 'x'], '--from is "x"'],
    [['rules', 'show', 'max_positon_size'], 'Did you mean max_position_size?'],
    [['rules', 'show', '27'], 'There is no rule "27"'],
    [['rules', 'diff', 'x'], 'no "rules diff" yet'],
    [['halt'], 'A reason is wanted'],
    [['resume', '--reason', ' '], 'A reason is wanted'],
    [['identity', 'creat'], 'Did you mean create?'],
    [['identity', 'create'], 'A role is wanted'],
    [['identity', 'rotate'], 'wants a name'],
    [['plugin', 'lst'], 'Did you mean list?'],
    [['backtest'], 'At least one file is wanted'],
    [['backtest', '--data', 'x.csv', '--compare', '--gate', 'observe'], '--compare runs both gates'],
    [['backtest', '--manifest', 'm.json', '--cash', '5'], '--manifest says all there is to say'],
    [['backtest', '--manifest', 'm.json', 'x.csv'], '--manifest says all there is to say'],
    [['runs', 'lst'], 'Did you mean list?'],
    [['runs', 'compare', 'a'], 'wants 2 run ids, 1 given'],
    [['runs', 'list', '--csv'], 'belong to "runs export"'],
    [['runs', 'show', 'none'], 'No finished backtest has this id'],
    [['backtest', '--data', 'x.csv', '--fees', 'free'], 'wanted one of lean, alpaca, none'],
    [['backtest', '--data', 'x.csv', '--cash', '-5'], 'wanted an amount'],
  ])('%j exits 2 with one line that says what was wanted', async (argv, why) => {
    const dataDir = createTempDir()
    const { code, out, err } = await runHere(argv, { ARK_DATA_DIR: join(dataDir, 'box') })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(err).toMatch(/^BAD_USAGE( at |: )/)
    expect(err).toContain(why)
    expect(existsSync(join(dataDir, 'box'))).toBe(false)
    removeDir(dataDir)
  })
})

describe('help', () => {
  it('lists every command, also without a word that is one', async () => {
    for (const argv of [['--help'], ['-h'], ['help']]) {
      const { code, out } = await runHere(argv)
      expect(code).toBe(0)
      for (const { name, summary } of COMMANDS)
        expect(out).toMatch(new RegExp(`^ {2}${name} +${summary.slice(0, 12)}`, 'm'))
    }
  })

  it.each(COMMANDS.map(({ name }) => name))('%s has one, with an example', async (name) => {
    const { code, out, err } = await runHere([name, '--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(new RegExp(`^(Usage: )?ark ${name}`, 'm'))
    expect(out).toMatch(new RegExp(`^Example: .*ark ${name}`, 'm'))
    expect((await runHere(['help', name])).out).toBe(out)
  })

  it('of a command that does not exist is bad usage', async () => {
    expect(await runHere(['help', 'strat'])).toMatchObject({ code: 2, out: '' })
  })

  it('--version is the version alone', async () => {
    expect((await runHere(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('where nothing ever ran', () => {
  it.each([[['explain', 'sp500-1-1']], [['replay']], [['parity']], [['identity', 'list']]])(
    '%j says so, and makes nothing',
    async (argv) => {
      const dataDir = createTempDir()
      const { code, err } = await runHere([...argv, '--data-dir', join(dataDir, 'box')])
      expect(code).toBe(1)
      expect(err).toMatch(/^NOT_RUNNING at .*box: Nothing was run here; .*\. Start it with ark start\.\n$/)
      expect(existsSync(join(dataDir, 'box'))).toBe(false)
      removeDir(dataDir)
    },
  )

  it('status says so as well', async () => {
    const dataDir = createTempDir()
    const { code, out } = await runHere(['status', '--data-dir', dataDir])
    expect({ code, out }).toEqual({ code: 0, out: `No ARK runs here.\nThere is no journal in ${dataDir}.\n` })
    const { out: line } = await runHere(['status', '--json', '--data-dir', dataDir])
    expect(JSON.parse(line)).toMatchObject({ running: false, ready: null, disk: null })
    removeDir(dataDir)
  })
})

describe('settings', () => {
  it('are refused before anything is made, all findings at once', async () => {
    const dataDir = createTempDir()
    const box = join(dataDir, 'box')
    const named = await runHere([
      'start',
      '--once',
      '--config',
      join(dataDir, 'none.json'),
      '--data-dir',
      box,
    ])
    expect(named.code).toBe(1)
    expect(named.err).toMatch(/^FILE_MISSING at .*none\.json: /)
    for (const env of [{ ARK_PORT: 'x' }, { ARK_METRICS_PORT: '70000' }, { ARK_LOG_LEVEL: 'loud' }]) {
      const { code, err } = await runHere(['start', '--once', '--data-dir', box], env)
      expect(code).toBe(1)
      expect(err.trim().split('\n').at(-1)).toMatch(/^CONFIG_INVALID at ARK_\w+: It is "/)
    }
    expect(existsSync(box)).toBe(false)
    removeDir(dataDir)
  })
})

describe('rules and plugins', () => {
  it('rules list names the 26 in order, show knows them by name and number', async () => {
    const { items } = JSON.parse((await runHere(['rules', 'list', '--json'])).out) as {
      items: { number: number }[]
    }
    expect(items.map(({ number }) => number)).toEqual(
      Array.from({ length: 26 }, (_unused, index) => index + 1),
    )
    const byName = await runHere(['rules', 'show', 'max_position_size', '--json'])
    expect(byName.out).toBe((await runHere(['rules', 'show', '5', '--json'])).out)
    expect(JSON.parse(byName.out)).toMatchObject({ number: 5, value: 0.1, severity: 'HIGH' })
  })

  it('rules verify holds for a sealed build', async () => {
    const { code, out } = await runHere(['rules', 'verify', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ holds: true, root: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  it('plugin list gives the order in which events are shown', async () => {
    const { items } = JSON.parse((await runHere(['plugin', 'list', '--json'])).out) as {
      items: { name: string }[]
    }
    expect(items.map(({ name }) => name).slice(0, 6)).toEqual([
      'kyle',
      'joey',
      'kenny',
      'id',
      'hrm',
      'broker-paper',
    ])
  })
})
