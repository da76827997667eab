/** A seeded source of chance (Park and Miller's minimal standard): the same seed, the same run, on every runtime. */

export interface Random {
  /** 0 ≤ n < bound, an integer. */
  below(bound: number): number
  chance(share: number): boolean
  pick<T>(from: readonly T[]): T
}

const MODULUS = 2_147_483_647

export function createRandom(seed: number): Random {
  let state = nextState((seed % (MODULUS - 1)) + 1)
  const below = (bound: number): number => {
    state = nextState(state)
    return Math.floor((state / MODULUS) * bound)
  }
  return {
    below,
    chance: (share) => below(1_000_000) < share * 1_000_000,
    pick: (from) => {
      const [first] = from
      const picked = from[below(from.length)] ?? first
      if (picked === undefined) throw new Error('There is nothing to pick from.')
      return picked
    },
  }
}

/** For reducers, which keep their chance in their own state. */
export function nextState(state: number): number {
  return (state * 48_271) % MODULUS
}
