/**
 * A steady mix over the API: reads, evaluations and signals at a fixed rate, whatever the box does. A
 * request's latency counts from the moment at which it was due.
 */

import { encodeRequest } from './connection.ts'
import { errorText, type LoadReport, runOpen } from './load.ts'
import { percentile, type Sample } from './report.ts'
import { RATE_PER_TOKEN, signalsFor } from './signals.ts'
import { residentMegabytes, type ServedBox, startBox } from './spawn.ts'

const PER_SECOND = 2_000
const CONNECTIONS = 64
const WARM_UP_SECONDS = 5
const SAMPLE_MS = 500

/** Value: the 99th percentile in ms. */
export async function mixSteady(seconds: number): Promise<Sample> {
  const box = await startBox({ http: { ratePerToken: RATE_PER_TOKEN } })
  try {
    const mix = await createMix(box)
    const run = (length: number, perSecond: number) =>
      runOpen({
        port: box.port(),
        connections: CONNECTIONS,
        seconds: length,
        perSecond,
        request: (ordinal) => mix[ordinal % mix.length]?.request ?? new Uint8Array(),
      })
    await run(Math.min(seconds, WARM_UP_SECONDS), PER_SECOND)
    const memory = watchMemory(box.pid())
    const report = await run(seconds, PER_SECOND)
    return toSample(report, mix, memory.stop())
  } finally {
    await box.remove()
  }
}

interface Part {
  readonly name: string
  readonly request: Uint8Array
}

/** Twenty requests in turn: 13 reads, 4 evaluations, 2 signals, and the headroom where the box has it. */
async function createMix(box: ServedBox): Promise<readonly Part[]> {
  const url = `http://127.0.0.1:${box.port()}`
  const mode = (await (await fetch(`${url}/v1/mode`)).json()) as { asOfSeq: number }
  const hasRisk = (await fetch(`${url}/v1/risk`)).status === 200
  const get = (name: string, path: string): Part => ({
    name,
    request: encodeRequest({ method: 'GET', path }),
  })
  const account = get('account', '/v1/account')
  const positions = get('positions', '/v1/positions')
  const decisions = get('decisions', '/v1/decisions?limit=20')
  const events = get('events', `/v1/events?limit=20&after=${Math.max(0, mode.asOfSeq - 20)}`)
  const modes = get('mode', '/v1/mode')
  const risk = hasRisk ? get('risk', '/v1/risk') : modes
  const evaluate: Part = {
    name: 'evaluate',
    request: encodeRequest({ method: 'POST', path: '/v1/evaluate', body: ORDER }),
  }
  const signals = signalsFor(box.token).map((request): Part => ({ name: 'signals', request }))
  const [first = evaluate, second = evaluate] = signals
  const quarter = [account, positions, evaluate, modes]
  return [
    ...[...quarter, decisions, first],
    ...[...quarter, events, risk],
    ...[...quarter, second],
    ...[account, positions, evaluate],
  ]
}

const ORDER = {
  symbol: 'ORCA',
  side: 'buy',
  type: 'limit',
  quantity: '1',
  limitPrice: '850',
  stopLoss: { price: '800' },
  targets: [{ price: '950', portion: '1' }],
}

function watchMemory(pid: number): { stop(): readonly number[] } {
  const readings: number[] = []
  const timer = setInterval(() => {
    residentMegabytes(pid).then(
      (megabytes) => readings.push(megabytes),
      () => undefined,
    )
  }, SAMPLE_MS)
  return {
    stop: () => {
      clearInterval(timer)
      return readings
    },
  }
}

function toSample(report: LoadReport, mix: readonly Part[], memory: readonly number[]): Sample {
  const middle = Math.floor(memory.length / 2)
  return {
    value: report.p99Ms,
    detail: {
      perSecond: report.perSecond,
      p50Ms: report.p50Ms,
      maxMs: report.maxMs,
      errors: errorText(report),
      ...byKind(report, mix),
      rssFirstHalfMax: Math.round(Math.max(...memory.slice(0, middle))),
      rssSecondHalfMax: Math.round(Math.max(...memory.slice(middle))),
    },
  }
}

/** By kind of request: where the time goes. */
function byKind({ latencies }: LoadReport, mix: readonly Part[]): Sample['detail'] {
  const byName = new Map<string, number[]>()
  for (const [ordinal, ms] of latencies.entries()) {
    const name = mix[ordinal % mix.length]?.name ?? ''
    if (Number.isNaN(ms)) continue
    const known = byName.get(name)
    if (known === undefined) byName.set(name, [ms])
    else known.push(ms)
  }
  return Object.fromEntries(
    [...byName].map(([name, list]) => [`${name} p99`, Number(percentile(list, 0.99).toFixed(2))]),
  )
}
