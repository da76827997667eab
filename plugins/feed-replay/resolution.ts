/**
 * The lengths of bars, and how a file that does not name its own is found out.
 *
 * Called by csv.ts. The answer decides a bar's event time, and a bar that is stamped too early shows the
 * future to a backtest; so a file that leaves any doubt is refused and the option asked for.
 */

import type { Resolution, TimeMs } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { DAY, HOUR, MINUTE, SECOND } from '#core/time.ts'
import { CR, LF, STAMP } from './csv-fields.ts'
import { type RowScanner, scanRow } from './csv-row.ts'

export const RESOLUTION_MS: Readonly<Record<Resolution, TimeMs>> = {
  '1s': SECOND,
  '1m': MINUTE,
  '1h': HOUR,
  '1d': DAY,
}

/**
 * Takes the smallest step between two stamps of one symbol in `bytes[start..end)`, whole lines. `scanner` is
 * used up by this. Throws ArkError DATA_INVALID when that step is none of the four.
 */
export function inferResolution(
  scanner: RowScanner,
  bytes: Uint8Array,
  start: number,
  end: number,
): Resolution {
  let smallest = Number.POSITIVE_INFINITY
  for (let at = start; at < end; ) {
    if (bytes[at] === LF || bytes[at] === CR) break
    scanner.line++
    at = scanRow(scanner, bytes, at)
    const current = scanner.symbols.current
    const stamp = scanner.registers[STAMP] ?? 0
    const step = stamp - current.lastTime
    // Rows out of order are refused when the file is read in earnest.
    if (step > 0 && step < smallest) smallest = step
    current.lastTime = stamp
  }
  if (smallest === SECOND) return '1s'
  if (smallest === MINUTE) return '1m'
  if (smallest === HOUR) return '1h'
  // Midnight in New York moves by an hour twice a year.
  if (smallest >= DAY - HOUR && smallest <= DAY + HOUR) return '1d'
  const was =
    smallest === Number.POSITIVE_INFINITY
      ? 'no symbol has two stamps'
      : `stamps are ${smallest / SECOND} s apart`
  throw new ArkError(
    'DATA_INVALID',
    `${scanner.file}:2`,
    `${was}, wanted 1s, 1m, 1h or 1d bars, or the option resolution.`,
  )
}
