/** `ark restrict`: the restricted list. One person puts a symbol on it, two take it off. */

import type { Cli, Command } from './cli.ts'
import { parseOptions, usage } from './options.ts'
import { AS_HELP, findBox, PERSON_OPTIONS, reasonOf, tell } from './person.ts'
import { tellWaiting, type Waiting } from './waiting.ts'

const HELP = `
Usage: ark restrict --symbol SYMBOL --reason TEXT [--as FILE] [--json]
       ark restrict --symbol SYMBOL --remove --reason TEXT [--as FILE] [--json]
       ark restrict --list [--json]

Nothing opens in a restricted symbol, and an exit of it needs an operator. Taking it off the list loosens, so
a second person confirms it: ark approvals approve ID --as FILE.

  --remove            ask for it to be taken off
  --list              what is restricted now
${AS_HELP}

Example: ark restrict --symbol XYZ --reason 'we advise on the merger'
`

export const restrict: Command = { help: HELP, run }

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, {
    options: { ...PERSON_OPTIONS, symbol: 'text', remove: 'flag', list: 'flag' },
  })
  if (options.flag('list')) {
    const page = (await (await findBox(options, cli)).get('/v1/restrictions')) as {
      items: { symbol: string }[]
    }
    const symbols = page.items.map(({ symbol }) => symbol)
    return tell(options, cli, page, symbols.length === 0 ? 'nothing is restricted' : symbols.join('\n'))
  }
  const symbol = options.text('symbol')
  if (symbol === undefined) throw usage('--symbol', 'A symbol is wanted.')
  const body = { symbol, reason: reasonOf(options) }
  const remote = await findBox(options, cli)
  if (options.flag('remove')) {
    const waiting = (await remote.post('/v1/unrestrict', body)) as Waiting
    return tell(options, cli, waiting, tellWaiting(waiting))
  }
  const answer = (await remote.post('/v1/restrict', body)) as { seq: number }
  return tell(options, cli, answer, `${symbol} is restricted, journaled as seq ${answer.seq}`)
}
