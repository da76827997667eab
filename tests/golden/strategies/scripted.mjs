/**
 * Says on given bars what it was given to say: the algorithms of others, told by what they do. Bars are
 * counted from 1; `stopBelow` puts the stop of an entry so far below the bar's close.
 */

const PRICE_SCALE = 100_000_000

export default ({ defineStrategy, v }) =>
  defineStrategy({
    name: 'scripted',
    version: '1.0.0',
    params: v.strictObject({
      script: v.array(
        v.strictObject({
          bar: v.number(),
          direction: v.picklist(['long', 'short']),
          quantity: v.string(),
          timeInForce: v.optional(v.string(), 'gtc'),
          stopBelow: v.optional(v.number()),
        }),
      ),
    }),
    initial: () => ({ bars: 0 }),
    onBar(state, bar, { params }) {
      state.bars++
      const line = params.script.find((each) => each.bar === state.bars)
      if (line === undefined) return undefined
      const { direction, quantity, stopBelow, timeInForce } = line
      return {
        action: 'enter',
        direction,
        sizing: { kind: 'quantity', quantity },
        terms: { type: 'market', timeInForce },
        ...(stopBelow === undefined ? {} : { stop: bar.close - stopBelow * PRICE_SCALE }),
      }
    },
  })
