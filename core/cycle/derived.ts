/** Which events only follow from others: nobody outside may say them. */

import type { EventType } from '../contract.ts'

/** What only follows from something. A book that folded these from outside would believe whoever calls. */
export const DERIVED_ONLY: ReadonlySet<EventType> = new Set<EventType>([
  'market/bar',
  'market/trade',
  'market/quote',
  'market/chunk',
  'decision/approved',
  'decision/denied',
  'decision/held',
  'decision/reviewed',
  'order/accepted',
  'order/filled',
  'order/rejected',
  'order/cancelled',
  'order/throttled',
  'order/amended',
  'permit/lapsed',
  'mode/changed',
  'action/judged',
  'position/uncovered',
  'position/covered',
  'account/strained',
  'account/eased',
])
