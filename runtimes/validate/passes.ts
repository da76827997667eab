/**
 * One pass: a signal or an order goes in through public intake, its decision is waited for and compared with
 * the exact set that was expected, and its trace is looked at until nothing is missing in it.
 */

import type { Account } from './account.ts'
import { bodiesIn, type Client, isBody, pause, textsIn } from './client.ts'
import { noteError, noteProblem, noteViolation, type Tally } from './tally.ts'

export interface Passes {
  /** Through all six agents. */
  signal(body: object, expected: Expected): Promise<Judged | undefined>
  /** By a person, so that Kyle and Joey have no part in it. */
  order(body: object, expected: Expected): Promise<Judged | undefined>
  /** Waits for the traces that are still being looked at. */
  settle(): Promise<void>
}

export interface Expected {
  readonly what: string
  /** The exact denying set; empty for a good one. */
  readonly deniedBy: readonly string[]
}

export interface Judged {
  readonly decisionId: string
  readonly allowed: boolean
  readonly deniedBy: readonly string[]
}

interface Decision extends Judged {
  readonly undecided: readonly string[]
  readonly limitsDenied: readonly string[]
}

/** A decision is committed with its input; a trace is whole once Aletheia has judged it again. */
const DECISION_MS = 2_000
const TRACE_MS = 2_000
const FIRST_PAUSE_MS = 2
const LONGEST_PAUSE_MS = 100
/** A person's order comes from no market, and Kenny has no part in one that was denied. */
const ABSENT_FROM_ORDERS = ['kyle', 'joey']

export function createPasses(
  client: Client,
  account: Account,
  tally: Tally,
  measured: () => boolean,
): Passes {
  const watched = new Set<Promise<void>>()

  async function run(path: string, body: object, expected: Expected): Promise<Judged | undefined> {
    const began = performance.now()
    const counts = measured()
    const accepted = await client.post(path, body)
    if (accepted === undefined) return undefined
    const { traceId } = accepted
    if (typeof traceId !== 'string') {
      noteError(tally, `${expected.what}: there is no trace id in the answer to POST ${path}`)
      return undefined
    }
    tally.traces++
    const decision = await findDecision(client, traceId)
    const answered = performance.now()
    if (decision === undefined) {
      noteError(tally, `${expected.what}: no decision came back in trace ${traceId}`)
      return undefined
    }
    if (counts) {
      tally.answered++
      tally.latencies.push(answered - began)
    }
    const absent =
      path === '/v1/signals' ? [] : decision.allowed ? ABSENT_FROM_ORDERS : [...ABSENT_FROM_ORDERS, 'kenny']
    const watching = watchTrace(traceId, absent, expected).finally(() => watched.delete(watching))
    watched.add(watching)
    await compare(decision, expected, traceId)
    return decision
  }

  async function watchTrace(traceId: string, absent: readonly string[], { what }: Expected): Promise<void> {
    let missing: readonly string[] = ['any agent']
    const whole = await poll(TRACE_MS, async () => {
      const { status, body } = await client.probe(`/v1/traces/${traceId}`)
      if (status !== 200 || !Array.isArray(body.agentsMissing)) return undefined
      missing = textsIn(body.agentsMissing).filter((agent) => !absent.includes(agent))
      return missing.length === 0 ? true : undefined
    })
    if (whole === true) tally.whole++
    else noteProblem(tally, `${what}: trace ${traceId} lacks ${missing.join(', ')}`)
  }

  async function compare(decision: Decision, expected: Expected, traceId: string): Promise<void> {
    const { allowed, deniedBy, limitsDenied, undecided } = decision
    const extra = deniedBy.filter((rule) => !expected.deniedBy.includes(rule))
    const lacking = expected.deniedBy.filter((rule) => !deniedBy.includes(rule))
    const good = expected.deniedBy.length === 0
    const exact = extra.length === 0 && lacking.length === 0 && undecided.length === 0
    // A limit beside the rules may stand in the way of a violation, and must not of a good order.
    const unasked = good ? [...extra, ...undecided, ...limitsDenied] : [...extra, ...undecided]
    const right = exact && (good ? allowed : !allowed)
    const excused = !right && lacking.length === 0 && unasked.length > 0 && (await account.explains(unasked))
    if (good && excused) return
    if (good) {
      tally.good++
      if (!right) tally.falseDenials++
    } else noteViolation(tally, expected.deniedBy, right || excused)
    if (right || excused) return
    const got = [...deniedBy, ...undecided, ...limitsDenied].join(', ') || 'nothing'
    noteProblem(
      tally,
      `${expected.what}: denied by ${got}, expected ${expected.deniedBy.join(', ') || 'nothing'} (trace ${traceId})`,
    )
  }

  return {
    signal: (body, expected) => run('/v1/signals', body, expected),
    order: (body, expected) => run('/v1/orders', body, expected),
    settle: async () => {
      await Promise.all(watched)
    },
  }
}

function findDecision(client: Client, traceId: string): Promise<Decision | undefined> {
  return poll(DECISION_MS, async () => {
    const { status, body } = await client.probe(`/v1/traces/${traceId}`)
    if (status !== 200) return undefined
    const event = bodiesIn(body.events).find(({ type }) => String(type).startsWith('decision/'))
    return isBody(event?.payload) ? toDecision(event.payload) : undefined
  })
}

function toDecision(payload: { readonly [name: string]: unknown }): Decision {
  return {
    decisionId: String(payload.decisionId),
    allowed: payload.allowed === true,
    deniedBy: textsIn(payload.deniedBy),
    undecided: [...textsIn(payload.unknown), ...textsIn(payload.held)],
    limitsDenied: textsIn(payload.limitsDenied),
  }
}

/** Asks again, at growing intervals, until there is an answer or the time is over. */
async function poll<T>(ms: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const until = performance.now() + ms
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    const answer = await ask()
    if (answer !== undefined || performance.now() > until) return answer
    await pause(wait)
  }
}
