/** A box behind its door, and the operations that its own document says it has. */

import type { Plugin } from '#core/contract.ts'
import type { Document, PathItem } from '#core/http/openapi/document.ts'
import metrics from '#plugins/metrics/index.ts'
import { AGENTS } from '#tests/support/ark.ts'
import { type Box, type BoxOptions, openBox, type Reply } from '#tests/unit/core/http-box.ts'
import { misfit, type Root, type Schema } from './json-schema.ts'

export interface Operation {
  /** `POST /v1/halt`. */
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly item: PathItem
  /** Undefined where no body is taken. */
  readonly body: { readonly schema: Schema; readonly example: unknown } | undefined
}

export const PLUGINS = [...AGENTS, metrics] as unknown as readonly Plugin[]

export const openContractBox = (options: BoxOptions = {}) => openBox({ plugins: PLUGINS, ...options })

export async function readDocument(box: Box): Promise<Document & Root> {
  return (await box.get('/openapi.json')).body
}

export function operationsOf(document: Document): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([lower, item]): Operation => {
      const method = lower.toUpperCase() as 'GET' | 'POST'
      const content = item.requestBody?.content['application/json']
      const body = content === undefined ? undefined : { schema: content.schema, example: content.example }
      return { name: `${method} ${path}`, method, path, item, body }
    }),
  )
}

/** Roles of which one will do; empty where no token is wanted on loopback. */
export function rolesOf({ item }: Operation): readonly string[] {
  const role = item['x-ark-role']
  if (typeof role !== 'string') return role
  return role === 'known' ? ['viewer'] : []
}

export interface Sent {
  readonly as?: string
  readonly body?: unknown
  /** Path parameters by name; others are `unknown`. */
  readonly places?: Readonly<Record<string, string>>
  readonly query?: string
}

export function send(
  box: Box,
  operation: Operation,
  { as, body, places = {}, query = '' }: Sent,
): Promise<Reply> {
  const inPath = operation.path.includes('{token}')
  const token = as === undefined ? undefined : (box.tokens[as] ?? as)
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'token' ? (token ?? 'none') : encodeURIComponent(places[name] ?? 'unknown'),
  )
  const options = inPath || as === undefined ? {} : { as }
  return operation.method === 'GET'
    ? box.get(path + query, options)
    : box.post(path + query, body ?? '', options)
}

/** As its own kind of client would. */
export function sendProperly(box: Box, operation: Operation, sent: Sent): Promise<Reply> {
  const [role] = rolesOf(operation)
  return send(box, operation, role === undefined ? sent : { as: role, ...sent })
}

/** What is wrong with an answer by the document: status, media type, shape, problem code; undefined when nothing is. */
export function undocumented(
  root: Root,
  { item }: Operation,
  { body, headers, status }: Reply,
): string | undefined {
  const documented = item.responses[String(status)]
  if (documented === undefined) return `${status} is no documented status`
  const type = (headers.get('content-type') ?? '').replace(/;.*/, '')
  const content = documented.content[type]
  if (content === undefined) return `${status} as ${type} is not documented`
  const found = misfit(root, content.schema, body, 2)
  return found === undefined ? undefined : `${status} ${found}: ${JSON.stringify(body).slice(0, 300)}`
}
