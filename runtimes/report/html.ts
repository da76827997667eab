/**
 * Pages out of templates that escape whatever they are given: symbols, reasons and file names come from
 * outside, and none of them may become markup.
 */

export interface Html {
  readonly html: string
}

type Part = Html | string | number | undefined | readonly Part[]

/** Interpolated text is escaped, markup of another template is taken as it is, undefined is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return raw(strings.map((text, index) => text + render(parts[index])).join(''))
}

/** Markup of our own making. */
export function raw(text: string): Html {
  return { html: text }
}

function render(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part))
  return 'html' in part ? part.html : part.map(render).join('')
}

export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** JSON for a script element: nothing in it can end the element. */
export function jsonText(value: unknown): Html {
  return raw(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => escapeUnicode(character)))
}

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
