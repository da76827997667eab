import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Plugin, Route } from '#core/contract.ts'
import { ERRORS } from '#core/errors.ts'
import type { Document } from '#core/http/openapi/document.ts'
import { OPERATIONS } from '#core/http/openapi/operations.ts'
import { PLUGINS as SHIPPED } from '#runtimes/plugins.ts'
import { type Box, openBox, probeWith } from '#tests/unit/core/http-box.ts'
import { operationsOf, PLUGINS, readDocument } from './contract-box.ts'
import { deref, misfit, type Root, type Schema } from './json-schema.ts'

const FOREIGN: readonly Route[] = [
  { method: 'GET', pattern: '/elsewhere/:name', handle: () => Response.json('here') },
  { method: 'POST', pattern: '/elsewhere', role: 'admin', handle: () => Response.json('here') },
  { method: 'GET', pattern: '/v1/mode', role: 'admin', handle: () => Response.json('never') },
]
let box: Box
let document: Document & Root
let page: string
beforeAll(async () => {
  // Feeds start with a box and send rows of their own; they have no routes.
  const plugins = SHIPPED.filter(({ name }) => !name.startsWith('feed-')) as unknown as readonly Plugin[]
  box = await openBox({ plugins })
  document = await readDocument(box)
  page = (await box.get('/docs')).body
})
afterAll(() => box.close())

const references = (value: unknown): readonly string[] =>
  [...JSON.stringify(value).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref)

describe('the table of operations', () => {
  it('has every route that core and the plugins serve, and none besides', () => {
    const bare = operationsOf(document).filter(({ item }) => /^Not described|^Brought by/.test(item.summary))
    expect(bare.map(({ name }) => name)).toEqual([])
    const written = OPERATIONS.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    expect(
      operationsOf(document)
        .map(({ name }) => name)
        .sort(byText),
    ).toEqual(written.toSorted(byText))
  })

  it('names the plugin that really serves', () => {
    const told = OPERATIONS.filter(({ plugin }) => plugin !== undefined).map(({ path, plugin }) => [
      path,
      plugin,
    ])
    const served = operationsOf(document).flatMap(({ item, path }) =>
      item['x-ark-plugin'] === undefined ? [] : [[path, item['x-ark-plugin']]],
    )
    expect(served).toEqual(told)
  })

  it('tells of every path parameter', () => {
    for (const { item, name } of operationsOf(document))
      for (const parameter of item.parameters) expect(parameter.description, name).not.toBe('')
  })
})

