/**
 * Random numbers of the synthetic market: a seeded integer generator, the same on every engine.
 *
 * xoshiro128** (D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", 2021), its four
 * words filled by splitmix32. Not for secrets.
 */

/** Four unsigned 32-bit words, changed by every draw. */
export type Random = Uint32Array

export function createRandom(seed: number): Random {
  const words = new Uint32Array(4)
  // Both halves, so that seeds beyond 2^32 differ too.
  let state = (seed ^ Math.imul(Math.floor(seed / 4_294_967_296), 0x9e3779b1)) | 0
  for (let index = 0; index < words.length; index++) {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    words[index] = mixed ^ (mixed >>> 15)
  }
  return words
}

/** An integer of 0 ≤ n < 2^32. */
export function drawWord(random: Random): number {
  const a = random[0] ?? 0
  const b = random[1] ?? 0
  const c = random[2] ?? 0
  const d = random[3] ?? 0
  const scaled = Math.imul(b, 5)
  const result = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0
  const third = c ^ a
  const fourth = d ^ b
  random[1] = b ^ third
  random[0] = a ^ fourth
  random[2] = third ^ (b << 9)
  random[3] = (fourth << 11) | (fourth >>> 21)
  return result
}

/** 0 ≤ x < 1 in steps of 2^-32. */
export function drawUnit(random: Random): number {
  return drawWord(random) / 4_294_967_296
}

/** An integer of low ≤ n ≤ high. */
export function drawBetween(random: Random, low: number, high: number): number {
  return low + Math.floor(drawUnit(random) * (high - low + 1))
}

/**
 * Mean 0, variance 1, never beyond ±3.47: four uniforms less two, for want of a logarithm that all engines
 * agree on.
 */
export function drawNormal(random: Random): number {
  const sum = drawUnit(random) + drawUnit(random) + drawUnit(random) + drawUnit(random)
  return (sum - 2) * SQRT_3
}

const SQRT_3 = 1.7320508075688772
