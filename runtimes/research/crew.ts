/**
 * Several workers over one list of trials. Each takes another trial when it has answered the last, and keeps
 * its parsed market between them (queue.ts); outcomes come back in the order of the list, whoever was faster.
 */

import { availableParallelism } from 'node:os'
import { createQueue } from './queue.ts'
import { createRunner, marketKey } from './runner.ts'
import type { Outcome, Trial } from './trial.ts'
import { type Command, startWorker, type Worker } from './worker.ts'

export interface Crew {
  readonly size: number
  /**
   * `onDone` is told the place in the list of each trial that is done. Throws what the first trial to fail
   * threw; the others are left.
   */
  run(trials: readonly Trial[], onDone?: (index: number) => void): Promise<readonly Outcome[]>
  /** Ends every process, in the middle of a trial too. */
  close(): void
}

export function coresHere(): number {
  return availableParallelism()
}

/** Processes are started when there is work for them. */
export function createCrew(size: number, command?: Command): Crew {
  const workers: Worker[] = []
  return {
    size,
    run: (trials, onDone) => {
      while (workers.length < Math.min(size, trials.length)) workers.push(startWorker(command))
      return share(
        trials,
        workers.map((worker) => worker.run),
        onDone,
      )
    },
    close: () => {
      for (const worker of workers.splice(0)) worker.end()
    },
  }
}

/** The same in this process, one trial after the other. */
export function createCrewHere(): Crew {
  const run = createRunner()
  return { size: 1, run: (trials, onDone) => share(trials, [run], onDone), close: () => undefined }
}

async function share(
  trials: readonly Trial[],
  runners: readonly ((trial: Trial) => Promise<Outcome>)[],
  onDone: (index: number) => void = () => undefined,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const markets = trials.map(({ spec }) => marketKey(spec))
  const queue = createQueue(markets)
  let failed = false
  const work = async (run: (trial: Trial) => Promise<Outcome>): Promise<void> => {
    let index = queue.next(undefined)
    while (index !== undefined && !failed) {
      const trial = trials[index]
      if (trial === undefined) return
      outcomes[index] = await run(trial)
      onDone(index)
      index = queue.next(markets[index])
    }
  }
  try {
    await Promise.all(runners.map(work))
  } catch (error) {
    failed = true
    throw error
  }
  return outcomes
}