describe('the document', () => {
  it('is OpenAPI 3.1 with relative servers and one bearer scheme', async () => {
    const { headers } = await box.get('/openapi.json')
    expect(headers.get('content-type')).toBe('application/json')
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'ARK', version: '0.0.0' },
      servers: [{ url: '/' }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    })
  })

  it('has ids that are unique, and references that lead somewhere', () => {
    const ids = operationsOf(document).map(({ item }) => item.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const $ref of references(document)) expect(() => deref(document, { $ref })).not.toThrow()
    const used = new Set(references(document).map((ref) => ref.slice(ref.lastIndexOf('/') + 1)))
    expect([...used].sort(byText)).toEqual(Object.keys(document.components.schemas).sort(byText))
  })

  it('gives for every body an example that fits it', () => {
    for (const { body, name } of operationsOf(document))
      if (body !== undefined) expect(misfit(document, body.schema, body.example), name).toBeUndefined()
  })

  it('closes every body against unknown members, except where a signal keeps them', () => {
    const open = operationsOf(document).filter(({ body, item }) => {
      const forms = [body?.schema.anyOf ?? body?.schema].flat() as readonly (Schema | undefined)[]
      return item.requestBody !== undefined && forms.some((form) => form?.additionalProperties !== false)
    })
    expect(open.map(({ path }) => path)).toEqual(['/v1/signals', '/v1/signals/{token}'])
  })

  it('lists every problem code with cause and remedy, and none that is none', () => {
    expect(document['x-ark-problems']).toEqual(ERRORS)
    for (const { item, name } of operationsOf(document)) {
      for (const code of item['x-ark-problems']) {
        const reply = item.responses[String(ERRORS[code].status)]
        expect(JSON.stringify(reply), `${name} ${code}`).toContain(`"${code}"`)
      }
    }
  })

  it('says of an amount that it is a number or a text, and what either may be', () => {
    const orders = operationsOf(document).find(({ name }) => name === 'POST /v1/orders')
    const { properties } = orders?.body?.schema ?? {}
    const { quantity = {} } = properties as Readonly<Record<string, Schema>>
    const fits = (value: unknown) => misfit(document, quantity, value) === undefined
    expect([1, 0.5, '1', '0.50000000', '90000000'].map(fits)).toEqual([true, true, true, true, true])
    expect([0, -1, '0', '0.000', '-1', '.5', '1e5', '0.123456789', true, null].some(fits)).toBe(false)
  })

  it('tells of the live feeds in words', () => {
    const journal = document.tags.find(({ name }) => name === 'Journal')
    expect(journal?.description).toContain('/ws/reasoning/{agent}')
    expect(document.paths['/v1/events']?.get?.responses['200']?.content).toHaveProperty(['text/event-stream'])
  })

  it('follows a plugin that starts or stops, and leaves core’s routes to core', async () => {
    const other = await openBox({ plugins: [...PLUGINS, probeWith(FOREIGN)] })
    const { paths } = await readDocument(other)
    expect(paths['/elsewhere/{name}']?.get).toMatchObject({ 'x-ark-plugin': 'probe', 'x-ark-role': 'read' })
    expect(paths['/elsewhere']?.post).toMatchObject({
      'x-ark-role': ['admin'],
      security: [{ bearer: ['admin'] }],
    })
    expect(paths['/v1/mode']?.get?.['x-ark-role']).toBe('read')
    await other.ark.stopService('probe')
    expect(Object.keys((await readDocument(other)).paths)).not.toContain('/elsewhere')
    expect((await other.get('/docs')).body).not.toContain('/elsewhere')
    await other.close()
  })
})

describe('the page', () => {
  it('is one HTML file with no script, and nothing of it comes from elsewhere', async () => {
    const { headers } = await box.get('/docs')
    expect(headers.get('content-type')).toMatch(/^text\/html/)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.startsWith('<!doctype html>')).toBe(true)
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object|embed|form)\b|\son\w+=|url\(|@import/i)
    expect([...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, to = '']) => to[0])).not.toContain('h')
  })

  it('shows every operation with its role and an example, and every code with its remedy', () => {
    const shown = page.replaceAll('&quot;', '"')
    for (const { item, name, path } of operationsOf(document)) {
      expect(page, name).toContain(`id="${item.operationId}"`)
      expect(shown, name).toContain(
        `http://localhost:8000${path.replace(/\{(\w+)\}/g, (_, at) => `$${at.toUpperCase()}`)}`,
      )
    }
    for (const [code, { remedy }] of Object.entries(ERRORS)) {
      expect(page).toContain(`id="problem-${code}"`)
      expect(shown).toContain(remedy)
    }
  })

  it('leads nowhere that is not on it, and closes what it opens', () => {
    const ids = [...page.matchAll(/\bid="([^"]+)"/g)].map(([, id = '']) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, to = ''] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(to)
    for (const tag of ['details', 'summary', 'section', 'ul', 'li', 'p', 'code', 'pre', 'div', 'span', 'a']) {
      const opened = page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length ?? 0
      expect(page.match(new RegExp(`</${tag}>`, 'g'))?.length ?? 0, tag).toBe(opened)
    }
  })

  it('suits a phone, and light as well as dark', () => {
    expect(page).toContain('width=device-width')
    expect(page).toContain('prefers-color-scheme: dark')
  })
})

function byText(a: string, b: string): number {
  return a < b ? -1 : 1
}
