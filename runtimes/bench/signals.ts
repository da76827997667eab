/**
 * Signals over HTTP, each answered after its commit, against a bare POST of the same schema on the same
 * listener: both servers run all the time, each in a process of its own, and are loaded in turn.
 */

import { startBare } from './bare.ts'
import { encodeRequest } from './connection.ts'
import { errorText, type LoadReport, runClosed } from './load.ts'
import { percentile, type Sample } from './report.ts'
import { startBox } from './spawn.ts'

/** Above any rate that one machine reaches: the limit per token is not what is measured. */
export const RATE_PER_TOKEN = 1_000_000
const CONNECTIONS = 32
const PAIRS = 3
const WARM_UP_SECONDS = 1
const SYMBOLS: readonly string[] = ['ORCA', 'LYNX', 'IBEX']

/** Value: the box's rate as a share of the bare server's, median of the pairs. */
export async function signalsDurable(seconds: number): Promise<Sample> {
  const box = await startBox({ http: { ratePerToken: RATE_PER_TOKEN } })
  const bare = await startBare()
  try {
    const targets = [
      { port: bare.port, requests: signalsFor(undefined) },
      { port: box.port(), requests: signalsFor(box.token) },
    ]
    const reports: LoadReport[][] = [[], []]
    for (const target of targets) await load(target, Math.min(seconds, WARM_UP_SECONDS))
    for (let pair = 0; pair < PAIRS; pair++) {
      // The one that goes first changes, so that neither always meets the other's aftermath.
      for (const index of pair % 2 === 0 ? [0, 1] : [1, 0]) {
        const target = targets[index]
        if (target !== undefined) reports[index]?.push(await load(target, seconds / (2 * PAIRS)))
      }
    }
    return toSample(reports[0] ?? [], reports[1] ?? [])
  } finally {
    await bare.remove()
    await box.remove()
  }
}

export function signalsFor(token: string | undefined): readonly Uint8Array[] {
  return SYMBOLS.map((symbol) =>
    encodeRequest({
      method: 'POST',
      path: '/v1/signals',
      ...(token === undefined ? {} : { token }),
      body: { symbol, direction: 'long', price: '100', note: 'bench' },
    }),
  )
}

function load(
  { port, requests }: { readonly port: number; readonly requests: readonly Uint8Array[] },
  seconds: number,
): Promise<LoadReport> {
  const request = (ordinal: number) => requests[ordinal % requests.length] ?? new Uint8Array()
  return runClosed({ port, connections: CONNECTIONS, seconds, request })
}

function toSample(bare: readonly LoadReport[], box: readonly LoadReport[]): Sample {
  const median = (reports: readonly LoadReport[], name: 'perSecond' | 'p50Ms' | 'p99Ms') =>
    percentile(
      reports.map((report) => report[name]),
      0.5,
    )
  const ratios = box.map(({ perSecond }, index) => perSecond / (bare[index]?.perSecond ?? Number.NaN))
  return {
    value: percentile(ratios, 0.5),
    detail: {
      perSecond: median(box, 'perSecond'),
      p50Ms: median(box, 'p50Ms'),
      p99Ms: median(box, 'p99Ms'),
      barePerSecond: median(bare, 'perSecond'),
      bareP50Ms: median(bare, 'p50Ms'),
      bareP99Ms: median(bare, 'p99Ms'),
      errors: errorText(...bare, ...box),
    },
  }
}
