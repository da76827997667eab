/**
 * Where things stand in a JSON text: the line of every value by its pointer, and of the first character that
 * is no JSON.
 *
 * parse.ts asks it what the host's parser keeps to itself: engines word their errors differently, and none of
 * them remembers lines.
 */

export interface Places {
  /** Line from 1 of the value that a JSON pointer (RFC 6901) names. */
  readonly lines: ReadonlyMap<string, number>
  /** The first place that is no JSON, and the pointer of the value that was being read. */
  readonly fault: { readonly line: number; readonly pointer: string } | undefined
}

interface Reader {
  readonly text: string
  readonly lines: Map<string, number>
  at: number
  line: number
}

const DEPTH_MAX = 64
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y

export function placesOf(text: string): Places {
  const reader: Reader = { text, lines: new Map(), at: 0, line: 1 }
  let fault = readValue(reader, '', 0)
  if (fault === undefined) {
    skipSpace(reader)
    if (reader.at < text.length) fault = ''
  }
  return {
    lines: reader.lines,
    fault: fault === undefined ? undefined : { line: reader.line, pointer: fault },
  }
}

/** The line of a pointer, or of the nearest value around it. */
export function lineOf({ lines }: Places, pointer: string): number {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const line = lines.get(at)
    if (line !== undefined || at === '') return line ?? 1
  }
}

/** Undefined when the value was read, else the pointer of what could not be. */
function readValue(reader: Reader, pointer: string, depth: number): string | undefined {
  skipSpace(reader)
  reader.lines.set(pointer, reader.line)
  const opening = reader.text[reader.at]
  if (opening === '{' || opening === '[') {
    if (depth === DEPTH_MAX) return pointer
    return readMembers(reader, pointer, depth, opening === '{')
  }
  return take(reader, opening === '"' ? STRING : LITERAL) === undefined ? pointer : undefined
}

function readMembers(reader: Reader, pointer: string, depth: number, named: boolean): string | undefined {
  const closing = named ? '}' : ']'
  reader.at++
  if (takeMark(reader, closing)) return undefined
  for (let index = 0; ; index++) {
    let name = String(index)
    if (named) {
      skipSpace(reader)
      const quoted = take(reader, STRING)
      if (quoted === undefined || !takeMark(reader, ':')) return pointer
      name = (JSON.parse(quoted) as string).replaceAll('~', '~0').replaceAll('/', '~1')
    }
    const fault = readValue(reader, `${pointer}/${name}`, depth + 1)
    if (fault !== undefined) return fault
    if (takeMark(reader, closing)) return undefined
    if (!takeMark(reader, ',')) return pointer
  }
}

function takeMark(reader: Reader, mark: string): boolean {
  skipSpace(reader)
  if (reader.text[reader.at] !== mark) return false
  reader.at++
  return true
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)?.[0]
  if (found !== undefined) reader.at += found.length
  return found
}

function skipSpace(reader: Reader): void {
  for (; reader.at < reader.text.length; reader.at++) {
    const character = reader.text[reader.at]
    if (character === '\n') reader.line++
    else if (character !== ' ' && character !== '\t' && character !== '\r') return
  }
}
