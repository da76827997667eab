/** ark bench: the figures of the design, measured here and now, one JSON line each. */

import { loadavg } from 'node:os'
import { serveBare } from '../bench/bare.ts'
import { createEngineBench } from '../bench/engine.ts'
import { growOnce } from '../bench/engine-growth.ts'
import { ENGINE_PEERS_MISSING, findEnginePeers } from '../bench/engine-peers.ts'
import { eventsDurable } from '../bench/events.ts'
import { benchChunks } from '../bench/market.ts'
import { memoryAfter } from '../bench/memory.ts'
import { loadPeers, PEERS_MISSING } from '../bench/peers.ts'
import { pipelineDurable, pipelineInMemory } from '../bench/pipeline.ts'
import { type Figure, measure } from '../bench/report.ts'
import { rulesFigures } from '../bench/rules.ts'
import { RATE_PER_TOKEN } from '../bench/signals.ts'
import { coldStart, prepare } from '../bench/startup.ts'
import { verdict } from '../bench/verdict.ts'
import type { Cli, Command } from './cli.ts'
import { integerOption, parseOptions, usage } from './options.ts'

const HELP = `ark bench [AREA] [--only NAME] [--rounds N] [--bars N] [--seconds N]

Measures this machine, runtime and build. Every figure is the median of interleaved rounds, with its lowest and
highest sample; one JSON line each.

  core    pipeline in memory and durable, single events, one verdict, cold start, memory (default)
  rules   one verdict on a live book beside Cedar and json-rules-engine (node scripts/peers.mjs fetches them), signals
          over HTTP, halt under load, a steady mix of requests. Boxes of its own, in temporary directories, with the
          rate per token raised out of the way
  engine  a backtest in memory, gate on; reading CSV; growth to ten times the bars; a sweep on two cores; and other
          engines over the same bars (node scripts/peers.mjs --engine fetches them)
  bare    serves the POST that signals are compared with, until standard input ends
  grow    runs a backtest over bars that are made as it goes: how engine measures growth

  --only NAME  one figure
  --rounds N   samples of each figure (default 3)
  --bars N     core: bars a pipeline sample runs over (default 500000); engine: of a backtest (default 1000000)
  --seconds N  rules: seconds of load a sample of a served figure (default 60)

Example: ark bench rules --only signals --seconds 20`

const EVENTS_AT_START = 100_000
const EVENTS_FOR_MEMORY = 1_000_000
const SIGNALS = 40_000
/**
 * Default and range. The calendar of the engine's market has room for ten years, a million bars of a symbol.
 */
const CORE_BARS = [500_000, [1_000, 20_000_000]] as const
const ENGINE_BARS = [1_000_000, [10_000, 1_000_000]] as const

export const bench: Command = {
  help: HELP,
  run: async (argv, cli) => {
    const options = parseOptions(argv, {
      options: { bars: 'text', rounds: 'text', seconds: 'text', only: 'text' },
      words: [0, 1],
    })
    const area = options.words[0] ?? 'core'
    const [usual, range] = area === 'engine' ? ENGINE_BARS : CORE_BARS
    const bars = integerOption(options, 'bars', usual, range)
    const seconds = integerOption(options, 'seconds', 60, [1, 3_600])
    const rounds = integerOption(options, 'rounds', 3, [1, 100])
    const only = options.text('only')
    if (area === 'core') await measureCore(cli, bars, rounds, only)
    else if (area === 'rules') await measureRules(cli, seconds, rounds, only)
    else if (area === 'engine') await measureEngine(cli, bars, rounds, only)
    else if (area === 'bare') await serveBare(cli)
    else if (area === 'grow') await growOnce(cli, bars)
    else throw usage(area, `There is no area "${area}"; this build has core, rules, engine, bare and grow.`)
    return 0
  },
}

