/**
 * A strategy on a stage: bars in, advice out, without a kernel. Entries and exits are filled at once, so that
 * a test can say on which bar something happens; what stops, targets, fees and rules make of it a backtest
 * shows.
 *
 * Called by the tests of a strategy (play) and by the checks that every strategy passes.
 */

import { unregistered } from '#core/book/instruments.ts'
import type { ArkEvent, Bar, Pattern, Plugin, World } from '#core/contract.ts'
import { CASH_SCALE, PRICE_SCALE, parsePrice, QUANTITY_SCALE } from '#core/math.ts'
import { DAY, parseTime } from '#core/time.ts'
import type { Played, Said } from './ark.d.ts'

export interface Stage {
  /** The strategy's own, as it stands. */
  state: unknown
  /** What it says on the bar. Throws what it throws. */
  show(bar: Bar): readonly Pattern[]
}

const FIRST = parseTime('2024-01-02T21:00:00Z')
const EQUITY = 100_000 * CASH_SCALE
const VOLUME = 10_000_000_000

export function createStage(plugin: Plugin, params: unknown): Stage {
  const { agent } = plugin
  if (agent === undefined) throw new TypeError(`${plugin.name} is no agent`)
  const positions = new Map<string, number>()
  const marks = new Map<string, number>()
  let now = FIRST
  const world = createWorld(positions, marks, () => now)
  const stage: Stage = {
    state: agent.initial(params),
    show: (bar) => {
      now = bar.end
      marks.set(bar.symbol, bar.close)
      const drafts = agent.reduce(stage.state, toEvent(bar), params, world)
      const said = drafts.flatMap((draft) => (draft.type === 'pattern/recognised' ? [draft.payload] : []))
      for (const { symbol, action, direction } of said)
        positions.set(symbol, action === 'exit' ? 0 : direction === 'long' ? QUANTITY_SCALE : -QUANTITY_SCALE)
      return said
    },
  }
  return stage
}

/** Throws what the strategy throws, and a TypeError for closes that are no prices. */
export function play(plugin: Plugin, params: unknown, market: Played): readonly Said[] {
  const stage = createStage(plugin, params)
  const bars = toBars(market)
  return bars.flatMap((bar, number) => stage.show(bar).map((pattern) => toSaid(pattern, number)))
}

function toBars({ closes, reach = 0 }: Played): readonly Bar[] {
  const prices = closes.map((close) => Math.round(close * PRICE_SCALE))
  const away = Math.round(reach * PRICE_SCALE)
  return prices.map((close, number) => {
    const open = prices[number - 1] ?? close
    const low = Math.min(open, close) - away
    if (!(low > 0 && Number.isSafeInteger(close))) throw new TypeError(`bar ${number} is no price above 0`)
    return toBar('TEST', FIRST + number * DAY, [open, Math.max(open, close) + away, low, close])
  })
}

export function toBar(
  symbol: string,
  end: number,
  [open, high, low, close]: readonly [number, number, number, number],
): Bar {
  return { symbol, end, open, high, low, close, volume: VOLUME, resolution: '1d' }
}

function toSaid({ action = 'enter', direction, legs, evidence }: Pattern, bar: number): Said {
  const inCurrency = (price: string) => parsePrice(price) / PRICE_SCALE
  const { stopLoss, targets = [] } = legs ?? {}
  return {
    bar,
    action,
    direction,
    ...(stopLoss === undefined ? {} : { stop: inCurrency(stopLoss.price) }),
    targets: targets.map(({ price }) => inCurrency(price)),
    evidence,
  }
}

function toEvent(bar: Bar): ArkEvent {
  const frame = { seq: 1, source: 'stage', time: bar.end, traceId: '', causeSeq: 0, hop: 0 }
  return { ...frame, type: 'market/bar', payload: bar } as ArkEvent
}

function createWorld(
  positions: ReadonlyMap<string, number>,
  marks: ReadonlyMap<string, number>,
  now: () => number,
): World {
  return {
    now,
    mode: () => 'active',
    runKind: () => 'backtest',
    session: () => undefined,
    instrument: unregistered,
    mark: (symbol) => marks.get(symbol) ?? Number.NaN,
    quote: () => undefined,
    position: (symbol) => positions.get(symbol) ?? 0,
    equity: () => EQUITY,
    fee: () => 0,
    cash: () => EQUITY,
    committed: () => 0,
    dayStartEquity: () => EQUITY,
    netDeposits: () => 0,
    realised: () => 0,
    held: () => [...positions.keys()].filter((symbol) => positions.get(symbol) !== 0),
    working: () => [],
  }
}
