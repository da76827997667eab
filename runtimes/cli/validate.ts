/**
 * `ark validate`: drives a running box from outside with good orders and with violations of every rule, and
 * says whether it answered each as it should. Starts a box of its own where none runs.
 */

import { existsSync } from 'node:fs'
import { readLock } from '../shared/lock.ts'
import { startOwnBox } from '../validate/own-box.ts'
import { type Tally, tellReport } from '../validate/tally.ts'
import { validate as runValidation } from '../validate/validate.ts'
import type { Cli, Command } from './cli.ts'
import { readToken, tokenPath } from './operator.ts'
import { integerOption, type Options, parseOptions, usage } from './options.ts'
import { AS_HELP, findBoxIfAny, tokenOf } from './person.ts'
import { dataDirOf, loadConfig } from './settings.ts'
import { listenForStop } from './signals.ts'

const HELP = `
Usage: ark validate [--duration 300] [--rate 1] [--url U] [--as FILE] [--json]

Drives a running box from outside: signals and orders on symbols of its own, most of which violate a rule, and a
control beside each. Compares every decision with the exact set of rules that must deny it, and every trace with the
six agents. What it opens is tiny, at most 20 approved orders a minute, and closed again.

  --duration SECONDS  how long (default 300); each rule is violated at least once however short
  --rate HZ           passes a second, 0.1 to 50 (default 1)
  --url U             the box (default: the one that runs on the data directory, else one of its own for the time)
${AS_HELP}
  --json              the figures as one JSON line

Exit code 0 = passed, 1 = failed; why stands on standard error.

Example: ark validate --duration 60 --rate 5
`

export const validate: Command = { help: HELP, run }

interface Target {
  readonly url: string
  readonly token: string | undefined
  stop(): Promise<void>
}

const SECONDS = [1, 604_800] as const
const RATES = [0.1, 50] as const
const CLEAR = '\r\u001b[2K'

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, {
    options: { duration: 'text', rate: 'text', url: 'text', as: 'text' },
  })
  const seconds = integerOption(options, 'duration', 300, SECONDS)
  const rate = rateOf(options)
  const target = await findTarget(options, cli)
  const stop = listenForStop()
  try {
    const report = await runValidation({
      url: target.url,
      token: target.token,
      seconds,
      rate,
      isStopped: stop.isRequested,
      note: (text) => cli.err(`${cli.terminal ? CLEAR : ''}${text}`),
      onProgress: (tally) => cli.terminal && cli.draw(`${CLEAR}${tellProgress(tally, seconds)}`),
    })
    if (cli.terminal) cli.draw(CLEAR)
    cli.out(options.flag('json') ? JSON.stringify(report) : tellReport(report))
    return report.passed ? 0 : 1
  } finally {
    stop.close()
    await target.stop()
  }
}

function tellProgress(tally: Tally, seconds: number): string {
  if (tally.began === 0) return 'waiting for the box'
  const elapsed = Math.min(seconds, Math.floor((performance.now() - tally.began) / 1_000))
  const wrong = tally.errors + tally.falseDenials
  return `validating: ${elapsed} of ${seconds} s, ${tally.answered} passes, ${wrong} wrong`
}

async function findTarget(options: Options, cli: Cli): Promise<Target> {
  const url = options.text('url')
  if (url !== undefined) return await toRemote(parseUrl(url), options, cli)
  const local = await findBoxIfAny(options, cli)
  if (local !== undefined) {
    const token = tokenOf(options, cli) ?? readToken(dataDirOf(options, cli))
    return { url: local.url, token, stop: () => Promise.resolve() }
  }
  // Its faults are told here: the box's own words go nowhere.
  loadConfig(options, cli)
  cli.err('no ARK runs on the data directory: one of its own is started for the time')
  return startOwnBox(options.text('config'))
}

/** The token in the data directory is for the box on it: it is shown to nobody else. */
async function toRemote(url: URL, options: Options, cli: Cli): Promise<Target> {
  const dataDir = dataDirOf(options, cli)
  const given = tokenOf(options, cli)
  const port = given === undefined ? (await readLock(dataDir))?.port : undefined
  const isLocal = ['127.0.0.1', 'localhost'].includes(url.hostname) && url.port === String(port)
  const token = given ?? (isLocal && existsSync(tokenPath(dataDir)) ? readToken(dataDir) : undefined)
  if (token === undefined)
    cli.err('no token: --as FILE or ARK_TOKEN gives one, of an identity with the role operator')
  return { url: url.href.replace(/\/+$/, ''), token, stop: () => Promise.resolve() }
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text)
    if (/^https?:$/.test(url.protocol)) return url
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  throw usage('--url', `--url is "${text}", wanted an address such as http://127.0.0.1:8000.`)
}

function rateOf(options: Options): number {
  const text = options.text('rate') ?? '1'
  const rate = /^\d{1,2}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
  if (rate >= RATES[0] && rate <= RATES[1]) return rate
  throw usage('--rate', `--rate is "${text}", wanted passes a second from ${RATES[0]} to ${RATES[1]}.`)
}
