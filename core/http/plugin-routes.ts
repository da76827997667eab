/**
 * Routes that plugins bring. They are looked up anew for each request that no route of core's took, because
 * services start and stop while the port is open.
 */

import { TrieRouter } from 'hono/router/trie-router'
import type { Route } from '../contract.ts'
import type { Door } from './door.ts'

export interface Found {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** `where` = the port that was asked. */
export function findRoute(
  door: Door,
  where: 'api' | 'metrics',
  method: string,
  path: string,
): Found | undefined {
  const { services } = door.ark
  const router = new TrieRouter<Route>()
  for (const { plugin, route } of services.routes()) {
    const runs = services.entries.get(plugin)?.state === 'active'
    if (runs && (where === 'api' || route.metricsPort === true))
      router.add(route.method, route.pattern, route)
  }
  const [first] = router.match(method, path)[0]
  if (first === undefined) return undefined
  const [route, params] = first
  return {
    route,
    params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decode(String(value))])),
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
