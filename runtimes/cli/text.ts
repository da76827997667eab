/**
 * Numbers and tables as a reader likes them; the same text on every runtime, so nothing here asks the host's
 * locale.
 */

/** "5105" → "5,105"; keeps a sign and decimals. */
export function grouped(value: number | string): string {
  const [whole = '', fraction] = String(value).split('.')
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? spaced : `${spaced}.${fraction}`
}

/** "1 row", "2,000 rows". */
export function counted(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`
}

/** 0.1234 → "12.34 %". */
export function percent(share: number, digits = 2): string {
  return `${(share * 100).toFixed(digits)} %`
}

/** With its sign, for gains and losses. */
export function signedPercent(share: number): string {
  return `${share > 0 ? '+' : ''}${percent(share)}`
}

const BLOCKS = '▁▂▃▄▅▆▇█'

/** One character a point, `width` of them at most, each the last value of its stretch. */
export function sparkline(values: readonly number[], width = 60): string {
  const count = Math.min(width, values.length)
  const points = Array.from({ length: count }, (_unused, index) => {
    return values[Math.ceil(((index + 1) * values.length) / count) - 1] ?? 0
  })
  const low = Math.min(...points)
  const range = Math.max(...points) - low
  return points
    .map((point) => BLOCKS[range === 0 ? 0 : Math.round(((point - low) / range) * (BLOCKS.length - 1))] ?? '')
    .join('')
}

/**
 * A bar of `width` characters at most, for `part` of `whole`; a half block where it does not come out even.
 */
export function bar(part: number, whole: number, width: number): string {
  const halves = whole === 0 ? 0 : Math.round((part / whole) * width * 2)
  return '█'.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? '▌' : '')
}

/** Columns as wide as their widest cell; numbers to the right when `right` names their index. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = []
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  return rows.map((row) =>
    row
      .map((cell, index) => {
        const width = widths[index] ?? 0
        return right.includes(index) ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
}
