/**
 * GET /openapi.json and GET /docs. Both are made at the first request and kept, until a plugin that brings
 * routes starts or stops. Open to everyone, because they say nothing about this box but its version.
 */

import { renderDocs } from '../docs-page.ts'
import type { App, Door } from '../door.ts'
import { createDocument, type Document, keyOf, type Served } from './document.ts'

/** Nothing is loaded from anywhere, and nothing runs. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

interface Made {
  readonly key: string
  readonly json: string
  readonly page: string
}

export function mountDocument(app: App, door: Door): void {
  let made: Made | undefined
  const current = (): Made => {
    const served = listServed(app, door)
    const key = served.map(keyOf).join()
    if (made?.key !== key) made = make(key, createDocument(served, door.ark.options.build.version))
    return made
  }
  app.get('/openapi.json', (c) => c.body(current().json, 200, { 'content-type': 'application/json' }))
  app.get('/docs', (c) => c.html(current().page, 200, { 'content-security-policy': POLICY }))
}

function make(key: string, document: Document): Made {
  return { key, json: JSON.stringify(document), page: renderDocs(document) }
}

/** The router lists a route once for each of its handlers. Core's wins over a plugin's of the same path. */
function listServed(app: App, { ark }: Door): readonly Served[] {
  const found = new Map<string, Served>()
  const add = (route: Served): void => {
    if (!found.has(keyOf(route))) found.set(keyOf(route), route)
  }
  for (const { method, path } of app.routes) if (method === 'GET' || method === 'POST') add({ method, path })
  for (const { plugin, route } of ark.services.routes()) {
    const { method, pattern: path, role } = route
    if (ark.services.entries.get(plugin)?.state !== 'active') continue
    add(role === undefined ? { method, path, plugin } : { method, path, plugin, role })
  }
  return [...found.values()]
}
