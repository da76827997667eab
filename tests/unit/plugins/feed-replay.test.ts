import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { MarketRows } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { formatTime, parseTime } from '#core/time.ts'
import { ReplayConfigSchema } from '#plugins/feed-replay/config.ts'
import plugin, { createReplayFeed } from '#plugins/feed-replay/index.ts'
import { createTestHost, createVirtualTime, settle } from '#tests/support/host.ts'

const encoder = new TextEncoder()

/** Files by path, in chunks of 100 bytes; a journal that starts at `accepted` rows and can be told to refuse. */
function createBox(files: Readonly<Record<string, string>> = {}, accepted = 0) {
  const time = createVirtualTime()
  const batches: MarketRows[] = []
  const open = { streams: 0 }
  async function* read(path: string): AsyncGenerator<Uint8Array> {
    const text = files[path]
    if (text === undefined) throw new ArkError('FILE_MISSING', path, 'there is no such file')
    open.streams++
    try {
      const bytes = encoder.encode(text)
      for (let at = 0; at < bytes.length; at += 100) yield await Promise.resolve(bytes.subarray(at, at + 100))
    } finally {
      open.streams--
    }
  }
  const test = createTestHost('feed-replay', { files: { read }, timers: time.timers, clock: time.clock })
  const box = { time, batches, open, logs: test.logs, refusal: undefined as Error | undefined }
  const host = {
    ...test.host,
    rowsAccepted: () => accepted,
    offerRows: (_: string, rows: MarketRows) => {
      if (box.refusal !== undefined) return Promise.reject(box.refusal)
      batches.push(rows)
      return Promise.resolve({ seq: batches.length, traceId: '' })
    },
  }
  const start = (config: unknown) => plugin.service.start(host, v.parse(ReplayConfigSchema, config))
  return {
    ...box,
    box,
    host,
    start,
    rows: () => batches.flatMap((batch): readonly { symbol: string }[] => batch.rows),
  }
}

function minutes(symbol: string, from: number, count: number): string {
  const lines: string[] = []
  for (let n = 0; n < count; n++) {
    lines.push(`${formatTime(1_600_000_000_000 + (from + n) * 60_000)},${symbol},10,11,9,10.5,1`)
  }
  return lines.join('\n')
}
const HEADER = 'end,symbol,open,high,low,close,volume\n'

describe('configuration', () => {
  it.each([
    { file: 'a.csv' },
    { files: [''] },
    { symbol: 'sp 500' },
    { symbols: [] },
    { speed: 0 },
    { speed: 'fast' },
    { from: '2020-02-30' },
    { resolution: '0m' },
    { resolution: '5' },
    { resolution: '10000m' },
    { source: 'A B' },
  ])('refuses %j', (config) => {
    expect(v.safeParse(ReplayConfigSchema, config).success).toBe(false)
  })

  it.each(['1s', '15m', '4h', '1d'])('takes bars of %s', (resolution) => {
    expect(v.parse(ReplayConfigSchema, { resolution }).resolution).toBe(resolution)
  })

  it('needs nothing', () => {
    expect(v.parse(ReplayConfigSchema, {})).toEqual({ files: [], speed: 'max', source: 'feed-replay' })
  })
})

describe('a replay that fails', () => {
  it('offers not one row of a bad file, and says where it is bad', async () => {
    const box = createBox({ 'a.csv': `${HEADER}${minutes('A', 0, 1_500)}\nx\n` })
    const replay = await box.start({ files: ['a.csv'] })
    await expect(replay.finished).rejects.toMatchObject({ code: 'DATA_INVALID', where: 'a.csv:1502' })
    expect(box.batches).toEqual([])
    // Whoever awaits it tells the error; a line of its own would say it twice.
    expect(box.logs).toEqual([])
    await replay.stop()
  })

  it('refuses two files with the same rows, naming both and the moment', async () => {
    const box = createBox({ 'a.csv': HEADER + minutes('A', 0, 50), 'b.csv': HEADER + minutes('A', 49, 50) })
    const replay = await box.start({ files: ['a.csv', 'b.csv'] })
    await expect(replay.finished).rejects.toMatchObject({
      code: 'DATA_BACKWARDS',
      where: 'b.csv',
      message: expect.stringContaining('bars of A from 2020-09-13T13:15:40.000Z on stand here and in a.csv'),
    })
    expect(box.batches).toEqual([])
  })

  it('names a missing file', async () => {
    const replay = await createBox().start({ files: ['b.csv'] })
    await expect(replay.finished).rejects.toMatchObject({ code: 'FILE_MISSING', where: 'b.csv' })
    expect(replay.progress()).toEqual({ rows: 0, done: false })
  })

  it('ends when an offer is refused, and closes its files', async () => {
    const box = createBox({
      'a.csv': HEADER + minutes('A', 0, 2_000),
      'b.csv': HEADER + minutes('B', 0, 2_000),
    })
    box.box.refusal = new ArkError('DATA_BACKWARDS', 'bars/0', 'older')
    const replay = await box.start({ files: ['a.csv', 'b.csv'] })
    await expect(replay.finished).rejects.toBe(box.box.refusal)
    await settle()
    expect(box.open.streams).toBe(0)
  })

  it('refuses to continue in a file that has become shorter', async () => {
    const replay = await createBox({}, 5_106).start({})
    await expect(replay.finished).rejects.toMatchObject({ code: 'DATA_INVALID', where: 'feed-replay' })
  })

  it('refuses a file in no order at all', async () => {
    const lines: string[] = []
    for (let n = 0; n < 600; n++) lines.push(minutes('A', n, 1), minutes('B', n - 5, 1))
    const replay = await createBox({ 'a.csv': `${HEADER}${lines.join('\n')}\n` }).start({ files: ['a.csv'] })
    await expect(replay.finished).rejects.toMatchObject({ code: 'DATA_BACKWARDS', where: 'a.csv' })
  })

  it('does not start without its ports', () => {
    const test = createTestHost('feed-replay', {})
    expect(() => plugin.service.start(test.host, v.parse(ReplayConfigSchema, {}))).toThrow(
      'a port that it needs',
    )
  })
})

