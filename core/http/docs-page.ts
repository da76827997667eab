/**
 * The page at /docs: the OpenAPI document as HTML, made on the box. No script, nothing from elsewhere, so it
 * works without a network and under the strictest policy. docs/decisions/0011 has why no ready-made viewer
 * is used.
 */

import type { Json } from '../contract.ts'
import { ERRORS } from '../errors.ts'
import { STYLE } from './docs-style.ts'
import type { Document, PathItem, Reply } from './openapi/document.ts'
import type { Schema } from './openapi/schema.ts'
import { type Field, fieldsOf, formsOf, notesOf, wordsOf } from './openapi/words.ts'

interface Entry {
  readonly method: string
  readonly path: string
  readonly item: PathItem
}

export function renderDocs(document: Document): string {
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, item]): Entry => ({ method, path, item })),
  )
  const groups = document.tags
    .map((tag) => ({ ...tag, entries: entries.filter(({ item }) => item.tags.includes(tag.name)) }))
    .filter((group) => group.entries.length > 0)
  const { title, version, description } = document.info
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${plain(title)} ${plain(version)}: HTTP interface</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">To the operations</a>
<header>
<p class="brand">${plain(title)} ${plain(version)}</p>
<h1>HTTP interface</h1>
<p class="lead">${rich(description)}</p>
<p class="facts"><a href="/openapi.json">openapi.json</a> <span>${entries.length} operations</span>
<a href="#problems">problem codes</a> <a href="#shapes">shapes</a></p>
</header>
<div class="frame">
<nav aria-label="Operations"><ul>${groups.map(renderNav).join('')}
<li><a href="#problems">Problem codes</a></li><li><a href="#shapes">Shapes</a></li></ul></nav>
<main id="main">
${groups.map(renderGroup).join('\n')}
${renderProblems(document)}
${renderShapes(document)}
<footer>Made by this box from the schemas that check what it is sent.</footer>
</main>
</div>
</body>
</html>
`
}

interface Grouped {
  readonly name: string
  readonly description: string
  readonly entries: readonly Entry[]
}

function renderNav({ name, entries }: Grouped): string {
  const items = entries.map(
    ({ item }) => `<li><a href="#${item.operationId}">${plain(item.summary)}</a></li>`,
  )
  return `<li><a href="#${anchorOf(name)}">${plain(name)}</a><ul>${items.join('')}</ul></li>`
}

function renderGroup({ description, entries, name }: Grouped): string {
  return `<section id="${anchorOf(name)}"><h2>${plain(name)}</h2>
<p class="about">${rich(description)}</p>
${entries.map(renderOperation).join('\n')}
</section>`
}

function renderOperation({ item, method, path }: Entry): string {
  const upper = method.toUpperCase()
  const body = item.requestBody?.content['application/json']
  const parts = [
    item.description === undefined ? '' : `<p>${rich(item.description)}</p>`,
    heading('Access', `<p class="note">${rich(accessOf(item))}</p>`),
    heading('Parameters', renderFields(item.parameters.map(toField))),
    body === undefined ? '' : heading('Body', renderBody(body.schema)),
    heading('Example', `<pre><code>${plain(curlOf(upper, path, item, body?.example))}</code></pre>`),
    heading('Answers', renderAnswers(item)),
    heading('Problems', renderCodes(item)),
  ]
  return `<details class="op">
<summary><span class="method ${method}">${upper}</span><code class="path">${plain(path)}</code>
<span class="what">${plain(item.summary)}</span><span class="role">${plain(roleOf(item))}</span></summary>
<div class="inside" id="${item.operationId}">
${parts.filter((part) => part !== '').join('\n')}
</div></details>`
}

/** Nothing at all when there is nothing below it. */
function heading(title: string, content: string): string {
  return content === '' ? '' : `<h3>${title}</h3>${content}`
}

function roleOf(item: PathItem): string {
  const role = item['x-ark-role']
  if (typeof role !== 'string') return role.join(' or ')
  return { open: 'open', read: 'read', known: 'any token' }[role] ?? role
}

function accessOf(item: PathItem): string {
  const role = item['x-ark-role']
  const from = item['x-ark-plugin'] === undefined ? '' : ` Served by the plugin \`${item['x-ark-plugin']}\`.`
  if (role === 'open') return `Open to everyone.${from}`
  if (role === 'read') return `Open on a loopback port; from elsewhere the role \`viewer\`.${from}`
  if (role === 'known') return `A token of any identity.${from}`
  const names = Array.isArray(role) ? role.map((name) => `\`${name}\``).join(' or ') : role
  return `A token of an identity with the role ${names}.${from}`
}

function toField({ description, in: place, name, required, schema }: PathItem['parameters'][number]): Field {
  const takes = `${wordsOf(schema)}, in the ${place}`
  return { name, takes, required, about: description, below: [] }
}

function renderBody(schema: Schema): string {
  const forms = formsOf(schema).map((form) => renderFields(fieldsOf(form)))
  const notes = notesOf(schema).map((note) => `<p class="note">${rich(note)}</p>`)
  return [...notes, forms.join('<p class="or">or</p>')].join('')
}