async function measureCore(cli: Cli, bars: number, rounds: number, only: string | undefined): Promise<void> {
  const wanted = (name: string) => only === undefined || only === name
  const chunks = [...benchChunks(wanted('pipeline') || wanted('pipeline-durable') ? bars : 1_000)]
  cli.out(JSON.stringify({ bench: 'core', runtime: cli.runtime, bars, rounds }))
  const figures: Figure[] = [
    { name: 'pipeline', unit: 'bars/s', goal: '>= 400000', sample: () => pipelineInMemory(chunks) },
    {
      name: 'pipeline-durable',
      unit: 'bars/s',
      goal: '>= 200000',
      sample: () => pipelineDurable(cli, chunks),
    },
    {
      name: 'events-durable',
      unit: 'events/s',
      goal: '>= 60000, commit p99 <= 20 ms',
      sample: () => eventsDurable(cli, SIGNALS),
    },
    {
      name: 'verdict-approvals',
      unit: 'us p50',
      goal: 'p50 <= 3, p99 <= 15',
      sample: () => verdict('approvals'),
    },
    {
      name: 'verdict-denials',
      unit: 'us p50',
      goal: 'p50 <= 3, p99 <= 15',
      sample: () => verdict('denials'),
    },
  ]
  await measure(
    figures.filter(({ name }) => wanted(name)),
    rounds,
    cli.out,
  )
  if (wanted('cold-start')) await measureStarts(cli, rounds)
  const memory: Figure = {
    name: 'memory',
    unit: 'MB RSS',
    goal: '<= 250, flat',
    sample: () => memoryAfter(cli, EVENTS_FOR_MEMORY),
  }
  if (only === 'memory') await measure([memory], 1, cli.out)
  else if (only === undefined)
    cli.err('memory is measured in a process of its own: ark bench core --only memory')
}

async function measureRules(
  cli: Cli,
  seconds: number,
  rounds: number,
  only: string | undefined,
): Promise<void> {
  const peers = loadPeers()
  if (peers.length === 0) cli.err(PEERS_MISSING)
  const chosen = choose(rulesFigures(seconds, peers), only)
  cli.out(
    JSON.stringify({ bench: 'rules', runtime: cli.runtime, seconds, rounds, ratePerToken: RATE_PER_TOKEN }),
  )
  await measure(chosen, rounds, cli.out)
}

async function measureEngine(
  cli: Cli,
  bars: number,
  rounds: number,
  only: string | undefined,
): Promise<void> {
  const peers = findEnginePeers()
  if (peers.length === 0) cli.err(ENGINE_PEERS_MISSING)
  const { figures, close } = createEngineBench(bars, peers)
  try {
    const chosen = choose(figures, only)
    const [load = 0] = loadavg()
    cli.out(
      JSON.stringify({ bench: 'engine', runtime: cli.runtime, bars, rounds, load: Number(load.toFixed(2)) }),
    )
    await measure(chosen, rounds, cli.out)
  } finally {
    close()
  }
}

function choose(figures: readonly Figure[], only: string | undefined): readonly Figure[] {
  const chosen = figures.filter(({ name }) => only === undefined || only === name)
  if (chosen.length > 0) return chosen
  throw usage('--only', `There is no figure "${only}", only ${figures.map(({ name }) => name).join(', ')}.`)
}

async function measureStarts(cli: Cli, rounds: number): Promise<void> {
  cli.err(`preparing a data directory of ${EVENTS_AT_START} events`)
  const prepared = await prepare(EVENTS_AT_START)
  const starts: Figure[] = [
    {
      name: 'cold-start-clean',
      unit: 'ms',
      goal: '<= 600 (Node), <= 200 (binary)',
      sample: () => coldStart(prepared.clean),
    },
    { name: 'cold-start-killed', unit: 'ms', goal: '<= 1500', sample: () => coldStart(prepared.killed) },
  ]
  await measure(starts, rounds, cli.out)
  prepared.remove()
}
