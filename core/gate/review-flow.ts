/**
 * The flow of orders as it would be had one of them not been released: a second look at that order is judged
 * on it.
 */

import type { TimeMs } from '../contract.ts'
import { BUCKET, type OrderFlow, type Release } from './order-flow.ts'
import { isSameContent } from './parse-order.ts'

/**
 * The same flow without one release at `at`, of the account's day that still runs or not; shares what the
 * release did not touch.
 */
export function withoutRelease(
  flow: OrderFlow,
  { content, notional, triple }: Release,
  at: TimeMs,
  isOfToday: boolean,
): OrderFlow {
  const { orders, turnover } = flow.today
  return {
    ...flow,
    executions: without(flow.executions, at),
    messages: without(flow.messages, at),
    parents: { ...flow.parents, [triple]: without(flow.parents[triple] ?? [], at) },
    bucket: { left: Math.min(BUCKET, flow.bucket.left + 1_000), at: flow.bucket.at },
    recent: flow.recent.filter((release) => release.at !== at || !isSameContent(release.content, content)),
    today: isOfToday ? { turnover: turnover - notional, orders: orders - 1 } : flow.today,
  }
}

function without(times: readonly TimeMs[], at: TimeMs): TimeMs[] {
  const place = times.lastIndexOf(at)
  return place < 0 ? times.slice() : times.toSpliced(place, 1)
}
