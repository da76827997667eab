import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkConfig } from '#core/config.ts'
import { planBacktest, readValue, SPEC_OPTIONS } from '#runtimes/backtest/options.ts'
import { parseOptions } from '#runtimes/cli/options.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'

const SCRATCH = createTempDir()
afterAll(() => removeDir(SCRATCH))

const WORDS = `export default ({ defineStrategy, v }) => defineStrategy({
  name: 'words', version: '1.0.0', initial: () => ({}), onBar: () => undefined,
  params: v.strictObject({
    word: v.string(), any: v.string(), count: v.number(), list: v.optional(v.array(v.number())),
  }),
})`

function plan(words: string, config: object = {}) {
  const options = parseOptions(words.split(' '), { options: SPEC_OPTIONS, words: [0, 100] })
  return planBacktest(options, checkConfig(config, 'test'))
}

describe('what a backtest is asked', () => {
  it.each([
    ['--cash 1', 'At least one file is wanted'],
    ['--data a.csv a.csv', 'a.csv is given twice'],
    ['--data a.csv --symbols SPY,,IBM', 'wanted symbols such as SPY,IBM'],
    ['--data a.csv --symbols SPY,ibm', '"ibm" is no symbol, wanted 1 to 20 of A-Z'],
    ['--data a.csv --from yesterday', '--from is "yesterday", wanted a date'],
    ['--data a.csv --to 2020-13-01', '--to is "2020-13-01", wanted a date'],
    ['--data a.csv --from 2020-02-01 --to 2020-01-01', 'lies before --from'],
    ['--data a.csv --resolution 1w', 'wanted a bar length such as 1m'],
    ['--data a.csv --resolution 0m', 'wanted a bar length such as 1m'],
    ['--data a.csv --session night', 'wanted one of regular, extended'],
    ['--data a.csv --prices split', 'wanted one of adjusted, raw'],
    ['--data a.csv --fees free', 'wanted one of lean, alpaca, none'],
    ['--data a.csv --fill best', 'wanted one of next-open, quote, intrabar'],
    ['--data a.csv --gate off', 'wanted one of enforce, observe'],
    ['--data a.csv --cash -5', 'wanted an amount such as 100000'],
    ['--data a.csv --param fast', '--param is "fast", wanted fast=12'],
    ['--data a.csv --param =3', 'wanted fast=12'],
    ['--data a.csv --strategy ema-cross --param fast=5 --param fast=6', '--param fast is given twice'],
    ['--data a.csv --set kenny.entry=market --set kenny.entry=limit', '--set kenny.entry is given twice'],
    ['--data a.csv --prices raw', 'wanted both'],
    ['--data a.csv --set volumeShare=0.1', 'wanted broker-paper.volumeShare=0.1'],
    ['--data a.csv --set broker-paper.__proto__.x=1', 'wanted broker-paper.volumeShare=0.1'],
    ['--data a.csv --set aletheia.x=1', 'No plugin aletheia takes part'],
    ['--data a.csv --strategy ema-crss', 'did you mean ema-cross?'],
  ])('%s is refused: %s', async (words, why) => {
    await expect(plan(words)).rejects.toThrow(why)
  })

  it('leaves unknown and wrong parameters to the strategy, which names them', async () => {
    await expect(plan('--data a.csv --strategy ema-cross --param quick=3')).rejects.toMatchObject({
      code: 'BAD_USAGE',
      where: '--param quick',
      message: expect.stringMatching(/^ema-cross has fast, slow, /),
    })
    await expect(plan('--data a.csv --set kenny.nothing=1')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      where: 'plugins.kenny.nothing',
    })
  })

  it('is what was typed, with the defaults of the page', async () => {
    const { spec } = await plan('--data a.csv b.csv')
    expect(spec).toMatchObject({
      data: ['a.csv', 'b.csv'],
      session: 'extended',
      prices: 'adjusted',
      strategy: 'patterns',
      params: {},
      gate: 'enforce',
    })
    expect(Object.keys(spec)).not.toContain('symbols')
    expect(spec.config.account.openingCash).toBe('100000')
  })

  it('carries every option to its place', async () => {
    const { spec, plugins } = await plan(
      '--data a.csv --symbols SPY,IBM --from 2013-10-07 --to 2013-10-11 --resolution 15m --session regular ' +
        '--adjust factors --prices raw --reference ref.json --strategy ema-cross --param fast=5 ' +
        '--fees none --fill quote --cash 5000.5 --gate observe',
    )
    expect(spec).toMatchObject({
      symbols: ['SPY', 'IBM'],
      from: '2013-10-07',
      to: '2013-10-11',
      resolution: '15m',
      session: 'regular',
      adjust: 'factors',
      prices: 'raw',
      reference: 'ref.json',
      strategy: 'ema-cross',
      params: { fast: 5 },
      gate: 'observe',
    })
    expect(spec.config.account.openingCash).toBe('5000.5')
    expect(spec.config.plugins).toEqual({
      'broker-paper': { feeModel: 'none', fill: 'quote' },
      'ema-cross': { fast: 5 },
    })
    expect(plugins.map(({ name }) => name)).toEqual(['ema-cross', 'kenny', 'id', 'hrm', 'broker-paper'])
  })

  it('keeps the configuration’s settings of those that take part, and goes over them', async () => {
    const config = {
      plugins: {
        'broker-paper': { fill: 'quote', fees: { minimum: '2', perUnit: '0.01' } },
        metrics: {},
      },
    }
    const { spec } = await plan('--data a.csv --fill next-open --set broker-paper.fees.minimum="3"', config)
    expect(spec.config.plugins).toEqual({
      'broker-paper': { fill: 'next-open', fees: { minimum: '3', perUnit: '0.01' } },
    })
    expect(config.plugins['broker-paper'].fees.minimum).toBe('2')
  })

  it('takes what looks like JSON as text where the strategy wants text, and nowhere else', async () => {
    const strategy = join(SCRATCH, 'words.mjs')
    writeFileSync(strategy, WORDS)
    const asked = '--param word=[1] --param any={"a":1} --param count=5 --param list=[2]'
    const { spec } = await plan(`--data a.csv --strategy ${strategy} ${asked}`)
    expect(spec.params).toEqual({ word: '[1]', any: '{"a":1}', count: 5, list: [2] })
    await expect(plan(`--data a.csv --strategy ${strategy} --param count=[5]`)).rejects.toMatchObject({
      where: '--param count',
    })
  })

  it.each([
    ['12', 12],
    ['-0.5', -0.5],
    ['true', true],
    ['"12"', '12'],
    ['[1,2]', [1, 2]],
    ['fast', 'fast'],
    ['', ''],
  ])('a value %j is taken as %j', (text, value) => {
    expect(readValue(text)).toEqual(value)
  })
})
