/**
 * The flow of a validation: one pass a slot, scene after scene, and beside each a control; then whatever has
 * not had its turn, so that every rule is violated at least once however short the run is.
 */

import { pause, textsIn } from './client.ts'
import { CONTROLS, type Control, GOOD_CONTROL } from './controls.ts'
import { SCENES, type Scene, type Stage } from './scenes.ts'
import { noteProblem, noteViolation, type Tally } from './tally.ts'

export interface FlowOptions {
  readonly durationMs: number
  /** Passes a second. */
  readonly rate: number
  readonly isStopped: () => boolean
}

export interface Flow {
  /** Resolves when the last pass of the time has been answered. */
  run(): Promise<void>
  /** Ends what has begun, and plays what has not. */
  finish(): Promise<void>
}

/** A little faster than asked, so that a moment's delay does not count as a lower rate. */
const LEAD = 1.05
const LOOK_EVERY_MS = 1_000

interface Runner {
  readonly scene: Scene
  running: AsyncGenerator<void> | undefined
  isBusy: boolean
  notBefore: number
  played: boolean
}

export function createFlow(stage: Stage, tally: Tally, options: FlowOptions): Flow {
  const runners = SCENES.map((scene): Runner => {
    return { scene, running: undefined, isBusy: false, notBefore: 0, played: false }
  })
  const untried = new Set(CONTROLS)
  let turn = 0
  let controls = 0

  /** One pass, by the next scene that has something to do; none when all have had their turn for now. */
  async function step(): Promise<void> {
    while (runners.some((runner) => runner.isBusy || isDue(stage, runner))) {
      const runner = runners[turn++ % runners.length]
      if (runner === undefined) return
      const began = performance.now()
      if (!runner.isBusy && isDue(stage, runner) && (await advance(stage, runner))) {
        tally.lastTurn = Math.max(tally.lastTurn, began)
        return
      }
      if (turn % runners.length === 0) await pause(1)
    }
  }

  async function control(): Promise<void> {
    const at = controls++
    const chosen = at % 2 === 1 ? GOOD_CONTROL : CONTROLS[(at / 2) % CONTROLS.length]
    if (chosen === undefined) return
    untried.delete(chosen)
    await tryControl(stage, tally, chosen)
  }

  return {
    run: async () => {
      const { durationMs, isStopped, rate } = options
      const interval = 1_000 / (rate * LEAD)
      tally.interval = interval
      const slots = Math.max(1, Math.ceil((durationMs * rate) / 1_000))
      const under: Promise<void>[] = []
      let looked = performance.now()
      tally.began = looked
      tally.lastTurn = looked
      for (let slot = 0; slot < slots && !isStopped(); slot++) {
        const now = performance.now()
        await pause(Math.max(0, tally.began + slot * interval - now))
        under.push(step(), control())
        if (now - looked < LOOK_EVERY_MS) continue
        looked = now
        under.push(stage.account.look())
      }
      await Promise.all(under)
    },
    finish: async () => {
      const rest = controls < 2 ? [...untried, GOOD_CONTROL] : [...untried]
      await Promise.all([
        ...runners.map((runner) => end(stage, runner)),
        ...rest.map((chosen) => tryControl(stage, tally, chosen)),
      ])
    },
  }
}

function isDue({ letThrough }: Stage, { notBefore, running, scene }: Runner): boolean {
  return running !== undefined || (performance.now() >= notBefore && !letThrough.has(scene.name))
}

/** True when it made a pass. */
async function advance(stage: Stage, runner: Runner): Promise<boolean> {
  runner.isBusy = true
  try {
    if (runner.running === undefined) {
      runner.running = runner.scene.play(stage)
      runner.notBefore = performance.now() + runner.scene.everyMs
    }
    const { done } = await runner.running.next()
    if (done === true) runner.running = undefined
    else runner.played = true
    return done !== true
  } finally {
    runner.isBusy = false
  }
}

/** To the end of what has begun; what has not is played once. */
async function end(stage: Stage, runner: Runner): Promise<void> {
  const isWanted = runner.running !== undefined || !runner.played
  if (!isWanted) return
  await advance(stage, runner)
  while (runner.running !== undefined) await advance(stage, runner)
}

async function tryControl(
  { client }: Stage,
  tally: Tally,
  { rule, deniedBy, held, scenario }: Control,
): Promise<void> {
  const verdict = await client.post(`/v1/controls/${rule}`, scenario)
  if (verdict === undefined) return
  const got = [textsIn(verdict.deniedBy), textsIn(verdict.held), textsIn(verdict.unknown)]
  // What an operator's own limits deny besides is no matter of the rules.
  const right = isSame(got[0], deniedBy) && isSame(got[1], held) && isSame(got[2], [])
  const told = Array.isArray(verdict.deniedBy)
  if (deniedBy.length + held.length > 0) noteViolation(tally, [rule], right && told)
  else {
    tally.good++
    if (!right || !told) tally.falseDenials++
  }
  if (right && told) return
  const expected = [...deniedBy, ...held].join(', ') || 'nothing'
  noteProblem(
    tally,
    `control of ${rule}: denied by ${got.flat().join(', ') || 'nothing'}, expected ${expected}`,
  )
}

function isSame(got: readonly string[] | undefined, wanted: readonly string[]): boolean {
  return got?.length === wanted.length && wanted.every((name) => got.includes(name))
}
