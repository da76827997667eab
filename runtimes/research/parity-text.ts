/** A parity report in words, and as data. */

import { formatCents } from '#core/math.ts'
import { formatTime } from '#core/time.ts'
import { grouped, table } from '../cli/text.ts'
import type { Account, Parity } from './parity.ts'
import type { Reason, SessionDifference } from './session-diff.ts'

const SHOWN = 20

export const REASONS: Readonly<Record<Reason, string>> = {
  host: 'begun by the host, as by a tick, which a backtest does not have',
  mode: 'mode, lease or audit of the box, which a backtest does not have',
  people: 'an approval or a pause that met another order here',
  clock: 'a rule on time: a box goes by its clock, a backtest by the newest row',
  account: 'follows from what differed before',
  order: 'its order differs',
  queueing: 'the same order met another row: on a box an input may wait behind others',
  unknown: 'no reason shows',
}

export function isSame({ backtest, differences, paper, refused }: Parity): boolean {
  return differences.length === 0 && refused.count === 0 && paper.equity === backtest.equity
}

export function formatParity(parity: Parity): string {
  const { backtest, differences, from, paper, refused, rows, runId, sameDigests, to } = parity
  const more = differences.length - SHOWN
  const verdict = isSame(parity)
    ? 'The backtest repeats the session: nothing differs.'
    : `${grouped(differences.length)} differences.`
  return [
    `run ${runId}, ${formatTime(from)} to ${formatTime(to)}, ${grouped(rows)} rows`,
    '',
    ...table([['', 'paper', 'backtest'], ...accountRows(paper, backtest)], [1, 2]).map((line) => `  ${line}`),
    '',
    `  replayed      ${tallyText(parity.inputs, 'rows alone')}`,
    `  not replayed  ${tallyText(parity.host, 'nothing')}: the host's own`,
    ...(refused.count === 0 ? [] : [`  refused       ${grouped(refused.count)} inputs: ${refused.why}`]),
    ...(sameDigests
      ? []
      : ['  The session was recorded by another build or under another configuration: that may be why.']),
    '',
    ...table(differences.slice(0, SHOWN).map(differenceRow)).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${grouped(more)} more; --json has all`] : []),
    ...reasonLines(differences),
    `  ${verdict}`,
  ].join('\n')
}

function accountRows(paper: Account, backtest: Account): string[][] {
  const row = (name: string, of: (account: Account) => string) => [name, of(paper), of(backtest)]
  return [
    row('decisions', ({ decisions }) => grouped(decisions)),
    row('fills', ({ fills }) => grouped(fills)),
    row('fees', ({ fees }) => grouped(formatCents(fees))),
    row('equity', ({ equity }) => grouped(formatCents(equity))),
  ]
}

function tallyText(tally: { readonly [type: string]: number }, none: string): string {
  const parts = Object.entries(tally).map(([type, count]) => `${grouped(count)} ${type}`)
  return parts.length === 0 ? none : parts.join(', ')
}

function differenceRow(difference: SessionDifference): string[] {
  const { backtest, how, id, paper, reason, time, what } = difference
  const told = `${tell(how, paper)} → ${tell(how, backtest)}`
  return [formatTime(time), what, how, id, told, `(${reason})`]
}

function tell(how: SessionDifference['how'], text: string | null): string {
  if (text === null) return 'nothing'
  return how === 'time' ? formatTime(Number(text)) : text
}

/** What each of the reasons that occur means. */
function reasonLines(differences: readonly SessionDifference[]): readonly string[] {
  const counts = new Map<Reason, number>()
  for (const { reason } of differences) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  if (counts.size === 0) return []
  const rows = [...counts].map(([reason, count]) => [grouped(count), reason, REASONS[reason]])
  return ['', ...table(rows, [0]).map((line) => `  ${line}`), '']
}

export function toParityJson(parity: Parity) {
  const { backtest, differences, from, paper, to, ...rest } = parity
  return {
    ...rest,
    identical: isSame(parity),
    from: formatTime(from),
    to: formatTime(to),
    paper: accountJson(paper),
    backtest: accountJson(backtest),
    differences: differences.map(({ time, how, paper: left, backtest: right, ...about }) => ({
      ...about,
      how,
      time: formatTime(time),
      paper: how === 'time' && left !== null ? formatTime(Number(left)) : left,
      backtest: how === 'time' && right !== null ? formatTime(Number(right)) : right,
    })),
  }
}

function accountJson({ equity, fees, ...counts }: Account) {
  return { ...counts, fees: formatCents(fees), equity: formatCents(equity) }
}
