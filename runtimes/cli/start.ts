/**
 * `ark start`: the first-run replay, once a data directory, and then a paper box on a synthetic market until
 * it is stopped.
 *
 * Everything that it opens it closes again, in the reverse order, whether it ends by a signal, by an error or
 * by itself.
 */

import { readDecisions } from '#core/journal/reader.ts'
import { version } from '../build-info.ts'
import { type Box, openBox } from './box.ts'
import type { Cli, Command } from './cli.ts'
import { type Doors, openDoors, type Phase } from './doors.ts'
import { replayFirstRun, storedSummary } from './first-run.ts'
import { invocation } from './invocation.ts'
import { ensureOperator, hasToken, OPERATOR, tokenPath } from './operator.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { FIRST_RUN, PAPER_RUN } from './run-terms.ts'
import { dataDirOf, loadConfig } from './settings.ts'
import { listenForStop, type StopRequest } from './signals.ts'
import { formatSummary, type Summary } from './summary.ts'

const HELP = `
Usage: ark start [options]

Runs ARK. The first start of a data directory replays 20 years of the S&P 500 through all agents and prints what
came of it; then, and at every later start, a synthetic market runs at one tick a second on a paper account.

  --port N            API port (default 8000; 0 = any free one)
  --metrics-port N    metrics port (default 9090; 0 = any free one)
  --host ADDRESS      address to listen on (default 127.0.0.1)
  --behind-proxy      a proxy with TLS stands in front of a public address
  --speed N|max       bars a second of the replay (default max)
  --once              end after the replay's summary; binds no port
  --json              the summary as one JSON line on standard output, all else on standard error
  --data-dir DIR      where everything is kept (default ./data, or ARK_DATA_DIR)
  --config FILE       configuration (default ark.config.json where it exists)

Example: ark start --once --json
`

export const start: Command = { help: HELP, run }

const SERVICES = ['id', 'aletheia', 'metrics']
const LIVE_SERVICES = ['watchdog', 'feed-synthetic']

interface Start {
  readonly box: Box
  readonly cli: Cli
  readonly options: Options
  readonly phase: Phase
  readonly stop: StopRequest
  /** Text for people: standard output, or with --json standard error. */
  readonly say: (text: string) => void
}

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, {
    options: {
      port: 'text',
      'metrics-port': 'text',
      host: 'text',
      'behind-proxy': 'flag',
      speed: 'text',
      once: 'flag',
    },
  })
  const speed = parseSpeed(options.text('speed') ?? 'max')
  const config = loadConfig(options, cli)
  const { http } = config
  const dataDir = dataDirOf(options, cli)
  const say = options.flag('json') ? cli.err : cli.out
  say(`ARK ${version()} on ${cli.runtime}, data ${dataDir}`)
  const stop = listenForStop()
  const box = await openBox({ cli, dataDir, config: { ...config, http } })
  const phase: Phase = { current: 'replaying' }
  let doors: Doors | undefined
  try {
    if (!options.flag('once')) doors = await openDoors(box, http, phase)
    await live({ box, cli, options, phase, stop, say }, doors, speed)
    return 0
  } finally {
    phase.current = 'stopping'
    await doors?.close()
    await box.close()
    stop.close()
  }
}

async function live(start: Start, doors: Doors | undefined, speed: number | 'max'): Promise<void> {
  const { box, stop, phase } = start
  announce(start, doors)
  const stored = await storedSummary(box.database)
  const summary = stored ?? (await firstRun(start, speed))
  if (summary !== undefined && (stored === undefined || doors === undefined)) show(start, summary)
  if (doors === undefined && summary !== undefined) start.say((await signposts(start)).join('\n'))
  if (doors === undefined || stop.isRequested()) return
  await box.ark.beginRun(PAPER_RUN)
  if (stored !== undefined) await startServices(start, SERVICES)
  await startServices(start, LIVE_SERVICES)
  phase.current = 'open'
  await pointTheWay(start, doors)
  tellHalts(box)
  await stop.requested
  start.say('stopping')
}

async function firstRun(start: Start, speed: number | 'max'): Promise<Summary | undefined> {
  const { box, cli, stop } = start
  const begun = await box.ark.beginRun(FIRST_RUN)
  if (begun.resumed) start.say(`going on with the replay of run ${begun.terms.runId}`)
  await startServices(start, SERVICES)
  return replayFirstRun(box, cli, speed, stop.requested)
}

