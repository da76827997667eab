import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { filePort } from '#runtimes/shared/files.ts'
import { BARS, csv, openTerms, refusalOf } from './feed-replay-box.ts'

const folder = mkdtempSync(join(tmpdir(), 'ark-broken-'))
afterAll(() => rmSync(folder, { recursive: true }))

const encoder = new TextEncoder()
const row = (minute: number, rest = 'SPY,10,11,9,10.5,100') =>
  `2020-01-02T15:${String(minute).padStart(2, '0')}:00Z,${rest}`
const good = [row(0), row(1), row(2)]
const rubbish = Uint8Array.from({ length: 5_000 }, (_, index) => (index * 197 + 13) % 256)

let files = 0
/** Writes the bytes as they are or gzipped, and opens them; the path in the refusal is cut to `FILE`. */
async function open(bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${files++}.csv`)
  writeFileSync(path, bytes)
  return (await refusalOf(openTerms({ data: [path] }, filePort))).replaceAll(path, 'FILE')
}

const BROKEN: readonly (readonly [string, string | Uint8Array, string, string])[] = [
  [
    'a missing column',
    csv(BARS.replace(',low', ''), ...good),
    'DATA_INVALID FILE:1',
    'there is no column low',
  ],
  ['NaN', csv(BARS, ...good, row(3, 'SPY,10,11,9,NaN,100')), 'DATA_INVALID FILE:5', 'close is "NaN"'],
  ['inf', csv(BARS, ...good, row(3, 'SPY,10,inf,9,10,100')), 'DATA_INVALID FILE:5', 'high is "inf"'],
  ['an empty field', csv(BARS, ...good, row(3, 'SPY,10,,9,10,100')), 'DATA_INVALID FILE:5', 'high is empty'],
  [
    'a duplicate stamp',
    csv(BARS, ...good, row(2)),
    'DATA_BACKWARDS FILE:5',
    'SPY at 2020-01-02T15:03:00.000Z stands there twice.',
  ],
  [
    'a backward stamp',
    csv(BARS, ...good, row(1)),
    'DATA_BACKWARDS FILE:5',
    '15:02:00.000Z comes after 2020-01-02T15:03:00.000Z.',
  ],
  [
    'mixed zones',
    csv(BARS, ...good, row(3).replace('Z', '+01:00')),
    'DATA_INVALID FILE:5',
    'ts_utc is "2020-01-02T15:03:00+01:00", wanted a time such as 2020-03-16T13:30:00Z (with Z',
  ],
  ['no zone', csv(BARS, ...good, row(3).replace('Z', '')), 'DATA_INVALID FILE:5', '(with Z'],
  ['a blank line', csv(BARS, ...good, '', row(3)), 'DATA_INVALID FILE:5', 'the line is blank'],
  [
    'a short last line',
    csv(BARS, ...good).concat('2020-01-02T15:0'),
    'DATA_INVALID FILE:5',
    '1 fields, wanted 7',
  ],
  ['binary rubbish', rubbish, 'DATA_INVALID FILE:1', 'header'],
  ['zeros', new Uint8Array(100_000), 'DATA_INVALID FILE:1', 'header'],
  ['rubbish behind good rows', join2(csv(BARS, ...good), rubbish), 'DATA_INVALID FILE:5', 'wanted'],
  [
    'two bytes that only look like gzip',
    Uint8Array.of(0x1f, 0x8b),
    'DATA_TRUNCATED FILE The gzip',
    'damaged',
  ],
  ['an empty file', '', 'DATA_INVALID FILE:1', 'the file is empty'],
  ['a header alone', csv(BARS), 'DATA_INVALID FILE:1', 'no row follows the header'],
  ['a header without end', BARS, 'DATA_INVALID FILE:1', 'no row follows the header'],
  [
    'UTF-16',
    Uint8Array.of(0xff, 0xfe, ...Buffer.from(csv(BARS, ...good), 'utf16le')),
    'FILE:1',
    'the file is UTF-16, wanted UTF-8',
  ],
  ['UTF-16 without its mark', Buffer.from(csv(BARS, ...good), 'utf16le').swap16(), 'FILE:1', 'is UTF-16'],
  ['semicolons', csv(BARS, ...good).replaceAll(',', ';'), 'FILE:1', 'parted by semicolons, wanted commas'],
  ['tabs', csv(BARS, ...good).replaceAll(',', '\t'), 'FILE:1', 'parted by tabs, wanted commas'],
  ['lines of an old Mac', csv(BARS, ...good).replaceAll('\n', '\r'), 'FILE:1', 'a carriage return alone'],
  [
    'many of them',
    csv(BARS, ...Array.from({ length: 9_000 }, () => row(0))).replaceAll('\n', '\r'),
    'FILE:1',
    'a carriage return alone',
  ],
]

function join2(text: string, tail: Uint8Array): Uint8Array {
  return Uint8Array.from([...encoder.encode(text), ...tail])
}
const bytesOf = (content: string | Uint8Array) =>
  typeof content === 'string' ? encoder.encode(content) : content

describe('a broken file gives one error, with file and line', () => {
  it.each(BROKEN)('%s', async (_, content, place, why) => {
    const refusal = await open(bytesOf(content))
    expect(refusal).toContain(place)
    expect(refusal).toContain(why)
    expect(refusal).not.toContain('\n')
    expect(refusal).not.toMatch(/[\u0000-\u001f]/)
    expect(refusal.length).toBeLessThan(400)
  })

  it.each(BROKEN)('%s, gzipped', async (_, content, place, why) => {
    const refusal = await open(gzipSync(bytesOf(content)))
    // What is gzipped twice is no gzip to begin with.
    if (place.startsWith('DATA_TRUNCATED')) return expect(refusal).toContain('DATA_INVALID FILE:1')
    expect(refusal).toContain(place)
    expect(refusal).toContain(why)
  })

  it('takes the good one, so that the others are refused for what they are', async () => {
    expect(await open(encoder.encode(csv(BARS, ...good)))).toBe('taken')
    expect(await open(gzipSync(csv(BARS, ...good)))).toBe('taken')
  })
})

describe('a gzip that ends early', () => {
  // Prices that do not repeat, so that the compressed bytes are many and each cut loses some rows.
  const rows = Array.from({ length: 60 * 60 }, (_, n) => {
    const price = (100 + ((n * 7_919) % 9_973) / 100).toFixed(2)
    const stamp = new Date(Date.UTC(2020, 0, 2, 15) + n * 60_000).toISOString()
    return `${stamp},SPY,${price},${price},${price},${price},${(n * 104_729) % 99_991}`
  })
  const whole = gzipSync(csv(BARS, ...rows))

  it.each([0.2, 0.5, 0.9])('cut at %f: names the last whole line', async (part) => {
    const refusal = await open(whole.subarray(0, Math.floor(whole.length * part)))
    const line = Number(/^DATA_TRUNCATED FILE:(\d+) /.exec(refusal)?.[1])
    expect(line).toBeGreaterThan(rows.length * (part - 0.1))
    expect(line).toBeLessThan(rows.length * (part + 0.1))
    expect(refusal).toContain(`Line ${line} is the last whole one.`)
  })

  it('says so where only the check sum is missing', async () => {
    expect(await open(whole.subarray(0, whole.length - 4))).toContain(
      `DATA_TRUNCATED FILE:${rows.length + 1} `,
    )
  })
})

describe('what is no file', () => {
  it('a directory', async () => {
    const path = join(folder, 'directory.csv')
    mkdirSync(path)
    expect(await refusalOf(openTerms({ data: [path] }, filePort))).toContain(`FILE_MISSING ${path} `)
  })

  it('nothing at all', async () => {
    const path = join(folder, 'absent.csv')
    expect(await refusalOf(openTerms({ data: [path] }, filePort))).toContain(`FILE_MISSING ${path} `)
  })

  // Root may read whatever it likes.
  it.skipIf(process.getuid?.() === 0)('no permission (skipped for root)', async () => {
    const path = join(folder, 'locked.csv')
    writeFileSync(path, csv(BARS, ...good))
    chmodSync(path, 0)
    expect(await refusalOf(openTerms({ data: [path] }, filePort))).toContain(`FILE_MISSING ${path} `)
  })
})
