/** `ark override`: lifts an operational limit for a while, by two people; never one of the 26 rules. */

import type { Cli, Command } from './cli.ts'
import { integerOption, type Options, parseOptions, usage } from './options.ts'
import { AS_HELP, findBox, PERSON_OPTIONS, reasonOf, tell } from './person.ts'
import { table } from './text.ts'
import { tellWaiting, type Waiting } from './waiting.ts'

const HELP = `
Usage: ark override request --limit LIMIT --seconds N --reason TEXT [--as FILE] [--json]
       ark override revoke --limit LIMIT --reason TEXT [--as FILE] [--json]
       ark override list [--json]

Lifts one operational limit (order_notional, overlay:ID …) until its time is over. A second person confirms
it: ark approvals approve ID --as FILE. Revoking it takes one person, and the 26 rules are out of reach.

  --limit LIMIT       as a verdict names it
  --seconds N         1 to 86400, from the confirmation on
${AS_HELP}

Example: ark override request --limit order_notional --seconds 900 --reason 'one block for the index change'
`

export const override: Command = { help: HELP, run }

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, {
    options: { ...PERSON_OPTIONS, limit: 'text', seconds: 'text' },
    words: [1, 1],
  })
  const [action = ''] = options.words
  if (action === 'list') return list(options, cli)
  if (action !== 'request' && action !== 'revoke')
    throw usage(action, `There is no "override ${action}"; wanted request, revoke or list.`)
  const limit = options.text('limit')
  if (limit === undefined) throw usage('--limit', 'A limit is wanted, as a verdict names it.')
  const reason = reasonOf(options)
  if (action === 'revoke') {
    const answer = await (await findBox(options, cli)).post('/v1/overrides/revoke', { limit, reason })
    return tell(options, cli, answer, `${limit} holds again`)
  }
  const untilSeconds = integerOption(options, 'seconds', 0, [0, 86_400])
  if (untilSeconds === 0) throw usage('--seconds', 'How long? --seconds 1 to 86400.')
  const remote = await findBox(options, cli)
  const waiting = (await remote.post('/v1/overrides', { limit, untilSeconds, reason })) as Waiting
  return tell(options, cli, waiting, tellWaiting(waiting))
}

async function list(options: Options, cli: Cli): Promise<number> {
  const page = (await (await findBox(options, cli)).get('/v1/overrides')) as {
    items: { limit: string; until: string }[]
  }
  const rows = page.items.map(({ limit, until }) => [limit, `until ${until.slice(0, 19)}Z`])
  return tell(options, cli, page, rows.length === 0 ? 'nothing is overridden' : table(rows).join('\n'))
}
