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
       ark orders amend ID --stop PRICE --reason TEXT [--as FILE] [--json]

Lists the newest orders first. A cancel is never denied; a stop that moves away from the market is.

  --limit N           1 to 500, default 20
  --stop PRICE        where the stop is to stand
${AS_HELP}

Example: ark orders cancel paper-1-17 --reason 'the thesis is gone'
`

export const orders: Command = { help: HELP, run }

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
    options: { ...PERSON_OPTIONS, limit: 'text', stop: 'text' },
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
  const stopPrice = options.text('stop')
  if (stopPrice === undefined) throw usage('--stop', 'A price is wanted: --stop PRICE.')
  const reason = reasonOf(options)
  const remote = await findBox(options, cli)
  const path = `/v1/orders/${encodeURIComponent(id)}/amend`
  const answer = (await remote.post(path, { stopPrice, reason })) as Answer
  const amended = answer.amended === true
  const why = (answer.deniedBy ?? []).join(', ')
  tell(
    options,
    cli,
    answer,
    amended ? `the stop of ${id} is at ${stopPrice}` : `not amended; denied by ${why}`,
  )
  return amended ? 0 : 1
}
