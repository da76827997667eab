/** A look-ahead check in words. */

import { formatTime } from '#core/time.ts'
import { grouped, table } from '../cli/text.ts'
import type { Check, Difference, LookAhead } from './look-ahead.ts'

const WHAT: Readonly<Record<Check['kind'], string>> = {
  again: 'the same data again, in the same process',
  fresh: 'the same data in a fresh process',
  prefix: 'the data end here',
  altered: 'the files tell another future from here',
}

/** What it means when that check differs. */
const MEANS: Readonly<Record<Check['kind'], string>> = {
  again: 'It keeps something outside its state: in a second run it knows the market of the first.',
  fresh: 'It is not deterministic: it asks for time, chance, or something else that is no market data.',
  prefix: 'What it says depends on rows that were not there yet.',
  altered: 'It reads its data file itself, beyond the present.',
}

export function formatLookAhead({ advice, checks, decisions, strategy, verdict }: LookAhead): string {
  const rows = checks.map(({ kind, cut, compared, difference }) => [
    difference === undefined ? '✓' : '✗',
    kind,
    cut === undefined ? '' : formatTime(cut),
    difference === undefined ? `${grouped(compared)} lines agree` : `line ${difference.line} differs`,
    WHAT[kind],
  ])
  const said = `advice ${advice === 1 ? 'once' : `${grouped(advice)} times`}, decisions ${grouped(decisions)}`
  return [
    `${strategy}: ${said}`,
    '',
    ...table(rows).map((line) => `  ${line}`),
    '',
    ...conclusion(strategy, verdict, checks),
  ].join('\n')
}

function conclusion(
  strategy: string,
  verdict: LookAhead['verdict'],
  checks: readonly Check[],
): readonly string[] {
  if (verdict === 'nothing')
    return [
      `  Nothing is proved: ${strategy} never said anything on these data. Use more of them, or other parameters.`,
    ]
  if (verdict === 'blind')
    return [
      `  Nothing is proved: ${strategy} imports node:fs by name, and Deno and Bun let no other file be put in the`,
      `  place of what it opens. Run the check on Node, or write import fs from 'node:fs'.`,
    ]
  if (verdict === 'clean')
    return [
      `  No sign that ${strategy} reads the future. A future that is written into its code would not be seen.`,
    ]
  const kinds = [
    ...new Set(checks.filter(({ difference }) => difference !== undefined).map(({ kind }) => kind)),
  ]
  return kinds.flatMap((kind) => {
    const found = checks.find((check) => check.kind === kind && check.difference !== undefined)
    return found?.difference === undefined
      ? []
      : [`  CAUGHT ${strategy}: ${accuse(found, found.difference)}`, `    ${MEANS[kind]}`]
  })
}

function accuse({ kind, cut }: Check, { line, time, whole, other }: Difference): string {
  const place = cut === undefined ? WHAT[kind] : `${WHAT[kind]}, ${formatTime(cut)}`
  const same = whole === other ? ' (on other figures)' : ''
  return (
    `line ${line}, at ${formatTime(time)}, was "${whole ?? 'nothing'}" and is "${other ?? 'nothing'}"${same} ` +
    `when ${place}`
  )
}

/** Times as people and other programs read them. */
export function toLookAheadJson({ checks, ...rest }: LookAhead) {
  return {
    ...rest,
    checks: checks.map(({ cut, difference, ...check }) => ({
      ...check,
      ...(cut === undefined ? {} : { cut: formatTime(cut) }),
      ...(difference === undefined
        ? {}
        : { difference: { ...difference, time: formatTime(difference.time) } }),
    })),
  }
}
