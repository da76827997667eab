/** Interleaved samples into medians, one JSON line a figure. */

export interface Sample {
  readonly value: number
  readonly detail: { readonly [name: string]: number | string }
}

export interface Figure {
  readonly name: string
  readonly unit: string
  /** What the design asks for, in words. */
  readonly goal: string
  sample(): Promise<Sample>
}

/** Every figure once in turn, `rounds` times over, so that a drift of the machine meets all of them alike. */
export async function measure(
  figures: readonly Figure[],
  rounds: number,
  write: (line: string) => void,
): Promise<void> {
  const samples = figures.map((): Sample[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, figure] of figures.entries()) samples[index]?.push(await figure.sample())
  }
  for (const [index, figure] of figures.entries()) {
    const taken = (samples[index] ?? []).toSorted((left, right) => left.value - right.value)
    const middle = taken[Math.floor(taken.length / 2)]
    if (middle === undefined) continue
    const { name, unit, goal } = figure
    const [low, high] = [taken[0]?.value ?? 0, taken.at(-1)?.value ?? 0]
    write(
      JSON.stringify({
        figure: name,
        median: round(middle.value),
        unit,
        low: round(low),
        high: round(high),
        rounds,
        goal,
        ...middle.detail,
      }),
    )
  }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(4))
}
