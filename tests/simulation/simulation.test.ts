import { expect, it } from 'vitest'
import { takeStep } from './steps.ts'
import { createWorld, readAll, verify, type World } from './world.ts'

/** ARK_SEED repeats one run; ARK_SEEDS says how many there are; ARK_STEPS how long each is. */
const { ARK_SEED, ARK_SEEDS = '20', ARK_STEPS = '150' } = process.env
const seeds =
  ARK_SEED === undefined
    ? Array.from({ length: Number(ARK_SEEDS) }, (_, index) => index + 1)
    : [Number(ARK_SEED)]
const STEPS = Number(ARK_STEPS)
const TIMEOUT_MS = 120_000

let traded = 0

it.each(seeds)(
  'seed %i: whatever fails, no order without its permit, nothing acknowledged is lost, every restart agrees',
  async (seed) => {
    let world: World | undefined
    try {
      world = await createWorld(seed)
      for (let step = 0; step < STEPS; step++) await takeStep(world)
      world.doing = 'the last step'
      await verify(world)
      // A world in which nothing happens would pass as well.
      const types = (await readAll(world.file)).map(({ type }) => type)
      for (const type of ['decision/approved', 'decision/denied', 'mode/changed'] as const)
        expect(types).toContain(type)
      if (types.includes('order/filled')) traded++
      expect(world.deaths).toBeGreaterThan(0)
    } catch (error) {
      const repeat = `ARK_SEED=${seed} ARK_STEPS=${STEPS} npx vitest run tests/simulation/simulation.test.ts`
      throw new Error(
        `${error instanceof Error ? error.message : String(error)}\nRepeat it with: ${repeat}`,
        {
          cause: error,
        },
      )
    } finally {
      await world?.box.remove()
    }
  },
  TIMEOUT_MS,
)

it('trades in most of its worlds', () => {
  // Whoever forges is shut out, some worlds pardon late, and in some every open takes the entry back.
  expect(traded).toBeGreaterThanOrEqual(Math.floor(seeds.length * 0.6))
})