describe('a replay', () => {
  it('reads the built-in series whole when no file is named', async () => {
    const box = createBox()
    const replay = await box.start({})
    await replay.finished
    expect(box.batches.map((batch) => batch.rows.length)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 105])
    expect(box.batches[0]).toMatchObject({ kind: 'bars', resolution: '1d' })
    expect(box.batches[0]?.rows[0]).toMatchObject({ symbol: 'SPX' })
    expect(replay.progress()).toEqual({ rows: 5_105, total: 5_105, done: true })
  })

  it('takes session closes from the calendar it is given', async () => {
    const box = createBox()
    const feed = createReplayFeed({ sessionClose: (day) => parseTime(`${day}T18:00:00Z`) })
    const replay = await feed.service.start(box.host, v.parse(ReplayConfigSchema, { to: '2000-01-03' }))
    await replay.finished
    expect(box.rows()[0]).toMatchObject({ end: parseTime('2000-01-03T18:00:00Z') })
  })

  it('includes both days of its range', async () => {
    const box = createBox()
    const replay = await box.start({ from: '2020-03-16', to: '2020-03-18' })
    await replay.finished
    expect(box.rows()).toHaveLength(3)
  })

  it('brings symbols that stand one after the other, and several files, into one order of time', async () => {
    const box = createBox({
      'a.csv': `${HEADER}${minutes('A', 0, 3)}\n${minutes('B', 0, 2)}\n`,
      'c.csv': `${HEADER}${minutes('C', 1, 1_200)}\n`,
    })
    const replay = await box.start({ files: ['a.csv', 'c.csv'], resolution: '1m' })
    await replay.finished
    expect(
      box
        .rows()
        .slice(0, 8)
        .map(({ symbol }) => symbol)
        .join(''),
    ).toBe('ABABCACC')
    expect(box.batches.map((batch) => batch.rows.length)).toEqual([1_000, 205])
    expect(box.open.streams).toBe(0)
  })

  it('keeps kinds apart when it merges', async () => {
    const quotes = 'ts_utc,symbol,bid,bid_qty,ask,ask_qty\n2020-09-13T12:27:00Z,A,1,1,2,1\n'
    const box = createBox({ 'a.csv': HEADER + minutes('A', 0, 3), 'q.csv': quotes })
    await (await box.start({ files: ['a.csv', 'q.csv'] })).finished
    expect(box.batches.map((batch) => `${batch.kind} ${batch.rows.length}`)).toEqual([
      'bars 1',
      'quotes 1',
      'bars 2',
    ])
  })

  it.each([1, 999, 1_000, 1_001, 5_104, 5_105])(
    'continues after %i accepted rows as if it had not stopped',
    async (accepted) => {
      const whole = createBox()
      await (await whole.start({})).finished
      const rest = createBox({}, accepted)
      const replay = await rest.start({})
      await replay.finished
      expect(rest.rows()).toEqual(whole.rows().slice(accepted))
      expect(replay.progress().rows).toBe(5_105)
    },
  )

  it('waits for each offer before it makes the next', async () => {
    const box = createBox()
    let out = 0
    let most = 0
    const offerRows = async () => {
      most = Math.max(most, ++out)
      await settle()
      out--
      return { seq: 1, traceId: '' }
    }
    const replay = await plugin.service.start({ ...box.host, offerRows }, v.parse(ReplayConfigSchema, {}))
    await replay.finished
    expect(most).toBe(1)
  })
})

describe('the pace', () => {
  it('offers 25 rows every 50 ms at 500 a second', async () => {
    const box = createBox()
    const replay = await box.start({ speed: 500 })
    await settle()
    expect(box.batches).toEqual([])
    await box.time.advance(1_000)
    expect(box.batches.map((batch) => batch.rows.length)).toEqual(Array(20).fill(25))
    await replay.stop()
  })

  it('offers one row at a time when it is slow', async () => {
    const box = createBox()
    const replay = await box.start({ speed: 2 })
    await box.time.advance(3_000)
    expect(box.batches.map((batch) => batch.rows.length)).toEqual([1, 1, 1, 1, 1, 1])
    await replay.stop()
  })

  it('makes up for no more than a second of a stall', async () => {
    const box = createBox()
    const replay = await box.start({ speed: 100 })
    await settle()
    box.time.block(20_000)
    await box.time.advance(50)
    expect(box.rows().length).toBeLessThanOrEqual(105)
    await replay.stop()
  })

  it('stops at once, offers nothing more and leaves no timer', async () => {
    const box = createBox()
    const replay = await box.start({ speed: 20 })
    await box.time.advance(1_000)
    await replay.stop()
    await replay.finished
    const offered = box.rows().length
    await box.time.advance(5_000)
    expect(box.rows()).toHaveLength(offered)
    expect(box.time.pending()).toBe(0)
    expect(replay.progress().done).toBe(false)
  })

  it('stops while it still reads', async () => {
    const box = createBox({ 'a.csv': HEADER + minutes('A', 0, 20_000) })
    const replay = await box.start({ files: ['a.csv'] })
    await replay.stop()
    await replay.finished
    expect(box.batches).toEqual([])
    expect(box.logs).toEqual([])
    expect(box.open.streams).toBe(0)
  })
})
