/** What one event is worked with: where drafts go, and what may be asked. */

import type { Draft, Instrument, Quantity, TimeMs, World } from '#core/contract.ts'
import type { BrokerConfig } from './config.ts'
import type { Row } from './row.ts'

export interface Turn {
  readonly out: Draft[]
  readonly config: BrokerConfig
  readonly world: World
  readonly instrument: Instrument
  /** Until when the market is known that fills are made of. */
  readonly time: TimeMs
  /** What a price costs beside itself, in 1e-8: slippage, and half the spread where no quote is known. */
  readonly adverse: number
  /** As of its row. */
  readonly triggers: boolean
  /** Most that may still be filled in this turn. */
  room: Quantity
}

const PER_BASIS_POINT = 10_000

export function createTurn(
  config: BrokerConfig,
  world: World,
  symbol: string,
  time: TimeMs,
  { quoted, triggers, room }: Pick<Row, 'quoted' | 'triggers' | 'room'>,
): Turn {
  const points = config.slippageBps + (quoted ? 0 : config.spreadBps / 2)
  const adverse = Math.round(points * PER_BASIS_POINT)
  return { out: [], config, world, instrument: world.instrument(symbol), time, adverse, triggers, room }
}
