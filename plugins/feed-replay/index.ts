/**
 * feed-replay: offers the rows of CSV files, or the built-in S&P 500 series, in order of time.
 *
 * Started by core like any service. It checks every file whole before it offers the first row, continues
 * after the rows that the journal of this run already holds, and offers one batch at a time, so what it
 * offered is durable before it goes on.
 */

import type { ClockPort, FilePort, Host, Plugin, RunningService, TimeMs, TimerPort } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { readSp500, SP500_FILE, SP500_SYMBOL } from './built-in.ts'
import { type ReplayConfig, ReplayConfigSchema, toRange } from './config.ts'
import type { CsvOptions } from './csv.ts'
import { assertApart, type CsvFile, readInOrder, type SurveyedFile, sliceRows, surveyCsv } from './merge.ts'
import { createPace, type Pace } from './pace.ts'

export interface ReplayProgress {
  /**
   * Resolves when every row is durable, or after stop(). Rejects with the ArkError of a bad file or a refused
   * offer.
   */
  readonly finished: Promise<void>
  /**
   * Rows that are durable, those of an earlier start included; `total` once the files are checked; `done`
   * when none is left.
   */
  progress(): { readonly rows: number; readonly total?: number; readonly done: boolean }
}

export type ReplayFeed = Omit<Plugin<unknown, ReplayConfig>, 'service'> & {
  readonly service: { start(host: Host, config: ReplayConfig): Promise<RunningService & ReplayProgress> }
}

/**
 * `sessionClose` turns the `date` of a daily bar into its event time; NaN refuses the day. Without it,
 * 21:00Z.
 */
export interface ReplayOptions {
  readonly sessionClose?: (day: string) => TimeMs
}

export { SP500_SYMBOL }

export function createReplayFeed(options: ReplayOptions = {}): ReplayFeed {
  return {
    name: 'feed-replay',
    version: '1.0.0',
    contract: 1,
    consumes: [],
    emits: [],
    needs: ['files', 'timers', 'clock'],
    config: ReplayConfigSchema,
    service: { start: (host, config) => Promise.resolve(startReplay(host, config, options)) },
  }
}

export default createReplayFeed()

interface Replay {
  readonly host: Host
  readonly config: ReplayConfig
  readonly pace: Pace
  rows: number
  total: number | undefined
  done: boolean
}

function startReplay(
  host: Host,
  config: ReplayConfig,
  options: ReplayOptions,
): RunningService & ReplayProgress {
  const files = granted(host, host.ports.files)
  const pace = createPace(
    config.speed,
    granted<ClockPort>(host, host.ports.clock),
    granted<TimerPort>(host, host.ports.timers),
  )
  const replay: Replay = {
    host,
    config,
    pace,
    rows: host.rowsAccepted(config.source),
    total: undefined,
    done: false,
  }
  // Starting must not wait for a file: the loop runs on its own and stop() waits for it.
  const finished = runReplay(replay, listFiles(files, config, options, pace)).catch((error: unknown) => {
    if (pace.stopped()) return
    throw error
  })
  const settled = finished.catch(() => {})
  return {
    finished,
    progress: () => ({
      rows: replay.rows,
      ...(replay.total === undefined ? {} : { total: replay.total }),
      done: replay.done,
    }),
    stop: () => {
      pace.stop()
      return settled
    },
  }
}

async function runReplay(replay: Replay, files: readonly CsvFile[]): Promise<void> {
  const surveyed: SurveyedFile[] = []
  for (const file of files) surveyed.push(await surveyCsv(file))
  assertApart(surveyed)
  const total = surveyed.reduce((sum, file) => sum + file.rows, 0)
  replay.total = total
  if (replay.rows > total) {
    const why = `the journal holds ${replay.rows} rows and the files ${total}, wanted the files it was begun with.`
    throw new ArkError('DATA_INVALID', replay.config.source, why)
  }
  let passed = 0
  for await (const batch of readInOrder(surveyed)) {
    const length = batch.rows.length
    let at = Math.min(length, Math.max(0, replay.rows - passed))
    while (at < length) {
      const count = await replay.pace.take(length - at)
      if (count === 0) return
      await replay.host.offerRows(
        replay.config.source,
        count === length ? batch : sliceRows(batch, at, at + count),
      )
      replay.rows += count
      at += count
    }
    passed += length
  }
  replay.done = true
  replay.host.log('info', 'replay finished', { source: replay.config.source, rows: total })
}

function listFiles(port: FilePort, config: ReplayConfig, options: ReplayOptions, pace: Pace): CsvFile[] {
  const shared: CsvOptions = {
    ...toRange(config),
    ...(config.symbols === undefined ? {} : { symbols: config.symbols }),
    ...(options.sessionClose === undefined ? {} : { sessionClose: options.sessionClose }),
  }
  if (config.files.length === 0) {
    return [{ name: SP500_FILE, options: { ...shared, symbol: SP500_SYMBOL }, open: readSp500 }]
  }
  const fileOptions: CsvOptions = {
    ...shared,
    ...(config.symbol === undefined ? {} : { symbol: config.symbol }),
    ...(config.resolution === undefined ? {} : { resolution: config.resolution }),
  }
  return config.files.map((name) => ({
    name,
    options: fileOptions,
    open: () => untilStopped(port.read(name), pace),
  }))
}

/** A stop must not wait for the end of a large file. */
async function* untilStopped(stream: AsyncIterable<Uint8Array>, pace: Pace): AsyncGenerator<Uint8Array> {
  for await (const bytes of stream) {
    if (pace.stopped()) throw new ArkError('STOPPING', 'feed-replay', 'the replay was stopped.')
    yield bytes
  }
}

function granted<T>(host: Host, port: T | undefined): T {
  if (port === undefined)
    throw new ArkError('PORT_NOT_GRANTED', host.plugin, 'a port that it needs is absent.')
  return port
}
