/** `ark orders`: the orders of the current run, and the end of one that still works. */

import type { Order } from '#core/contract.ts'
import type { Cli, Command } from './cli.ts'
import { didYouMean } from './nearest.ts'
import { integerOption, type Options, parseOptions, usage } from './options.ts'
import { AS_HELP, findBox, PERSON_OPTIONS, reasonOf, tell } from './person.ts'
import { tellTerms } from './tell.ts'
import { table } from './text.ts'

const HELP = `
Usage: ark orders list [--limit N] [--json]
       ark orders cancel ID --reason TEXT [--as FILE] [--json]
       ark orders amend ID [--quantity N] [--limit-price P] [--stop P] [--trail D] --reason TEXT [--as FILE] [--json]

Lists the newest orders first. A cancel is never denied. Amended is what lowers the risk; a stop that moves
away from the market is denied, and anything else is another order, which may name the one it "replaces".

  --limit N           how many are listed: 1 to 500, default 20
  --quantity N        the whole of the order, with what has filled
  --limit-price P     of what closes: where it is to rest
  --stop P            where the stop is to stand
  --trail D           how far it is to stay behind the market
${AS_HELP}

Example: ark orders cancel paper-1-17 --reason 'the thesis is gone'
`

export const orders: Command = { help: HELP, run }

/** Options of an amendment, and what each is called in its body. */
const TERMS = { quantity: 'text', 'limit-price': 'text', stop: 'text', trail: 'text' } as const
const NAMES = {
  quantity: 'quantity',
  'limit-price': 'limitPrice',
  stop: 'stopPrice',
  trail: 'trail',
} as const
const ACTIONS = ['list', 'cancel', 'amend']

interface Row {
  readonly orderId: string
  readonly status: string
  readonly symbol?: string
  readonly side?: string
  readonly type?: string
  readonly quantity?: string
  readonly limitPrice?: string
  readonly stopPrice?: string
  readonly trail?: string
  readonly timeInForce?: NonNullable<Order['timeInForce']>
  readonly group?: string
}

interface Answer {
  readonly cancelled?: boolean
  readonly amended?: boolean
  readonly deniedBy?: readonly string[]
}

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, {
    options: { ...PERSON_OPTIONS, limit: 'text', ...TERMS },
    words: [1, 2],
  })
  const [action = '', id] = options.words
  if (!ACTIONS.includes(action))
    throw usage(action, `There is no "orders ${action}".${didYouMean(action, ACTIONS)}`)
  if (action === 'list') return list(options, cli)
  if (id === undefined) throw usage('', `orders ${action} wants an id: ark orders list shows them.`)
  return action === 'cancel' ? cancel(options, cli, id) : amend(options, cli, id)
}

async function list(options: Options, cli: Cli): Promise<number> {
  const limit = integerOption(options, 'limit', 20, [1, 500])
  const page = (await (await findBox(options, cli)).get(`/v1/orders?limit=${limit}`)) as { items: Row[] }
  const rows = page.items.map((row) => {
    const { orderId, status, side = '', quantity = '', symbol = '', type = '' } = row
    return [orderId, status, side, quantity, symbol, `${type}${tellTerms(row)}`]
  })
  return tell(options, cli, page, rows.length === 0 ? 'no orders yet' : table(rows, [3]).join('\n'))
}

async function cancel(options: Options, cli: Cli, id: string): Promise<number> {
  const reason = reasonOf(options)
  const remote = await findBox(options, cli)
  const answer = (await remote.post(`/v1/orders/${encodeURIComponent(id)}/cancel`, { reason })) as Answer
  return tell(
    options,
    cli,
    answer,
    answer.cancelled === true ? `${id} is cancelled` : `cancel of ${id} requested`,
  )
}

async function amend(options: Options, cli: Cli, id: string): Promise<number> {
  const given = (Object.keys(TERMS) as (keyof typeof TERMS)[]).filter(
    (name) => options.text(name) !== undefined,
  )
  if (given.length === 0) throw usage('--stop', 'A new term is wanted, such as --stop PRICE.')
  const terms = Object.fromEntries(given.map((name) => [NAMES[name], options.text(name)]))
  const reason = reasonOf(options)
  const remote = await findBox(options, cli)
  const path = `/v1/orders/${encodeURIComponent(id)}/amend`
  const answer = (await remote.post(path, { ...terms, reason })) as Answer
  const amended = answer.amended === true
  const why = (answer.deniedBy ?? []).join(', ')
  const now = given.map((name) => `${name} ${options.text(name)}`).join(', ')
  tell(options, cli, answer, amended ? `${id} is amended: ${now}` : `not amended; denied by ${why}`)
  return amended ? 0 : 1
}
