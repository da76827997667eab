/**
 * Signals one by one through the cycle onto the disk: each is several events, each event a row and a leaf of
 * its own.
 */

import { ArkError } from '#core/errors.ts'
import type { Cli } from '../cli/cli.ts'
import { openBenchBox } from './box.ts'
import { percentile, type Sample } from './report.ts'

const WAITING = 400

export async function eventsDurable(cli: Cli, signals: number): Promise<Sample> {
  const box = await openBenchBox(cli, 'paper')
  const { cycle } = box.ark
  if (cycle === undefined) throw new ArkError('ASSERTION', 'bench', 'The bench has no run.')
  const before = cycle.kernel.state.events
  const started = performance.now()
  let sent = 0
  const send = async () => {
    while (sent < signals) {
      const symbol = `BENCH${sent++ % 20}`
      await cycle.offer('bench', {
        type: 'signal/received',
        payload: { direction: 'long', symbol, note: `number ${sent}` },
      })
    }
  }
  await Promise.all(Array.from({ length: WAITING }, send))
  const ms = performance.now() - started
  const events = cycle.kernel.state.events - before
  const commits = cycle.durations.commit
  const detail = {
    events,
    signals,
    commits: commits.length,
    commitP50Ms: Number(percentile(commits, 0.5).toFixed(2)),
    commitP99Ms: Number(percentile(commits, 0.99).toFixed(2)),
    eventsPerCommit: Math.round(events / commits.length),
  }
  await box.close()
  return { value: (events / ms) * 1_000, detail }
}