function renderFields(fields: readonly Field[]): string {
  if (fields.length === 0) return ''
  return `<ul class="fields">${fields.map(renderField).join('')}</ul>`
}

function renderField({ about, below, name, required, shape, takes }: Field): string {
  const link = shape === undefined ? '' : `<a href="#shape-${plain(shape)}">${plain(shape)}</a>`
  const must = required ? '<span class="must">required</span>' : ''
  const words = about === '' ? '' : `<div class="note">${rich(about)}</div>`
  return `<li><code class="name">${plain(name)}</code>${must}
<span class="takes">${plain(takes)} ${link}</span>${words}${renderFields(below)}</li>`
}

function renderAnswers({ responses }: PathItem): string {
  return Object.entries(responses)
    .filter(([, { content }]) => content['application/problem+json'] === undefined)
    .map(([status, reply]) => renderAnswer(status, reply))
    .join('')
}

function renderAnswer(status: string, { content, description }: Reply): string {
  const kind = Number(status) < 400 ? 'good' : 'bad'
  const types = Object.keys(content).map((type) => `<code>${plain(type)}</code>`)
  const schema = Object.values(content)[0]?.schema ?? {}
  const fields = fieldsOf(schema)
  const words = fields.length > 0 ? renderFields(fields) : `<p class="note">${renderWords(schema)}</p>`
  return `<details class="answer" open><summary>
<span class="status ${kind}">${status}</span>${rich(description)}
<span class="takes">${types.join(' ')}</span></summary>${words}</details>`
}

function renderWords(schema: Schema): string {
  const words = wordsOf(schema)
  return schema.$ref === undefined ? plain(words) : `<a href="#shape-${plain(words)}">${plain(words)}</a>`
}

function renderCodes(item: PathItem): string {
  const codes = item['x-ark-problems']
  if (codes.length === 0) return ''
  const items = codes.map((code) => {
    const { status } = ERRORS[code]
    return `<li><a href="#problem-${code}"><span>${status}</span> ${code}</a></li>`
  })
  return `<ul class="codes">${items.join('')}</ul>`
}

function renderProblems(document: Document): string {
  const rows = Object.entries(document['x-ark-problems'])
    .sort(([a, left], [b, right]) => left.status - right.status || (a < b ? -1 : 1))
    .map(([code, entry]) => renderProblem(code, entry))
  return `<section id="problems"><h2>Problem codes</h2>
<p class="about">Every code that ARK knows. Some are met by commands only; their status is for the day they
surface here.</p>
<table><thead><tr><th>Status</th><th>Code</th><th>Cause</th><th>Remedy</th><th>Try again</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></section>`
}

const AGAIN = { no: 'no', safe: 'yes', ask: 'ask first' }

function renderProblem(code: string, entry: (typeof ERRORS)[keyof typeof ERRORS]): string {
  const { cause, remedy, retry, status } = entry
  return `<tr id="problem-${code}"><td><span class="status bad">${status}</span></td>
<td><code>${code}</code></td><td class="long">${rich(cause)}</td><td class="long">${rich(remedy)}</td>
<td class="again">${AGAIN[retry]}</td></tr>`
}

function renderShapes({ components }: Document): string {
  const shapes = Object.entries(components.schemas).map(([name, schema]) => renderShape(name, schema))
  return `<section id="shapes"><h2>Shapes</h2><p class="about">What answers refer to by name.</p>
${shapes.join('\n')}</section>`
}

function renderShape(name: string, schema: Schema): string {
  const about = typeof schema.description === 'string' ? `<p>${rich(schema.description)}</p>` : ''
  const fields = renderFields(fieldsOf(schema))
  const words = fields === '' ? `<p class="note">${plain(wordsOf(schema))}</p>` : fields
  return `<details class="op"><summary><span class="method">${plain(String(schema.type ?? ''))}</span>
<code class="path">${plain(name)}</code></summary>
<div class="inside" id="shape-${plain(name)}">${about}${words}</div></details>`
}

/** Ready to paste into a shell on the box; the token comes from the environment. */
function curlOf(method: string, path: string, item: PathItem, example: unknown): string {
  const place = path.replace(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`)
  const open = item['x-ark-role'] === 'open' || item['x-ark-role'] === 'read' || path.includes('{token}')
  const json = example === undefined ? undefined : pretty(example as Json)
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"http://localhost:8000${place}"`,
    ...(open ? [] : ['-H "Authorization: Bearer $ARK_TOKEN"']),
    ...(json === undefined
      ? []
      : ["-H 'Content-Type: application/json'", `-d '${json.replaceAll("'", "'\\''")}'`]),
  ]
  return lines.join(' \\\n  ')
}

const WIDTH = 72

/** On one line where that is short. */
function pretty(value: Json): string {
  const flat = JSON.stringify(value)
  return flat.length <= WIDTH ? flat : JSON.stringify(value, null, 2)
}

function anchorOf(name: string): string {
  return `group-${name.toLowerCase().replace(/\W+/g, '-')}`
}

/** What stands between backticks is code. */
function rich(words: string): string {
  return plain(words).replace(/`([^`]+)`/g, '<code>$1</code>')
}

function plain(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
