/** `ark rearm`: releases what latched itself, after a person has looked. */

import type { Cli, Command } from './cli.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { AS_HELP, findBox, PERSON_OPTIONS, reasonOf, tell } from './person.ts'

const HELP = `
Usage: ark rearm --strategy NAME --symbol SYMBOL --side buy|sell --reason TEXT [--as FILE] [--json]
       ark rearm --latch day_loss --reason TEXT [--as FILE] [--json]
       ark rearm --list [--json]

A strategy that released too many orders of one symbol and side in a minute is latched, and so is the account
after a day's loss. Look at why before you release it.

  --list              what is latched now
${AS_HELP}

Example: ark rearm --strategy breakout --symbol BTC-USD --side buy --reason 'a duplicated feed, mended'
`

export const rearm: Command = { help: HELP, run }

interface Latch {
  readonly key: string
  readonly seq: number
}

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, {
    options: {
      ...PERSON_OPTIONS,
      strategy: 'text',
      symbol: 'text',
      side: 'text',
      latch: 'text',
      list: 'flag',
    },
  })
  if (options.flag('list')) {
    const page = (await (await findBox(options, cli)).get('/v1/latches')) as { items: Latch[] }
    const keys = page.items.map(({ key }) => key)
    return tell(options, cli, page, keys.length === 0 ? 'nothing is latched' : keys.join('\n'))
  }
  const body = { ...which(options), reason: reasonOf(options) }
  const answer = (await (await findBox(options, cli)).post('/v1/rearm', body)) as Latch
  return tell(options, cli, answer, `${answer.key} is armed again, journaled as seq ${answer.seq}`)
}

function which(options: Options): Record<string, string> {
  const latch = options.text('latch')
  if (latch !== undefined) return { latch }
  const [strategy, symbol, side] = ['strategy', 'symbol', 'side'].map((name) => options.text(name))
  if (strategy === undefined || symbol === undefined || side === undefined)
    throw usage('', 'Wanted: --strategy, --symbol and --side, or --latch day_loss.')
  return { strategy, symbol, side }
}
