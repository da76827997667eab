/**
 * Memory after a million events: bars and signals through the durable pipeline, read at the half and at the
 * end.
 */

import type { Cli } from '../cli/cli.ts'
import { openBenchBox } from './box.ts'
import { benchChunks } from './market.ts'
import type { Sample } from './report.ts'

const MEGABYTE = 1_048_576
const READINGS = 20

export async function memoryAfter(cli: Cli, events: number): Promise<Sample> {
  const box = await openBenchBox(cli, 'backtest')
  const readings: number[] = []
  for (const rows of benchChunks(Number.MAX_SAFE_INTEGER)) {
    await box.ark.cycle?.offerRows('bench', rows, true)
    const done = box.ark.cycle?.kernel.state.events ?? events
    if (done >= ((readings.length + 1) * events) / READINGS)
      readings.push(process.memoryUsage().rss / MEGABYTE)
    if (done >= events) break
  }
  const secondHalf = readings.slice(READINGS / 2)
  const bars = box.ark.cycle?.kernel.state.performance.rows ?? 0
  await box.close()
  const [half, end] = [Math.max(...readings.slice(0, READINGS / 2)), Math.max(...secondHalf)]
  return {
    value: end,
    detail: { bars, events, rssFirstHalfMax: Math.round(half), rssSecondHalfMax: Math.round(end) },
  }
}
