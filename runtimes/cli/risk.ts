/**
 * `ark risk`: the headroom of each limit now, as the running box reckons it. It asks the box and nobody else,
 * since what may still be sent is a matter of its book and its market.
 */

import { ArkError } from '#core/errors.ts'
import type { Headroom } from '#core/gate/headroom.ts'
import type { Capacity, Room } from '#core/http/capacity.ts'
import type { AccountRisk, PositionRisk, Risk } from '#core/http/risk.ts'
import type { Cli, Command } from './cli.ts'
import { parseOptions } from './options.ts'
import { findRemote } from './remote.ts'
import { dataDirOf } from './settings.ts'
import { grouped, percent, table } from './text.ts'

const HELP = `
Usage: ark risk [--symbol SYMBOL] [--json]

Says what may still be sent: what is used of each limit and what is left, what each position stands on, and the
largest order of each symbol that all rules and limits would still allow. Asks the running box; changes nothing.

  --symbol SYMBOL     limits and orders of this symbol only; without it, of the 20 that matter most
  --json              the same as data

Example: ark risk
`

export const risk: Command = { help: HELP, run }

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { options: { symbol: 'text' } })
  const dataDir = dataDirOf(options, cli)
  const remote = await findRemote(dataDir)
  if (remote === undefined) throw new ArkError('NOT_RUNNING', dataDir, 'Headroom is asked of a running box.')
  const symbol = options.text('symbol')
  const query = symbol === undefined ? '' : `?symbol=${encodeURIComponent(symbol)}`
  const answer = (await remote.get(`/v1/risk${query}`)) as Risk
  cli.out(options.flag('json') ? JSON.stringify(answer) : tellRisk(answer))
  return 0
}

/** At most 100 characters a line, but for what people wrote themselves. */
export function tellRisk(risk: Risk): string {
  const { runId, runKind, mode, time, account, against, limits, positions, capacity, leftOff } = risk
  return [
    `Headroom of ${runId} (${runKind}) at ${time.slice(0, 19)}Z, mode ${mode}`,
    ...section('Account', tellAccount(account)),
    ...section('Openings', against.length === 0 ? ['nothing stands against them'] : against),
    ...section('Limits', tellLimits(limits)),
    ...section('Positions', tellPositions(positions)),
    ...section('What may still be sent', tellCapacity(capacity, leftOff)),
    ...section('Set by people, or waiting for them', tellStanding(risk)),
  ].join('\n')
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

function tellAccount(account: AccountRisk): string[] {
  const { equity, dayLoss, dayLossLeft, gross, grossLeft, leverage } = account
  return table(
    [
      ['equity', cents(equity), ''],
      ['lost today', cents(dayLoss), `${cents(dayLossLeft)} more and openings end for the day`],
      ['gross exposure', cents(gross), `${cents(grossLeft)} may be added; leverage ${leverage ?? 'unknown'}`],
    ],
    [1],
  )
}

/** What is bound by nothing yet, and what hangs on each order alone, is left to --json. */
function tellLimits(limits: readonly Headroom[]): string[] {
  const shown = limits.filter(({ used, unit, denies }) => {
    return denies || (used !== null && used !== '0' && unit !== 'flag')
  })
  const rows = shown.map(({ name, of, unit, used, limit, left, denies }) => {
    const tell = (text: string | null): string => amount(text, unit, Number(limit))
    // What is kept by lying above it is a floor.
    const below = Number(used) < Number(limit)
    const above = Number(used) > Number(limit)
    const isFloor = unit !== 'flag' && (denies ? below : above)
    return [
      `${denies ? '✗' : '✓'} ${name}`,
      of,
      tell(used),
      `${isFloor ? '≥ ' : ''}${tell(limit)}`,
      tell(left),
    ]
  })
  const others = limits.length - shown.length
  return [
    ...table([['  rule or limit', 'of', 'used', 'limit', 'left'], ...rows], [2, 3, 4]),
    ...(others === 0 ? [] : [`  and ${others} of which nothing is used: ark risk --json`]),
  ]
}

/** Ratios as shares, but where the limit is a multiple: a leverage of 2 is not 200 %. */
function amount(text: string | null, unit: Headroom['unit'], limit: number): string {
  if (text === null) return '-'
  if (unit === 'flag') return text === '1' ? 'yes' : 'no'
  if (unit === 'cash') return cents(text)
  if (unit !== 'ratio') return grouped(text)
  return limit < 1 ? percent(Number(text)) : Number(text).toFixed(4)
}

function tellPositions(positions: readonly PositionRisk[]): string[] {
  const rows = positions.map(({ symbol, quantity, mark, value, share, uncovered, stop, stopDistance }) => [
    symbol,
    quantity,
    mark,
    cents(value),
    share === null ? '-' : percent(Number(share)),
    uncovered === '0' ? 'all' : `all but ${uncovered}`,
    stop ?? 'none',
    stopDistance === null ? '-' : percent(Number(stopDistance)),
  ])
  const heads = ['symbol', 'quantity', 'mark', 'value', 'of equity', 'covered', 'stop', 'away']
  return rows.length === 0 ? [] : table([heads, ...rows], [1, 2, 3, 4, 6, 7])
}

function tellCapacity(capacity: readonly Capacity[], leftOff: number): string[] {
  const rows = capacity.map(({ symbol, price, buy, sell }) => [
    symbol,
    price,
    buy.quantity,
    boundBy(buy),
    sell.quantity,
    boundBy(sell),
  ])
  if (rows.length === 0) return ['no symbol has a price']
  const more = leftOff === 0 ? [] : [`and ${leftOff} more symbols, not asked about`]
  return [...table([['symbol', 'price', 'buy', 'bound by', 'sell', 'bound by'], ...rows], [1, 2, 4]), ...more]
}

function boundBy({ boundBy: [first, ...others] }: Room): string {
  if (first === undefined) return '-'
  return others.length === 0 ? first : `${first} +${others.length}`
}

function tellStanding({ paused, restricted, latched, approvals, overrides }: Risk): string[] {
  return [
    ...list('paused', paused),
    ...list('restricted', restricted),
    ...list('latched', latched),
    ...list(
      'waits for approval',
      approvals.map(({ decisionId, expires }) => `${decisionId} until ${expires.slice(0, 19)}Z`),
    ),
    ...list(
      'lifted',
      overrides.map(({ limit, until }) => `${limit} until ${until.slice(0, 19)}Z`),
    ),
  ]
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`${title}: ${items.join(', ')}`]
}

/** To the cent, for reading; the data are exact. */
function cents(text: string): string {
  return grouped(Number(text).toFixed(2))
}
