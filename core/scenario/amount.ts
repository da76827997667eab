/** Amounts of a scenario: JSON numbers or decimal texts, as exact text; ratios of splits as whole numbers. */

const EXPONENT = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/

/** A JSON number stands for its shortest text, written without exponent; a text stands for itself. */
export function toPlainText(value: number | string): string {
  const text = String(value)
  const match = typeof value === 'number' ? EXPONENT.exec(text) : null
  if (match === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return (
    sign +
    digits.slice(0, point).padEnd(point, '0') +
    (point < digits.length ? `.${digits.slice(point)}` : '')
  )
}

const RATIO = /^(\d{1,9})(?:\.(\d{1,8}))?(?:\s*[:/]\s*(\d{1,9}))?$/

/**
 * "4", "4:1", "1/10", 0.25: what one share becomes, as numerator and denominator; undefined when it is none.
 */
export function parseRatio(
  value: number | string,
): { readonly numerator: number; readonly denominator: number } | undefined {
  const match = RATIO.exec(toPlainText(value).trim())
  if (match === null) return undefined
  const [, whole = '', fraction = '', divisor = '1'] = match
  const numerator = Number(whole + fraction)
  const denominator = Number(`1${'0'.repeat(fraction.length)}`) * Number(divisor)
  if (!(numerator > 0 && denominator > 0)) return undefined
  const shared = greatestDivisor(numerator, denominator)
  return { numerator: numerator / shared, denominator: denominator / shared }
}

function greatestDivisor(a: number, b: number): number {
  let [large, small] = [a, b]
  while (small !== 0) [large, small] = [small, large % small]
  return large
}
