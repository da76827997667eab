/**
 * The length of a file's bars, found out where the file does not name it.
 *
 * Called by csv.ts. The answer decides a bar's event time, and a bar that is stamped too early shows the
 * future to a backtest; so a file that leaves any doubt is refused and the option asked for.
 */

import type { Resolution, TimeMs } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { DAY, HOUR, MINUTE, resolutionMs, SECOND } from '#core/time.ts'
import { CR, LF, STAMP } from './csv-fields.ts'
import { type RowScanner, scanRow } from './csv-row.ts'

/**
 * What the stamps say: the smallest step between two of one symbol, and the length that divides every step.
 */
interface Steps {
  readonly smallest: TimeMs
  readonly common: TimeMs
}

/**
 * Tells the length from the stamps in `bytes[start..end)`, whole lines. `scanner` is used up by this. `asked`
 * settles what they leave open. Throws ArkError DATA_INVALID when that is not enough.
 */
export function inferResolution(
  scanner: RowScanner,
  bytes: Uint8Array,
  start: number,
  end: number,
  asked?: Resolution,
): Resolution {
  const { smallest, common } = measureSteps(scanner, bytes, start, end)
  // Midnight in New York moves by an hour twice a year.
  if (smallest >= DAY - HOUR && smallest <= DAY + HOUR) return '1d'
  const told = smallest === common ? toResolution(smallest) : undefined
  if (told !== undefined) return told
  // Sparse minutes look like longer bars; four-hour bars of New York look like sparse hours in March.
  const settles =
    smallest === Number.POSITIVE_INFINITY || [smallest, common].includes(resolutionMs(asked ?? '1s'))
  if (asked !== undefined && settles) return asked
  const was =
    smallest === Number.POSITIVE_INFINITY
      ? 'no symbol has two stamps'
      : smallest === common
        ? `stamps are ${smallest / SECOND} s apart`
        : `stamps are ${smallest / SECOND} s apart and more, in steps of ${common / SECOND} s`
  throw new ArkError(
    'DATA_INVALID',
    `${scanner.file}:2`,
    `${was}, wanted bars of one length such as 1m, 15m, 4h or 1d, or the option resolution.`,
  )
}

/** The shortest name of a length, or undefined when none has it. */
export function toResolution(length: TimeMs): Resolution | undefined {
  const [unit, size] =
    length % DAY === 0
      ? (['d', DAY] as const)
      : length % HOUR === 0
        ? (['h', HOUR] as const)
        : length % MINUTE === 0
          ? (['m', MINUTE] as const)
          : (['s', SECOND] as const)
  const resolution: Resolution = `${length / size}${unit}`
  return resolutionMs(resolution) === length ? resolution : undefined
}

function measureSteps(scanner: RowScanner, bytes: Uint8Array, start: number, end: number): Steps {
  let smallest = Number.POSITIVE_INFINITY
  let common = 0
  for (let at = start; at < end; ) {
    if (bytes[at] === LF || bytes[at] === CR) break
    scanner.line++
    at = scanRow(scanner, bytes, at)
    const current = scanner.symbols.current
    const stamp = scanner.registers[STAMP] ?? 0
    const step = stamp - current.lastTime
    // Rows out of order are refused when the file is read in earnest.
    if (step > 0 && step < Number.POSITIVE_INFINITY) {
      if (step < smallest) smallest = step
      common = greatestDivisor(step, common)
    }
    current.lastTime = stamp
  }
  return { smallest, common }
}

function greatestDivisor(a: number, b: number): number {
  let [high, low] = [a, b]
  while (low > 0) [high, low] = [low, high % low]
  return high
}
