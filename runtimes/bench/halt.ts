/**
 * Halt under load: signals at a steady rate, the synthetic market, and a person's entries on both sides of
 * every halt. Measured is the time from sending the request to its answer, which comes after the commit; what
 * left when is then read from the journal. At the end the box is killed right after its answer and started
 * again.
 */

import { ArkError, assert } from '#core/errors.ts'
import { type Answer, ask, type Connection, connect, encodeRequest } from './connection.ts'
import { errorText, runOpen } from './load.ts'
import { percentile, type Sample } from './report.ts'
import { RATE_PER_TOKEN, signalsFor } from './signals.ts'
import { type ServedBox, startBox } from './spawn.ts'

const REPETITIONS = 30
const SIGNALS_PER_SECOND = 100
const CONNECTIONS = 8
/** Share of a repetition in which the box is active. */
const ACTIVE_SHARE = 0.6
const SYMBOL = 'BENCH'
const SOURCE = 'bench'

/** Value: the 99th percentile of a halt in ms. */
export async function haltUnderLoad(seconds: number): Promise<Sample> {
  const box = await startBox(SETTINGS)
  try {
    const person = createPerson(box)
    await person.send('/v1/market-data', { source: SOURCE, bars: [barEndingNow()] })
    const requests = signalsFor(box.token)
    const load = runOpen({
      port: box.port(),
      connections: CONNECTIONS,
      seconds,
      perSecond: SIGNALS_PER_SECOND,
      request: (ordinal) => requests[ordinal % requests.length] ?? new Uint8Array(),
    })
    const times: number[] = []
    for (let repetition = 0; repetition < REPETITIONS; repetition++)
      times.push(await repeat(person, (seconds * 1_000) / REPETITIONS))
    const errors = errorText(await load)
    const steps = await readSteps(box.port())
    await person.halt()
    await box.killAndRestart()
    const survives = (await readMode(box.port())) === 'halted'
    person.close()
    const { entries, leaked } = countEntries(steps)
    const detail = { p50: round(percentile(times, 0.5)), halts: times.length, entries, leaked, errors }
    return { value: percentile(times, 0.99), detail: { ...detail, survivesKill: survives ? 'yes' : 'no' } }
  } finally {
    await box.remove()
  }
}

/** A symbol of its own whose price is known: entries in it can rest below the market. */
const SETTINGS = {
  http: { ratePerToken: RATE_PER_TOKEN },
  sources: { [SOURCE]: 'public' },
  instruments: [
    { symbol: SYMBOL, kind: 'crypto', venue: 'BENCH', tick: '0.01', lot: '0.01', adv20: '50000000' },
  ],
}

interface Person {
  send(path: string, body: object): Promise<Answer>
  /** An entry far below the market, no two alike; not waited for. */
  enter(): Promise<Answer>
  /** Milliseconds until the answer. */
  halt(): Promise<number>
  resume(): Promise<void>
  close(): void
}

function createPerson({ port, token }: ServedBox): Person {
  const open: Connection[] = []
  let orders = 0
  const send = async (path: string, body: object): Promise<Answer> => {
    const connection = open.pop() ?? connect(port())
    const answer = await ask(connection, encodeRequest({ method: 'POST', path, token, body }))
    open.push(connection)
    if (answer.status >= 200 && answer.status < 300) return answer
    throw new ArkError('ASSERTION', 'bench', `${path} was answered ${answer.status}: ${answer.body}`)
  }
  const reason = 'bench'
  return {
    send,
    enter: () => send('/v1/orders', { ...ENTRY, quantity: (1 + ++orders / 100).toFixed(2), reason }),
    halt: async () => {
      const started = performance.now()
      await send('/v1/halt', { reason })
      return performance.now() - started
    },
    resume: async () => void (await send('/v1/resume', { reason })),
    close: () => {
      for (const connection of open) connection.close()
    },
  }
}

const ENTRY = {
  symbol: SYMBOL,
  side: 'buy',
  type: 'limit',
  limitPrice: '90',
  stopLoss: { price: '85' },
  targets: [{ price: '110', portion: '1' }],
}

/** One entry just before the halt, one beside it, one after: the first may leave, the last must not. */
async function repeat(person: Person, periodMs: number): Promise<number> {
  await person.resume()
  await pause(periodMs * ACTIVE_SHARE)
  const before = person.enter()
  const [ms] = await Promise.all([person.halt(), person.enter(), before])
  await person.enter()
  await pause(periodMs * (1 - ACTIVE_SHARE))
  return ms
}

/** Of the journal, what tells whether an entry left while the box was halted. */
export type Step =
  | { readonly seq: number; readonly type: 'mode/changed'; readonly payload: { readonly mode: string } }
  | { readonly seq: number; readonly type: 'order/submitted'; readonly payload: { readonly intent: string } }

/** `leaked` = entries submitted after a change to halted and before the change that ended it. */
export function countEntries(steps: readonly Step[]): { readonly entries: number; readonly leaked: number } {
  let [entries, leaked, halted] = [0, 0, false]
  for (const step of steps.toSorted((left, right) => left.seq - right.seq)) {
    if (step.type === 'mode/changed') halted = step.payload.mode === 'halted'
    else if (step.payload.intent === 'open') {
      entries++
      if (halted) leaked++
    }
  }
  return { entries, leaked }
}

async function readSteps(port: number): Promise<readonly Step[]> {
  const steps: Step[] = []
  for (const type of ['mode/changed', 'order/submitted']) {
    let next: string | null = '0'
    while (next !== null) {
      const answer: Response = await fetch(
        `http://127.0.0.1:${port}/v1/events?limit=500&type=${type}&after=${next}`,
      )
      assert(answer.status === 200, 'bench', `/v1/events was answered ${answer.status}.`)
      const page = (await answer.json()) as { items: Step[]; next: string | null }
      steps.push(...page.items)
      next = page.next
    }
  }
  return steps
}

async function readMode(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/mode`)
  return ((await answer.json()) as { mode: string }).mode
}

function barEndingNow(): object {
  const end = new Date(Math.floor(Date.now() / 1_000) * 1_000).toISOString()
  const price = { open: '100', high: '100', low: '100', close: '100' }
  return { symbol: SYMBOL, end, resolution: '1s', ...price, volume: '1000' }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function round(value: number): number {
  return Number(value.toFixed(2))
}
