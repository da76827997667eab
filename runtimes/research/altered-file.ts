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
import { parseTime } from '#core/time.ts'
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
const STAMPS: readonly string[] = ['end', 'ts_utc', 'date', 'exch_ts_utc', 'recv_ts_utc']
/** What the readers still take, whatever the mirror makes of an absurd price. */
const PRICE_MAX = 9_000_000

/** Returns how many rows became other ones. Gzipped files stay gzipped. */
export async function writeAltered(from: string, to: string, after: TimeMs): Promise<number> {
  const mirror = createMirror(after)
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

export function createMirror(after: TimeMs): Mirror {
  let header: Header | undefined
  let altered = 0
  const anchors = new Map<string, number>()
  return {
    altered: () => altered,
    line: (text) => {
      if (header === undefined) {
        header = readHeader(text)
        return text
      }
      const fields = splitFields(text)
      const symbol = fields[header.symbol] ?? ''
      const own = Number(bare(fields[header.anchor]))
      const isLater = liesAfter(fields, header, after)
      // A symbol that begins later is mirrored at its own first price.
      const anchor = isLater ? (anchors.get(symbol) ?? own) : own
      if (anchor > 0) anchors.set(symbol, anchor)
      if (!isLater || !(anchor > 0)) return text
      altered++
      return mirrorFields(fields, header, anchor).join(',')
    },
  }
}

interface Header {
  readonly symbol: number
  readonly anchor: number
  readonly stamps: readonly number[]
  /** Bars are stamped with their beginning, unless the column says end. */
  readonly isStart: boolean
  /** Column, and the one that it becomes the mirror image of. */
  readonly prices: readonly (readonly [to: number, from: number])[]
}

function readHeader(line: string): Header {
  const names = splitFields(line).map((field) => bare(field).toLowerCase())
  const isBar = names.includes('close') || names.includes('bid_close')
  const stamps = names.flatMap((name, index) => (STAMPS.includes(name) ? [index] : []))
  return {
    symbol: names.indexOf('symbol'),
    anchor: names.indexOf(ANCHORS.find((name) => names.includes(name)) ?? ''),
    stamps,
    isStart: isBar && !names.includes('end'),
    prices: names.flatMap((name, index) => {
      const from = names.indexOf(MIRRORS[name] ?? '')
      return from < 0 ? [] : [[index, from] as const]
    }),
  }
}

function splitFields(line: string): string[] {
  if (!line.includes('"')) return line.split(',')
  const fields = line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? []
  if (!line.endsWith(',')) fields.pop()
  return fields.map((field) => field.replace(/,$/, ''))
}

/** By every clock that the row names. */
function liesAfter(fields: readonly string[], { stamps, isStart }: Header, after: TimeMs): boolean {
  if (stamps.length === 0) return false
  return stamps.every((index) => {
    const time = parseTime(bare(fields[index]))
    return isStart ? time >= after : time > after
  })
}

function mirrorFields(fields: readonly string[], { prices }: Header, anchor: number): readonly string[] {
  const result = [...fields]
  for (const [to, from] of prices) {
    const text = bare(fields[from])
    const value = Number(text)
    if (!(value > 0)) continue
    const digits = Math.min(8, Math.max(2, (text.split('.')[1] ?? '').length))
    const mirrored = Math.min(PRICE_MAX, anchor * (anchor / value))
    result[to] = Math.max(Number(`1e-${digits}`), mirrored).toFixed(digits) + lineEnd(fields[to])
  }
  return result
}

/** Without blanks and quotes around it. */
function bare(field = ''): string {
  return field.trim().replace(/^"|"$/g, '').trim()
}

function lineEnd(field = ''): string {
  return field.endsWith('\r') ? '\r' : ''
}
