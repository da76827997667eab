/** docs/PATTERNS.md shows the table as it is: each row below is made from the setups and must stand in the page. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Condition } from '#plugins/joey/setups/facts.ts'
import type { Preference, Setup, StopTerms } from '#plugins/joey/setups/setup.ts'
import { ENTRY_OFFSETS } from '#plugins/joey/setups/setup.ts'
import { SETUPS } from '#plugins/joey/setups/table.ts'

const PAGE = readFileSync(new URL('../../../../docs/PATTERNS.md', import.meta.url), 'utf8')

const percent = (share: number) => `${Math.round(share * 1000) / 10} %`

function describeCondition(condition: Condition): string {
  const { fact } = condition
  if ('above' in condition) return `${fact} > ${condition.above}`
  if ('below' in condition) return `${fact} < ${condition.below}`
  if ('within' in condition) return `${fact} ${condition.within.join('…')}`
  if ('is' in condition) return `${fact} = ${condition.is}`
  return 'contains' in condition ? `${fact} ~ ${condition.contains}` : `${fact}`
}

const list = (conditions: readonly Condition[]) => conditions.map(describeCondition).join(' · ')
const wishes = (preferred: readonly Preference[]) =>
  preferred.map(({ when, adds }) => `${describeCondition(when)} +${adds}`).join(' · ')

function needsRow({ id, direction, weight, required, preferred }: Setup): string {
  return `| \`${id}\` | ${direction} | ${list(required)} | ${wishes(preferred)} | ${weight} |`
}

function describeStop(stop: StopTerms): string {
  if (stop.kind === 'share') return percent(stop.of)
  if (stop.kind === 'atr') return `${stop.multiple} daily ATR`
  return `${stop.name}, ${stop.days} days, ≤ ${percent(stop.most)}`
}

function tradeRow({ id, entry, stop, targets, positionMax, holdHoursMax, scoring }: Setup): string {
  const steps = targets.steps.map(({ reach, portion }) => `${percent(reach)} × ${portion}`).join(' · ')
  const of = targets.by === 'move' ? '' : ` of the ${targets.by}`
  const offset = ENTRY_OFFSETS[entry]
  const limit = offset === 0 ? 'at price' : `${offset > 0 ? '+' : '−'}${percent(Math.abs(offset))}`
  const weights = [scoring.technical, scoring.fundamental, scoring.catalyst, scoring.sentiment].join(' / ')
  const terms = [`${entry}, ${limit}`, describeStop(stop), `${steps}${of}`, percent(positionMax)]
  return `| \`${id}\` | ${terms.join(' | ')} | ${holdHoursMax} h | ${weights} |`
}

describe('docs/PATTERNS.md', () => {
  it.each(SETUPS.map((setup) => [setup.id, setup] as const))('shows %s as it is', (id, setup) => {
    expect(PAGE).toContain(needsRow(setup))
    expect(PAGE).toContain(tradeRow(setup))
    expect(PAGE).toContain(`- \`${id}\`: ${setup.warnings.join(' ')}`)
    if (setup.mirror !== undefined) {
      expect(PAGE).toContain(list(setup.mirror.required))
      expect(PAGE).toContain(wishes(setup.mirror.preferred))
    }
  })
})

describe('the table', () => {
  it.each(SETUPS.map((setup) => [setup.id, setup] as const))(
    '%s keeps the bounds of the house',
    (_id, setup) => {
      const { positionMax, scoring, targets, preferred, stop } = setup
      expect(positionMax).toBeLessThanOrEqual(0.1)
      const weights = [scoring.technical, scoring.fundamental, scoring.catalyst, scoring.sentiment]
      expect(weights.reduce((sum, weight) => sum + Math.round(100 * weight), 0)).toBe(100)
      expect(targets.steps.reduce((sum, { portion }) => sum + Math.round(100 * portion), 0)).toBe(100)
      for (const { adds } of preferred) expect(Number.isInteger(adds) && adds > 0).toBe(true)
      if (stop.kind === 'level') expect(stop.most).toBeLessThanOrEqual(0.2)
    },
  )
})