async function startServices({ box, say }: Start, names: readonly string[]): Promise<void> {
  for (const name of names) await box.ark.startService(name)
  if (!names.includes('id')) return
  if (await ensureOperator(box)) say(`identity ${OPERATOR} made; its token is in ${tokenPath(box.dataDir)}`)
  else if (!hasToken(box.dataDir)) {
    say(`warning: ${tokenPath(box.dataDir)} is gone.`)
    say(`ark identity rotate ${OPERATOR} makes a new one while ARK is stopped.`)
  }
}

/**
 * The ports are in the lock before anything else happens, so that the other commands find a box that replays.
 */
function announce({ box, say }: Start, doors: Doors | undefined): void {
  if (doors === undefined) return
  const { port, metricsPort, warning } = doors
  box.lock.update(metricsPort === undefined ? { port } : { port, metricsPort })
  if (warning !== undefined) say(`warning: ${warning}`)
}

function show({ options, cli, say }: Start, summary: Summary): void {
  if (options.flag('json')) cli.out(JSON.stringify(summary.figures))
  else say(`\n${formatSummary(summary)}\n`)
}

async function pointTheWay(start: Start, doors: Doors): Promise<void> {
  const { box, say } = start
  const api = `http://127.0.0.1:${doors.port}`
  const metrics = `http://127.0.0.1:${doors.metricsPort ?? doors.port}/metrics`
  const lines = [
    `running: a synthetic market at one tick a second, on a paper account (run ${box.ark.run?.terms.runId ?? ''})`,
    '',
    `  API       ${api}/`,
    `  metrics   ${metrics}`,
    `  a signal  ${curlOf(api, tokenPath(box.dataDir))}`,
    ...(await signposts(start)),
    `  stop      ${commandOf(start, 'stop')}`,
  ]
  say(lines.join('\n'))
}

/** Where to look next, with a decision that there is something to say about. */
async function signposts(start: Start): Promise<readonly string[]> {
  const { database } = start.box
  const newest = async (verdict: string) =>
    (await readDecisions(database, Number.MAX_SAFE_INTEGER, 1, verdict))[0]?.id
  const [approved, denied] = [await newest('approved'), await newest('denied')]
  return [
    ...(approved === undefined ? [] : [`  why       ${commandOf(start, `explain ${approved}`)}`]),
    ...(denied === undefined ? [] : [`  why not   ${commandOf(start, `explain ${denied}`)}`]),
    `  proof     ${commandOf(start, 'replay --verify')}`,
  ]
}

function commandOf({ cli, options }: Start, words: string): string {
  const place = options.text('data-dir') === undefined ? '' : ` --data-dir ${dataDirOf(options, cli)}`
  return `${invocation(cli.env)} ${words}${place}`
}

/** To be pasted as it is: the token stays in its file, and out of the shell's history. */
function curlOf(api: string, token: string): string {
  const headers = `-H "Authorization: Bearer $(cat '${token}')" -H 'Content-Type: application/json'`
  return `curl -s ${api}/v1/signals ${headers} -d '{"symbol":"ORCA","direction":"long"}'`
}

/**
 * Whoever watches the console learns of a halt, whoever asked for it; other changes of the mode come and go
 * by themselves.
 */
function tellHalts({ ark, ports }: Box): void {
  const halted = ark.cycle?.kernel.context.mode.halted ?? null
  if (halted !== null) tell('halted since an earlier start; ark resume takes it back', { reason: halted })
  ark.subscribe((events) => {
    for (const event of events) {
      if (event.type !== 'mode/changed') continue
      const { mode, was, reason, principal } = event.payload
      if (mode === 'halted' || was === 'halted') tell(`mode ${mode}`, { reason, principal })
    }
  })
  function tell(message: string, fields: { readonly [name: string]: string }): void {
    ports.log.write({ level: 'warn', source: 'core', message, fields })
  }
}

function parseSpeed(text: string): number | 'max' {
  if (text === 'max') return 'max'
  const speed = /^\d{1,8}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
  if (speed >= 0.01 && speed <= 10_000_000) return speed
  throw usage('--speed', `--speed is "${text}", wanted max or bars a second from 0.01 to 10000000.`)
}
