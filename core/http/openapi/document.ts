/**
 * The HTTP surface as an OpenAPI 3.1 document: what is served, told by the table of operations.
 *
 * Only what is really routed stands in it. A route that the table does not know, as a plugin from elsewhere
 * may bring, is listed with what its route says.
 */

import type { Role } from '../../contract.ts'
import { ERRORS, type ErrorCode } from '../../errors.ts'
import { COMPONENTS } from './components.ts'
import { type Access, type Answer, type Body, GROUPS, type Operation } from './operation.ts'
import { OPERATIONS } from './operations.ts'
import { anything, fromValibot, named, type Schema, text } from './schema.ts'

/** A route as the router or a plugin has it. */
export interface Served {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly plugin?: string
  /** Of a plugin's route; absent = a read. */
  readonly role?: Role
}

export interface Content {
  readonly [type: string]: { readonly schema: Schema; readonly example?: unknown }
}

export interface Reply {
  readonly description: string
  readonly headers?: { readonly [name: string]: Schema }
  readonly content: Content
}

export interface PathItem {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly parameters: readonly {
    readonly name: string
    readonly in: 'path' | 'query'
    readonly required: boolean
    readonly description: string
    readonly schema: Schema
  }[]
  readonly requestBody?: { readonly required: true; readonly content: Content }
  readonly responses: { readonly [status: string]: Reply }
  readonly security: readonly { readonly [scheme: string]: readonly string[] }[]
  /** `open`, `read`, `known`, or the roles of which one will do. */
  readonly 'x-ark-role': string | readonly string[]
  readonly 'x-ark-plugin'?: string
  readonly 'x-ark-problems': readonly ErrorCode[]
}

export interface Document {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: { readonly [path: string]: { readonly [method: string]: PathItem } }
  readonly components: { readonly schemas: typeof COMPONENTS; readonly securitySchemes: object }
  /** Every code: status, cause, remedy, and whether the same call may be made again. */
  readonly 'x-ark-problems': typeof ERRORS
}

const ABOUT =
  'No order leaves without a rule having allowed it. Errors are problems (RFC 9457) with a stable ' +
  '`code`; every answer below 500 names the place and what to do. Bodies are JSON of at most 1 ' +
  'MiB, nested at most 32 levels; unknown fields are refused except in signals. Amounts may be ' +
  'numbers or decimal texts and are taken exactly; in answers they are texts. Times are RFC 3339 ' +
  'with Z. Lists answer `{items, next}`. Reads are open on a loopback port only; a write wants ' +
  '`Authorization: Bearer` with the token of an identity that holds the role. A token may send so ' +
  'many requests a second (`http.ratePerToken`); more are answered 429. Every GET answers HEAD as ' +
  'well; another method is a 405 that names what the path takes.'

export function createDocument(served: readonly Served[], version: string): Document {
  const known = OPERATIONS.flatMap((operation) => {
    const route = served.find((each) => keyOf(each) === keyOf(operation))
    return route === undefined ? [] : [{ operation, route }]
  })
  const others = served
    .filter((route) => !OPERATIONS.some((operation) => keyOf(operation) === keyOf(route)))
    .map((route) => ({ operation: toBare(route), route }))
  const paths: { [path: string]: { [method: string]: PathItem } } = {}
  for (const { operation, route } of [...known, ...others]) {
    const path = templateOf(operation.path)
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: toPathItem(operation, route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'ARK', version, description: ABOUT },
    servers: [{ url: '/' }],
    tags: Object.entries(GROUPS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: COMPONENTS,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token of `ark identity create`.' },
      },
    },
    'x-ark-problems': ERRORS,
  }
}

export function keyOf({ method, path }: Pick<Served, 'method' | 'path'>): string {
  return `${method} ${path}`
}

/** `/v1/orders/:id` → `/v1/orders/{id}`. */
function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

function toBare({ method, path, plugin }: Served): Operation {
  const summary = plugin === undefined ? 'Not described' : `Brought by the plugin ${plugin}`
  const answers = { 200: { about: 'As the plugin answers.', schema: anything } }
  return { method, path, group: 'Box', summary, access: 'read', answers }
}

