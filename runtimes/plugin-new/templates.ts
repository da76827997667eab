/**
 * The texts of `ark plugin new`: a strategy that trades, and its tests. They are the first code of ARK that
 * many read, so they are as short as a sound strategy can be.
 */

export function strategyText(name: string): string {
  return `/**
 * ${name}: long when the fast average of closes crosses above the slow one, out when it crosses back.
 *
 * ARK calls onBar once for each closed bar, in order of time. It may change its state and return advice,
 * nothing else: no clock, no chance, no files, no network. So a backtest can be repeated to the byte, and the
 * same file runs live.
 */

import type { Kit } from './ark.d.ts'

export default ({ defineStrategy, indicators, v }: Kit) => {
  const { createAtr, createEma, updateAtr, updateEma } = indicators
  const bars = v.pipe(v.number(), v.integer(), v.minValue(1))
  const multiple = v.pipe(v.number(), v.gtValue(0))

  return defineStrategy({
    name: '${name}',
    version: '1.0.0',

    // What --param fast=8 sets, and "plugins": { "${name}": { "fast": 8 } } in ark.config.json.
    params: v.strictObject({
      fast: v.optional(bars, 10),
      slow: v.optional(bars, 30),
      stop: v.optional(multiple, 2),
      target: v.optional(multiple, 4),
    }),

    // Lose at most 1 % of equity when the stop is hit.
    sizing: () => ({ kind: 'risk', fraction: 0.01 }),

    // What it remembers of one symbol. Plain JSON: a box that stops goes on from it.
    initial: ({ fast, slow }) => ({
      fast: createEma(fast),
      slow: createEma(slow),
      atr: createAtr(14),
      above: false,
      begun: false,
    }),

    onBar: (state, { high, low, close }, { params, position }) => {
      const fast = updateEma(state.fast, close)
      const slow = updateEma(state.slow, close)
      const atr = updateAtr(state.atr, high, low, close)
      // Indicators are NaN until they have seen enough bars.
      if (Number.isNaN(slow) || Number.isNaN(atr)) return undefined
      const above = fast > slow
      const crossed = state.begun && above !== state.above
      state.above = above
      state.begun = true
      if (!crossed) return undefined
      if (!above) return position > 0 ? { action: 'exit', direction: 'long' } : undefined
      if (position !== 0) return undefined
      return {
        action: 'enter',
        direction: 'long',
        // The rules refuse an entry without a stop, and one whose target pays less than 1.5 times its risk.
        stop: close - params.stop * atr,
        targets: [{ price: close + params.target * atr, portion: 1 }],
        evidence: { atr: atr / 1e8 },
      }
    },
  })
}
`
}

export function testText(name: string): string {
  return `/** Run by \`ark plugin test ${name}\`. A test fails when it throws. */

import assert from 'node:assert/strict'
import type { TestKit } from './ark.d.ts'

export default ({ test, play }: TestKit) => {
  // Down for 20 bars, up for 20, down for 20.
  const closes = Array.from({ length: 60 }, (_, bar) => 100 + Math.abs(20 - (bar < 40 ? bar : 80 - bar)))
  const params = { fast: 3, slow: 6 }

  test('enters when the averages cross up, leaves when they cross down', () => {
    const said = play({ closes, reach: 0.5, params })
    assert.deepEqual(
      said.map(({ bar, action, direction }) => [bar, action, direction]),
      [
        [24, 'enter', 'long'],
        [44, 'exit', 'long'],
      ],
    )
  })

  test('risks less than it may gain', () => {
    const [entry] = play({ closes, reach: 0.5, params })
    const close = closes[entry?.bar ?? 0] ?? 0
    const risk = close - (entry?.stop ?? 0)
    const gain = (entry?.targets[0] ?? 0) - close
    assert.ok(risk > 0 && gain >= 1.5 * risk)
  })

  test('says nothing while a market stands still', () => {
    assert.deepEqual(play({ closes: Array.from({ length: 60 }, () => 100), params }), [])
  })
}
`
}
