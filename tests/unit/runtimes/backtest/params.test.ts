/** Parameters that a strategy does not take are told as they were typed. */

import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Plugin, Schema } from '#core/contract.ts'
import { defineStrategy } from '#core/strategy.ts'
import emaCross from '#plugins/ema-cross/index.ts'
import { checkParams } from '#runtimes/backtest/params.ts'

const ema = emaCross as unknown as Plugin
const schemaOf = (params: Schema<unknown>) =>
  defineStrategy({
    name: 'own',
    version: '1.0.0',
    params,
    initial: () => ({}),
    onBar: () => undefined,
  }) as unknown as Plugin

describe('a parameter is refused', () => {
  it.each([
    ['that there is not', ema, { nope: 1 }, '--param nope', /^ema-cross has fast, slow, /],
    ['out of its range', ema, { fast: 0 }, '--param fast', /^It was 0, wanted at least/],
    ['with another', ema, { fast: 50, slow: 20 }, '--param', /^ema-cross refuses them together: .*fast.*\.$/],
    ['where there are none', schemaOf(v.strictObject({})), { a: 1 }, '--param a', /^own has no parameter\.$/],
  ])('%s', async (_, plugin, settings, where, message) => {
    await expect(checkParams(plugin, settings, Object.keys(settings), '--param')).rejects.toMatchObject({
      code: 'BAD_USAGE',
      where,
      message: expect.stringMatching(message),
    })
  })
})

it('what nobody typed is left to the loader', async () => {
  await expect(checkParams(ema, { nope: 1 }, [], '--param')).resolves.toBeUndefined()
  await expect(checkParams(ema, undefined, ['fast'], '--param')).resolves.toBeUndefined()
})
