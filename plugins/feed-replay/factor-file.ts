/**
 * Reads factor files: one row a line, `YYYYMMDD,price factor,split factor,reference price`, oldest first.
 *
 * Called while a market is opened. Whatever does not fit is refused with `file:line`.
 */

import type { FilePort } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { parseDecimal } from '#core/math.ts'
import { DAY, parseTime } from '#core/time.ts'
import { FACTOR_ONE, type Factor } from './factors.ts'
import { dayBegin } from './sessions.ts'
import { readText } from './text.ts'

const LINE = /^(\d{4})(\d{2})(\d{2}),([\d.]+),([\d.]+),([\d.]+)$/

/** Throws FILE_MISSING when a symbol has no file, DATA_INVALID with `file:line`. */
export async function readFactors(
  port: FilePort,
  folder: string,
  symbol: string,
): Promise<readonly Factor[]> {
  const file = `${folder.replace(/\/+$/, '')}/${symbol.toLowerCase()}.factor.csv`
  const lines = (await readText(port, file)).trimEnd().split('\n')
  const factors: Factor[] = []
  lines.forEach((line, index) => {
    const factor = parseFactor(line.trimEnd(), `${file}:${index + 1}`)
    const before = factors.at(-1)
    if (before !== undefined && factor.day <= before.day)
      throw new ArkError(
        'DATA_BACKWARDS',
        factor.where,
        'the date is not after the one before, wanted a later one.',
      )
    factors.push(factor)
  })
  return factors
}

function parseFactor(line: string, where: string): Factor {
  const match = LINE.exec(line)
  const date = match === null ? Number.NaN : parseTime(`${match[1]}-${match[2]}-${match[3]}`)
  const price = parseDecimal(match?.[4] ?? '', 8)
  const split = parseDecimal(match?.[5] ?? '', 8)
  const reference = parseDecimal(match?.[6] ?? '', 8)
  if (!(date >= 0 && price > 0 && split > 0 && reference >= 0)) {
    const wanted = 'wanted YYYYMMDD, price factor, split factor, reference price with at most 8 decimals'
    throw new ArkError('DATA_INVALID', where, `the line is "${line.slice(0, 60)}", ${wanted}.`)
  }
  const [numerator, denominator] = reduce(
    BigInt(price) * BigInt(split),
    BigInt(FACTOR_ONE) * BigInt(FACTOR_ONE),
  )
  if (!Number.isSafeInteger(numerator)) {
    throw new ArkError('DATA_INVALID', where, 'the factors have too many digits, wanted at most 15 together.')
  }
  const day = date / DAY
  return { day, end: dayBegin(day + 1, false), price, split, reference, numerator, denominator, where }
}

function reduce(numerator: bigint, denominator: bigint): readonly [number, number] {
  let [high, low] = [numerator, denominator]
  while (low > 0n) [high, low] = [low, high % low]
  return [Number(numerator / high), Number(denominator / high)]
}
