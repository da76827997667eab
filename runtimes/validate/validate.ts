/**
 * The synthetic validation of a running box, from outside: `ark validate` calls it with an address and prints
 * what it returns. Whatever it opens it closes again.
 */

import { createAccount } from './account.ts'
import { createClient, pause } from './client.ts'
import { createFlow } from './flow.ts'
import { createMarket } from './market.ts'
import { createPasses } from './passes.ts'
import { flatten, prepare, type Stage } from './scenes.ts'
import { createTally, noteError, type Report, type Tally, toReport } from './tally.ts'

export interface Validation {
  readonly url: string
  readonly token: string | undefined
  readonly seconds: number
  readonly rate: number
  readonly isStopped: () => boolean
  /** What is to be said while it goes on. */
  readonly note: (text: string) => void
  /** Called a few times a second with what has been seen so far. */
  readonly onProgress: (tally: Tally) => void
}

/** A first start replays 20 years before it takes anything in. */
const READY_MS = 120_000
/** An address at which nobody answers. */
const SILENT_MS = 2_000
const POLL_MS = 100
/** A box that has just begun waits for its watchdog before it opens anything. */
const LEASE_MS = 5_000
const PROGRESS_MS = 250

export async function validate(validation: Validation): Promise<Report> {
  const { note, onProgress, rate, token, url } = validation
  const tally = createTally()
  const client = createClient({ url, token, onError: (problem) => noteError(tally, problem) })
  const progress = setInterval(() => onProgress(tally), PROGRESS_MS)
  try {
    const absent = await waitUntilReady(client, validation)
    if (absent !== undefined) noteError(tally, absent)
    else {
      await waitUntilActive(client)
      await drive(validation, client, tally)
    }
  } finally {
    clearInterval(progress)
  }
  if (validation.isStopped()) noteError(tally, 'stopped before its time')
  for (const problem of tally.problems) note(problem)
  return toReport(tally, rate)
}

async function drive(
  { isStopped, note, rate, seconds }: Validation,
  client: ReturnType<typeof createClient>,
  tally: Tally,
): Promise<void> {
  let isMeasured = false
  const account = createAccount(client)
  const passes = createPasses(client, account, tally, () => isMeasured)
  const stage: Stage = {
    client,
    account,
    market: createMarket(client),
    passes,
    letThrough: new Set(),
    count: Math.floor(Date.now() / 10),
  }
  await stage.market.open()
  await flatten(stage)
  const restore = await prepare(stage, `validation-${Date.now()}`)
  await account.look()
  if (!account.takesOrders())
    note(
      `the account takes no order now (${account.obstacles.join(', ')}): good orders are asked of controls`,
    )
  const flow = createFlow(stage, tally, { durationMs: seconds * 1_000, rate, isStopped })
  isMeasured = true
  await flow.run()
  isMeasured = false
  await flow.finish()
  await passes.settle()
  await restore()
  const left = await flatten(stage)
  if (left.length > 0) noteError(tally, `still open at the end: ${left.join(', ')}`)
}

/** Why the box cannot be validated; undefined when it can. */
async function waitUntilReady(
  client: ReturnType<typeof createClient>,
  { isStopped, url }: Validation,
): Promise<string | undefined> {
  const began = performance.now()
  for (let answered = began; ; ) {
    const { status, body } = await client.probe('/readyz')
    const now = performance.now()
    if (status !== 0) answered = now
    if (status >= 200 && status < 300) return undefined
    if (status === 0 && now - answered >= SILENT_MS) return `nobody answers at ${url}`
    if (now - began > READY_MS || isStopped())
      return `${url} is not ready: ${JSON.stringify(body.reasons ?? status)}`
    await pause(POLL_MS)
  }
}

/** Whatever else keeps it from being active will show in what it answers. */
async function waitUntilActive(client: ReturnType<typeof createClient>): Promise<void> {
  const until = performance.now() + LEASE_MS
  while (performance.now() < until) {
    const { body } = await client.probe('/v1/mode')
    if (body.mode !== 'reducing') return
    await pause(POLL_MS)
  }
}
