/** `ark flatten`: closes positions at market, by a person; in every mode. */

import type { Cli, Command } from './cli.ts'
import { type Judged, tellJudged } from './judged.ts'
import { parseOptions } from './options.ts'
import { AS_HELP, findBox, PERSON_OPTIONS, reasonOf, tell } from './person.ts'

const HELP = `
Usage: ark flatten --reason TEXT [--symbol SYMBOL] [--as FILE] [--json]

Cancels what could still open, then sends one market exit a position. Each exit is judged like any order; exit
code 1 says that one of them was denied. Works when halted, too.

  --symbol SYMBOL     this one only
${AS_HELP}

Example: ark flatten --symbol BTC-USD --reason 'the venue closes for maintenance'
`

export const flatten: Command = { help: HELP, run }

export interface Flattened {
  readonly cancelled: readonly string[]
  readonly exits: readonly (Judged & {
    readonly symbol: string
    readonly side: string
    readonly quantity: string
  })[]
}

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { options: { ...PERSON_OPTIONS, symbol: 'text' } })
  const reason = reasonOf(options)
  const symbol = options.text('symbol')
  const remote = await findBox(options, cli)
  const body = { reason, ...(symbol === undefined ? {} : { symbol }) }
  const answer = (await remote.post('/v1/flatten', body)) as Flattened
  tell(options, cli, answer, tellFlattened(answer).join('\n'))
  return answer.exits.every(({ allowed }) => allowed) ? 0 : 1
}

export function tellFlattened({ cancelled, exits }: Flattened): string[] {
  if (cancelled.length + exits.length === 0) return ['nothing to close']
  return [
    ...cancelled.map((orderId) => `cancel of ${orderId} requested`),
    ...exits.map((exit) => `${exit.side} ${exit.quantity} ${exit.symbol} at market: ${tellJudged(exit)}`),
  ]
}