function toPathItem(operation: Operation, { plugin, role }: Served): PathItem {
  const { about, answers, body, group, method, path, summary } = operation
  const access: Access =
    plugin === undefined ? operation.access : role === undefined ? 'read' : { roles: [role] }
  const problems = problemsOf(operation, access)
  return {
    operationId: `${method.toLowerCase()}${path.replace(/\W+/g, '_').replace(/_$/, '')}`,
    tags: [group],
    summary,
    ...(about === undefined ? {} : { description: about }),
    parameters: parametersOf(operation),
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body) } }),
    responses: { ...mapValues(answers, toReply), ...problemReplies(problems) },
    security: securityOf(access),
    'x-ark-role': typeof access === 'string' ? access : access.roles,
    ...(plugin === undefined ? {} : { 'x-ark-plugin': plugin }),
    'x-ark-problems': problems,
  }
}

function parametersOf({ parameters, path, query = [] }: Operation): PathItem['parameters'] {
  const places = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  return [
    ...places.map((name) => ({
      name,
      in: 'path' as const,
      required: true,
      description: parameters?.[name] ?? '',
      schema: text,
    })),
    ...query.map(({ name, about, schema }) => ({
      name,
      in: 'query' as const,
      required: false,
      description: about,
      schema,
    })),
  ]
}

function contentOf({ example, narrow, schema }: Body): Content {
  return { 'application/json': { schema: { ...fromValibot(schema), ...narrow }, example } }
}

function toReply({ about, also = {}, schema, type = 'application/json' }: Answer): Reply {
  const others = mapValues(also, (each) => ({ schema: each }))
  return { description: about, content: { [type]: { schema }, ...others } }
}

/** What follows from access, query and body, and what the operation names itself; each once, by status. */
function problemsOf({ body, method, problems = [], query }: Operation, access: Access): readonly ErrorCode[] {
  const codes = new Set<ErrorCode>([
    ...(query === undefined ? [] : (['BAD_QUERY'] as const)),
    ...(body === undefined ? [] : (['INVALID_BODY'] as const)),
    ...(access === 'open' ? [] : (['TOKEN_MISSING', 'RATE_LIMITED'] as const)),
    ...(access === 'open' || access === 'known' ? [] : (['ROLE_MISSING'] as const)),
    ...(method === 'POST' ? (['BODY_TOO_LARGE'] as const) : []),
    ...problems,
  ])
  return [...codes].sort((a, b) => ERRORS[a].status - ERRORS[b].status || (a < b ? -1 : 1))
}

/** One reply a status; the codes that it may carry are an enum and, in words, its description. */
function problemReplies(codes: readonly ErrorCode[]): { readonly [status: string]: Reply } {
  const replies: { [status: string]: Reply } = {}
  for (const status of new Set(codes.map((code) => ERRORS[code].status))) {
    const here = codes.filter((code) => ERRORS[code].status === status)
    const retries = here.some((code) => ERRORS[code].retry === 'safe')
    replies[status] = {
      description: here.map((code) => `\`${code}\` ${ERRORS[code].cause}`).join(' '),
      ...(retries ? { headers: { 'Retry-After': { schema: { type: 'integer' } } } } : {}),
      content: problemContent(here),
    }
  }
  replies.default = {
    description: 'Whatever nobody expected is a plain 500; the log says why.',
    content: problemContent(['ASSERTION', 'STORE_FAILED']),
  }
  return replies
}

function problemContent(codes: readonly ErrorCode[]): Content {
  const schema = { ...named('Problem'), properties: { code: { enum: codes } } }
  return { 'application/problem+json': { schema } }
}

/** A list is a choice; an empty entry is nobody. OpenAPI 3.1 puts roles where other schemes have scopes. */
function securityOf(access: Access): PathItem['security'] {
  if (access === 'open') return [{}]
  if (access === 'read') return [{}, { bearer: ['viewer'] }]
  if (access === 'known') return [{ bearer: [] }]
  return access.inPath === true ? [{}] : access.roles.map((role) => ({ bearer: [role] }))
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): { readonly [key: string]: To } {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
