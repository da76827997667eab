/**
 * A child process that runs trials, made by starting ourselves again, and both ends of the pipe to it: one
 * JSON line a trial, one an outcome. A process and not a thread, so that a strategy which spins or leaks can
 * be ended.
 *
 * A strategy may write on standard output; what is no answer of ours is passed on to standard error.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { ArkError, type ErrorCode, isArkError, toMessage } from '#core/errors.ts'
import { tellExitBy } from '../backtest/witness.ts'
import { selfCommand } from '../bench/self.ts'
import type { Cli } from '../cli/cli.ts'
import { createRunner } from './runner.ts'
import type { Outcome, Trial } from './trial.ts'

/** Words that make a child of us; see cli/sweep.ts. */
export const WORKER_WORDS = ['sweep', '--worker'] as const

export interface Worker {
  /**
   * One at a time. Throws what the trial threw, or PLUGIN_FAILED when the process ended instead of answering.
   */
  run(trial: Trial): Promise<Outcome>
  end(): void
}

type Answer =
  | { readonly outcome: Outcome }
  | { readonly fault: Fault }
  /** It ends, since the strategy said so there. */
  | { readonly place: string }

interface Fault {
  readonly code: ErrorCode
  readonly where: string
  readonly why: string
}

/** In front of each answer: ASCII's record separator, which no log line begins with. */
const MARK = '\u001e'

export type Command = readonly [program: string, ...words: string[]]

export function startWorker(command: Command = [...selfCommand(), ...WORKER_WORDS]): Worker {
  const [program, ...words] = command
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  let waiting: { resolve(outcome: Outcome): void; reject(error: unknown): void; trial: Trial } | undefined
  let gone: string | undefined
  let place: string | undefined
  const settle = (answer: (who: NonNullable<typeof waiting>) => void): void => {
    const who = waiting
    waiting = undefined
    if (who !== undefined) answer(who)
  }
  const leave = (why: string): void => {
    gone ??= why
    settle(({ reject, trial }) => reject(died(trial, why, place)))
  }
  child.once('error', (error) => leave(`did not start: ${toMessage(error)}`))
  child.once('close', (code, signal) =>
    leave(`ended ${signal === null ? `with code ${code}` : `by ${signal}`}`),
  )
  // A pipe that breaks is told by the end of the process, which knows why.
  child.stdin?.on('error', () => undefined)
  hear(child, (answer) => {
    if ('outcome' in answer) settle(({ resolve }) => resolve(answer.outcome))
    else if ('fault' in answer) settle(({ reject }) => reject(toError(answer.fault)))
    else place = answer.place
  })
  return {
    run: (trial) =>
      new Promise((resolve, reject) => {
        if (gone !== undefined) return reject(died(trial, gone, place))
        waiting = { resolve, reject, trial }
        child.stdin?.write(`${JSON.stringify(trial)}\n`)
      }),
    end: () => {
      gone ??= 'was ended'
      child.kill('SIGKILL')
    },
  }
}

function hear(child: ChildProcess, onAnswer: (answer: Answer) => void): void {
  if (child.stdout === null) return
  createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    const at = line.indexOf(MARK)
    const said = at < 0 ? line : line.slice(0, at)
    if (said !== '') process.stderr.write(`${said}\n`)
    if (at >= 0) onAnswer(JSON.parse(line.slice(at + 1)) as Answer)
  })
}

function died({ spec }: Trial, how: string, place = spec.strategy): ArkError {
  const params = JSON.stringify(spec.params)
  return new ArkError('PLUGIN_FAILED', place, `The process that ran it with ${params} ${how}.`)
}

/** The child's side: runs what it is told until its parent closes the pipe, or is gone. */
export async function serveTrials({ out }: Cli): Promise<void> {
  const run = createRunner()
  tellExitBy((place) => void writeSync(1, `${MARK}${JSON.stringify({ place } satisfies Answer)}\n`))
  // A Ctrl-C reaches every process of the terminal; what becomes of the sweep is for the parent to say.
  process.on('SIGINT', () => undefined)
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
  // In the middle of a trial too: nobody waits for it any more.
  lines.once('close', () => process.exit(0))
  let last = Promise.resolve()
  lines.on('line', (line) => {
    last = last.then(async () => out(`${MARK}${JSON.stringify(await answer(run, line))}`))
  })
  await new Promise(() => undefined)
}

async function answer(run: (trial: Trial) => Promise<Outcome>, line: string): Promise<Answer> {
  try {
    return { outcome: await run(JSON.parse(line) as Trial) }
  } catch (error) {
    if (isArkError(error)) return { fault: { code: error.code, where: error.where, why: error.message } }
    return { fault: { code: 'ASSERTION', where: 'research', why: `${toMessage(error)}.` } }
  }
}

function toError({ code, where, why }: Fault): ArkError {
  return new ArkError(code, where, why)
}
