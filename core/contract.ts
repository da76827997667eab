/**
 * THE DOOR: every type a plugin may see, and no run-time code.
 *
 * A plugin imports this file and core/math.ts, core/time.ts, core/errors.ts, nothing else of ARK. What is not
 * named here does not exist for it.
 */

export type * from './contract/events.ts'
export type * from './contract/market.ts'
export type * from './contract/orders.ts'
export type * from './contract/plugin.ts'
export type * from './contract/ports.ts'
export type * from './contract/proposals.ts'
export type * from './contract/units.ts'
export type * from './contract/world.ts'
