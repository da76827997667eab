/**
 * A copy of a data file in which everything after a moment is another future: its prices are mirrored at the
 * last one before, so that what rose falls and what was the high becomes the low.
 *
 * The look-ahead check makes it, for strategies that read the file themselves. Every row keeps its time and
 * stays valid; a row is left as it is unless it surely lies after the moment.
 */

import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { TimeMs } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { parseTime } from '#core/time.ts'
import {
  bareField,
  DATE,
  type Layout,
  recogniseHeader,
  splitLine,
  TIME,
} from '#plugins/feed-replay/csv-header.ts'
import { parseSessionDay, parseStamp } from '#plugins/feed-replay/csv-rare.ts'
import { filePort } from '../shared/files.ts'

/** What becomes which: a mirrored high is a low, a mirrored bid an ask. */
const MIRRORS: Readonly<Record<string, string>> = {
  open: 'open',
  high: 'low',
  low: 'high',
  close: 'close',
  price: 'price',
  bid: 'ask',
  ask: 'bid',
  bid_open: 'ask_open',
  bid_high: 'ask_low',
  bid_low: 'ask_high',
  bid_close: 'ask_close',
  ask_open: 'bid_open',
  ask_high: 'bid_low',
  ask_low: 'bid_high',
  ask_close: 'bid_close',
}
/** The first one present is what a symbol's prices are mirrored at. */
const ANCHORS = ['close', 'price', 'bid_close', 'bid'] as const
/** What the readers still take, whatever the mirror makes of an absurd price. */
const PRICE_MAX = 9_000_000

/**
 * Returns how many rows became other ones. Gzipped files stay gzipped. Throws DATA_INVALID for what the
 * reader would not take either: a row that stays for want of understanding would prove nothing.
 */
export async function writeAltered(from: string, to: string, after: TimeMs): Promise<number> {
  const mirror = createMirror(from, after)
  const bytes = Readable.from(mirrored(from, mirror))
  if (await isGzip(from)) await pipeline(bytes, createGzip({ level: 1 }), createWriteStream(to))
  else await pipeline(bytes, createWriteStream(to))
  return mirror.altered()
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

/** Latin-1 takes every byte there and back, whatever the file's own encoding. */
async function* mirrored(path: string, mirror: Mirror): AsyncGenerator<Buffer> {
  let rest = ''
  for await (const bytes of filePort.read(path)) {
    const lines = (rest + Buffer.from(bytes).toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    if (lines.length > 0)
      yield Buffer.from(`${lines.map((line) => mirror.line(line)).join('\n')}\n`, 'latin1')
  }
  if (rest !== '') yield Buffer.from(mirror.line(rest), 'latin1')
}

export interface Mirror {
  /** Call it with each line in order, the header first. */
  line(text: string): string
  altered(): number
}

export function createMirror(file: string, after: TimeMs): Mirror {
  let header: Header | undefined
  let lines = 0
  let altered = 0
  const anchors = new Map<string, number>()
  return {
    altered: () => altered,
    line: (text) => {
      lines++
      if (header === undefined) {
        header = readHeader(file, text)
        if (header.layout.hasHeader) return text
      }
      if (text.trim() === '') return text
      const fields = splitLine(text)
      const symbol = fields[header.symbol] ?? ''
      const own = Number(bareField(fields[header.anchor] ?? ''))
      const isLater = liesAfter(fields, header, after)
      if (isLater === undefined || !(own > 0))
        throw new ArkError(
          'DATA_INVALID',
          `${file}:${lines}`,
          'the row has no time or no price, wanted both.',
        )
      // A symbol that begins later is mirrored at its own first price.
      const anchor = isLater ? (anchors.get(symbol) ?? own) : own
      anchors.set(symbol, anchor)
      if (!isLater) return text
      altered++
      return mirrorFields(fields, header, anchor).join(',')
    },
  }
}

interface Header {
  readonly layout: Layout
  readonly symbol: number
  readonly anchor: number
  /** Columns of the times that the reader goes by. */
  readonly stamps: readonly number[]
  /** Column, and the one that it becomes the mirror image of. */
  readonly prices: readonly (readonly [to: number, from: number])[]
}

/** The reader's own understanding of it, whatever a vendor calls the columns. */
function readHeader(file: string, line: string): Header {
  const layout = recogniseHeader(file, line.replace(/^\xef\xbb\xbf/, '').trim(), false)
  const { names, operations } = layout
  return {
    layout,
    symbol: names.indexOf('symbol'),
    anchor: names.indexOf(ANCHORS.find((name) => names.includes(name)) ?? ''),
    stamps: [...operations.keys()].filter((index) => isStamp(operations[index])),
    prices: names.flatMap((name, index) => {
      const from = names.indexOf(MIRRORS[name] ?? '')
      return from < 0 ? [] : [[index, from] as const]
    }),
  }
}

function isStamp(operation: number | undefined): boolean {
  return operation === TIME || operation === DATE
}

/** By every clock that the row goes by; undefined where one of them is no time. */
function liesAfter(
  fields: readonly string[],
  { layout, stamps }: Header,
  after: TimeMs,
): boolean | undefined {
  const times = stamps.map((index) => toTime(bareField(fields[index] ?? ''), layout))
  if (times.some(Number.isNaN)) return undefined
  // A bar that begins at the moment ends later.
  const isStart = layout.stamp === 'start' || layout.stamp === 'date'
  return times.every((time) => (isStart ? time >= after : time > after))
}

function toTime(text: string, { stamp }: Layout): TimeMs {
  if (stamp !== 'date') return parseStamp(text, undefined)?.time ?? Number.NaN
  return text.length === 10 ? parseTime(text) : parseSessionDay(text)
}

/** To as many digits in each column: a low rounded otherwise than the close on it could come to lie above. */
function mirrorFields(fields: readonly string[], { prices }: Header, anchor: number): readonly string[] {
  const texts = prices.map(([, from]) => bareField(fields[from] ?? ''))
  const digits = Math.min(8, Math.max(2, ...texts.map(digitsOf)))
  const result = [...fields]
  for (const [index, [to]] of prices.entries()) {
    const value = Number(texts[index])
    if (!(value > 0)) continue
    const mirrored = Math.min(PRICE_MAX, anchor * (anchor / value))
    result[to] = Math.max(Number(`1e-${digits}`), mirrored).toFixed(digits) + lineEnd(fields[to])
  }
  return result
}

function digitsOf(text: string): number {
  return /e/i.test(text) ? 8 : (text.split('.')[1] ?? '').length
}

function lineEnd(field = ''): string {
  return field.endsWith('\r') ? '\r' : ''
}
