/**
 * The account's sums: cash so that equity is what the scenario says, the day's beginning, deposits, and the
 * curve that rolling losses are reckoned from.
 *
 * Equity is stated as of the clock. Where it is stated as that of the day's beginning, nothing had happened
 * yet in the account's own words, and what the history realised and paid today is taken off it; else it holds
 * that already. Deposits never change it: they change what it is compared with.
 */

import { type Book, equityOf } from '../book/book.ts'
import { sessionCloseOf, tradingDayOf } from '../book/sessions.ts'
import type { Cash, TimeMs } from '../contract.ts'
import { parseCash } from '../math.ts'
import { DAY, HOUR } from '../time.ts'
import type { Happening, Scenario } from './schema.ts'

/** Last instant of the account's day before that of `clock`. */
export function dayBefore({ state }: Book, clock: TimeMs): TimeMs {
  const midnight = Math.floor(clock / DAY) * DAY - 1
  if (!state.usesSessions) return midnight
  const today = tradingDayOf(clock)
  if (!Number.isFinite(today)) return midnight
  for (let day = today - 1; day > today - 14; day--) {
    const close = sessionCloseOf(day)
    if (Number.isFinite(close)) return close
  }
  return midnight
}

/** `past` in the order of its times. */
export function settleAccount(book: Book, { account, clock }: Scenario, past: readonly Happening[]): void {
  const began = dayBefore(book, clock)
  const moves = past.flatMap((happening) => {
    const move = moveOf(happening)
    return move === undefined ? [] : [move]
  })
  const today = moves.filter(({ at }) => at > began)
  const stated = parseCash(account.equity)
  const deposits = parseCash(account.netDeposits) + sum(today, 'deposit')
  const dayStart =
    account.dayStartEquity === undefined ? stated - deposits : parseCash(account.dayStartEquity)
  const untouched = account.dayStartEquity === undefined || dayStart === stated
  const equity = untouched ? stated + sum(today, 'result') : stated
  const { state } = book
  state.cash += equity - equityOf(book)
  state.dayStartEquity = dayStart
  state.netDeposits = deposits
  state.deposited = parseCash(account.netDeposits) + sum(moves, 'deposit')
  state.realised = sum(moves, 'result')
  state.equities = curveOf(moves, began, { equity, dayStart, deposited: state.deposited, deposits })
  const newest = state.equities.at(-1)
  state.equityDue = newest === undefined ? 0 : newest[0] + HOUR
}

interface Move {
  readonly at: TimeMs
  readonly deposit: Cash
  /** Realised, or less a fee. */
  readonly result: Cash
}

function moveOf(happening: Happening): Move | undefined {
  const { at, type } = happening
  if (type === 'deposit') return { at, deposit: parseCash(happening.amount), result: 0 }
  if (type === 'realised') return { at, deposit: 0, result: parseCash(happening.amount) }
  if (type === 'fee') return { at, deposit: 0, result: -parseCash(happening.amount) }
  return undefined
}

function sum(moves: readonly Move[], part: 'deposit' | 'result'): Cash {
  let total = 0
  for (const move of moves) total += move[part]
  return total
}

interface Figures {
  readonly equity: Cash
  readonly dayStart: Cash
  readonly deposited: Cash
  /** Of today. */
  readonly deposits: Cash
}

/** Walked backwards: equity and deposits before each move, and at the beginning of the day. Oldest first. */
function curveOf(moves: readonly Move[], began: TimeMs, figures: Figures): [TimeMs, Cash, Cash][] {
  const curve: [TimeMs, Cash, Cash][] = []
  let { equity, deposited } = figures
  let open = true
  const beginDay = () => {
    if (!open) return
    open = false
    equity = figures.dayStart
    deposited = figures.deposited - figures.deposits
    curve.push([began + 1, equity, deposited])
  }
  for (const { at, deposit, result } of moves.slice().reverse()) {
    if (at <= began) beginDay()
    equity -= deposit + result
    deposited -= deposit
    curve.push([at - 1, equity, deposited])
  }
  beginDay()
  return curve.reverse()
}
