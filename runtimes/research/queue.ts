/**
 * Which trial a worker is given next: one over the rows that it has in memory already, before one for which
 * it would have to read the files again.
 *
 * A sweep has one market and is worked off in order. A walk-forward has one a window: so each is read by one
 * worker, and only at the end, so that none is idle, by two.
 */

export interface Queue {
  /** Place in the list; undefined when none is left. `own` = market of the worker's last trial. */
  next(own: string | undefined): number | undefined
}

interface Group {
  readonly market: string
  readonly places: number[]
  /** How many of them are taken. */
  taken: number
}

/** `markets` = of each trial, what tells its rows from those of others. */
export function createQueue(markets: readonly string[]): Queue {
  const groups = new Map<string, Group>()
  for (const [index, market] of markets.entries()) {
    const group = groups.get(market)
    if (group === undefined) groups.set(market, { market, places: [index], taken: 0 })
    else group.places.push(index)
  }
  return {
    next: (own) => {
      const group = groups.get(own ?? '') ?? longest([...groups.values()])
      if (group === undefined) return undefined
      const index = group.places[group.taken++]
      if (group.taken === group.places.length) groups.delete(group.market)
      return index
    },
  }
}

/** The first that nobody has begun, else the one with the most left. */
function longest(groups: readonly Group[]): Group | undefined {
  const left = ({ places, taken }: Group) => places.length - taken
  const most = Math.max(...groups.map(left))
  return groups.find(({ taken }) => taken === 0) ?? groups.find((group) => left(group) === most)
}
