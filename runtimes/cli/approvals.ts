/** `ark approvals`: what waits for a person, and the person's word on it. */

import type { Cli, Command } from './cli.ts'
import { type Judged, tellJudged } from './judged.ts'
import { didYouMean } from './nearest.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { AS_HELP, findBox, PERSON_OPTIONS, reasonOf, tell } from './person.ts'
import { table } from './text.ts'

const HELP = `
Usage: ark approvals list [--json]
       ark approvals approve ID --reason TEXT [--as FILE] [--json]
       ark approvals reject ID --reason TEXT [--as FILE] [--json]

Held orders and requests that need a second person. An approval is bound to the very order that was held, for
15 minutes, while the price stays within 1 %, and works once. Nobody approves what they asked for themselves.

${AS_HELP}

Example: ark approvals approve two-0f3c9a1b22d4e5f6 --reason 'the deal is public' --as officer.token
`

export const approvals: Command = { help: HELP, run }

interface Item {
  readonly id: string
  readonly kind: string
  readonly principal: string
  readonly expires: string
  readonly needs: string
  readonly symbol?: string
  readonly limit?: string
  readonly order?: { readonly symbol: string; readonly side: string; readonly quantity: string }
}

/** Of a request there is no verdict beside the outcome. */
interface Outcome extends Partial<Judged> {
  readonly seq: number
}

const NOTHING_SAID: Judged = { allowed: false, deniedBy: [], unknown: [], held: [], limitsDenied: [] }
const ACTIONS = ['list', 'approve', 'reject']

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { options: PERSON_OPTIONS, words: [1, 2] })
  const [action = '', id] = options.words
  if (!ACTIONS.includes(action))
    throw usage(action, `There is no "approvals ${action}".${didYouMean(action, ACTIONS)}`)
  if (action === 'list') return list(options, cli)
  if (id === undefined) throw usage('', `approvals ${action} wants an id: ark approvals list shows them.`)
  return decide(options, cli, id, action === 'approve')
}

async function list(options: Options, cli: Cli): Promise<number> {
  const page = (await (await findBox(options, cli)).get('/v1/approvals')) as { items: Item[] }
  const rows = page.items.map((item) => [
    item.id,
    subjectOf(item),
    `asked by ${item.principal}`,
    `until ${item.expires.slice(11, 19)}Z`,
    `needs ${item.needs}`,
  ])
  return tell(options, cli, page, rows.length === 0 ? 'nothing waits' : table(rows).join('\n'))
}

function subjectOf({ kind, order, symbol, limit }: Item): string {
  if (order !== undefined) return `${order.side} ${order.quantity} ${order.symbol}`
  return `${kind} ${symbol ?? limit ?? ''}`
}

async function decide(options: Options, cli: Cli, id: string, approve: boolean): Promise<number> {
  const reason = reasonOf(options)
  const remote = await findBox(options, cli)
  const path = `/v1/approvals/${encodeURIComponent(id)}`
  const outcome = (await remote.post(path, { approve, reason })) as Outcome
  const refused = approve && outcome.allowed === false
  const text = refused
    ? `approved, but now ${tellJudged({ ...NOTHING_SAID, ...outcome })}`
    : `${approve ? 'approved' : 'rejected'}, journaled as seq ${outcome.seq}`
  tell(options, cli, outcome, text)
  return refused ? 1 : 0
}
