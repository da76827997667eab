/**
 * What every indicator refuses. Lengths come from a strategy's parameters, so a wrong one is a fault of
 * configuration and found when the indicator is made, not bars later.
 */

import { ArkError } from '../errors.ts'

/** The length back. Throws CONFIG_INVALID unless it is a whole number of at least 1. */
export function checkLength(length: number): number {
  if (Number.isSafeInteger(length) && length >= 1) return length
  throw new ArkError('CONFIG_INVALID', 'indicator length', `Was ${length}, wanted a whole number from 1 on.`)
}

/** The multiple back. Throws CONFIG_INVALID unless it is finite and above 0. */
export function checkMultiple(multiple: number): number {
  if (Number.isFinite(multiple) && multiple > 0) return multiple
  throw new ArkError('CONFIG_INVALID', 'indicator multiple', `Was ${multiple}, wanted a number above 0.`)
}
