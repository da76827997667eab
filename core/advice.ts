/**
 * Whether what a strategy returned is advice at all. Strategies come as plain JavaScript too: a slip is its
 * author's to hear of, on the bar where it happens, and must not become an order, or none, by chance.
 *
 * strategy.ts calls it for each. What is sound and merely cannot be traded, such as a stop beyond the entry
 * after a gap, passes here: a market may do that, and whoever refuses it says why.
 */

import type { Sizing } from './contract.ts'
import type { Advice, NewTerms } from './strategy.ts'

const ADVICE = 'action direction stop trail targets confidence terms sizing evidence'.split(' ')
const AMENDMENT = 'action orderId stop limit trail quantity'.split(' ')
/** Of portions such as 0.1, which have no exact sum. */
const ROUNDING = 1e-9

/** `sizing` is the advice's or else the strategy's own. Throws what is wrong as a TypeError. */
export function checkAdvice(advice: Advice, sizing: Sizing | undefined): void {
  const { action, confidence = 0, direction, evidence, targets = [] } = advice
  if (action !== 'enter' && action !== 'exit') throw wrong('action', action, 'enter, exit or amend')
  if (direction !== 'long' && direction !== 'short') throw wrong('direction', direction, 'long or short')
  checkFields(advice, ADVICE)
  if (!isShare(confidence)) throw wrong('confidence', confidence, '0 to 1')
  for (const name in evidence) checkNumber(`evidence ${name}`, evidence[name])
  if (action === 'exit') return
  checkStop(advice)
  let whole = 0
  for (const { price, portion } of targets) {
    checkNumber('target', price)
    if (!isShare(portion)) throw wrong('portion', portion, '0 to 1')
    whole += portion
  }
  if (whole > 1 + ROUNDING) throw new TypeError(`its targets’ portions make ${whole}, wanted at most 1`)
  if (sizing !== undefined) checkSizing(sizing)
}

export function checkNewTerms(terms: NewTerms): void {
  checkFields(terms, AMENDMENT)
  if (typeof terms.orderId !== 'string') throw wrong('orderId', terms.orderId, 'one that works')
  for (const name of ['stop', 'limit', 'trail', 'quantity'] as const)
    if (terms[name] !== undefined) checkNumber(name, terms[name])
}

function checkStop({ stop, trail }: Advice): void {
  if (trail !== undefined) {
    checkNumber('trail', trail)
    if (stop === undefined) throw new TypeError('its advice has a trail and no stop that could follow')
  }
  if (stop !== undefined) checkNumber('stop', stop)
}

function checkSizing(sizing: Sizing): void {
  switch (sizing.kind) {
    case 'risk':
    case 'fraction':
      if (!isShare(sizing.fraction)) throw wrong('sizing fraction', sizing.fraction, '0 to 1')
      return
    case 'all-in':
      if (!isShare(sizing.share ?? 1)) throw wrong('sizing share', sizing.share, '0 to 1')
      return
    case 'quantity':
      return
    default:
      throw wrong('sizing kind', (sizing as { kind?: unknown }).kind, 'risk, fraction, quantity or all-in')
  }
}

/** A field that nobody reads is most often one that is misspelt. */
function checkFields(advice: object, names: readonly string[]): void {
  for (const name in advice)
    if (!names.includes(name))
      throw new TypeError(`its advice has a field ${name}, wanted none but ${names.join(', ')}`)
}

function checkNumber(name: string, value: unknown): void {
  if (!Number.isFinite(value)) throw wrong(name, value, 'a number')
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1
}

function wrong(name: string, value: unknown, wanted: string): TypeError {
  return new TypeError(`its advice has the ${name} ${String(value)}, wanted ${wanted}`)
}
