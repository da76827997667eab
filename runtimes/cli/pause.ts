/** `ark pause` and `ark unpause`: an agent, a symbol or a strategy opens nothing until it is unpaused. */

import type { Cli, Command } from './cli.ts'
import { parseOptions, usage } from './options.ts'
import { AS_HELP, findBox, PERSON_OPTIONS, reasonOf, tell } from './person.ts'
import { table } from './text.ts'

const WHICH = `  --agent NAME        a plugin that proposes, such as kenny
  --symbol SYMBOL
  --strategy NAME`

const PAUSE_HELP = `
Usage: ark pause --agent NAME | --symbol SYMBOL | --strategy NAME --reason TEXT [--as FILE] [--json]
       ark pause --list [--json]

Nothing opens for it until it is unpaused, across restarts. Exits and stops go on.

${WHICH}
  --list              what is paused now
${AS_HELP}

Example: ark pause --symbol BTC-USD --reason 'fork tonight'
`

const UNPAUSE_HELP = `
Usage: ark unpause --agent NAME | --symbol SYMBOL | --strategy NAME --reason TEXT [--as FILE] [--json]

Takes a pause back.

${WHICH}
${AS_HELP}

Example: ark unpause --symbol BTC-USD --reason 'the fork is over'
`

export const pause: Command = { help: PAUSE_HELP, run: (argv, cli) => request(argv, cli, true) }
export const unpause: Command = { help: UNPAUSE_HELP, run: (argv, cli) => request(argv, cli, false) }

const KINDS = ['agent', 'symbol', 'strategy'] as const

async function request(argv: readonly string[], cli: Cli, paused: boolean): Promise<number> {
  const flag = paused ? ({ list: 'flag' } as const) : {}
  const wanted = { ...PERSON_OPTIONS, agent: 'text', symbol: 'text', strategy: 'text', ...flag } as const
  const options = parseOptions(argv, { options: wanted })
  if (options.flag('list')) {
    const page = (await (await findBox(options, cli)).get('/v1/pauses')) as { items: { key: string }[] }
    const rows = page.items.map(({ key }) => [key])
    return tell(options, cli, page, rows.length === 0 ? 'nothing is paused' : table(rows).join('\n'))
  }
  const given = KINDS.filter((kind) => options.text(kind) !== undefined)
  const [kind] = given
  if (kind === undefined || given.length > 1)
    throw usage('', 'One of --agent, --symbol and --strategy is wanted.')
  const reason = reasonOf(options)
  const remote = await findBox(options, cli)
  const body = { [kind]: options.text(kind), reason }
  const answer = (await remote.post(paused ? '/v1/pause' : '/v1/unpause', body)) as Answer
  const text = `${answer.key} is ${paused ? 'paused' : 'no longer paused'}, journaled as seq ${answer.seq}`
  return tell(options, cli, answer, text)
}

interface Answer {
  readonly key: string
  readonly seq: number
}
