/**
 * What the commands of people share: the reason, the token that they act under, and the running box, without
 * which most of them can do nothing.
 */

import { readFileSync } from 'node:fs'
import { ArkError, toMessage } from '#core/errors.ts'
import type { Cli } from './cli.ts'
import { type Options, type OptionTable, usage } from './options.ts'
import { findRemote, type Remote } from './remote.ts'
import { dataDirOf } from './settings.ts'

export const PERSON_OPTIONS: OptionTable = { reason: 'text', as: 'text' }

/** For the help of every one of these commands. */
export const AS_HELP = `  --as FILE           token to act under; default ARK_TOKEN, then operator.token`

/** Throws BAD_USAGE when there is none. */
export function reasonOf(options: Options): string {
  const reason = options.text('reason')?.trim() ?? ''
  if (reason === '') throw usage('--reason', 'A reason is wanted: it is journaled for whoever asks later.')
  return reason
}

/** Throws NOT_RUNNING when no ARK runs on the directory. */
export async function findBox(options: Options, cli: Cli): Promise<Remote> {
  const dataDir = dataDirOf(options, cli)
  const remote = await findBoxIfAny(options, cli)
  if (remote !== undefined) return remote
  throw new ArkError('NOT_RUNNING', dataDir, 'This needs a running ARK, and none runs on this directory.')
}

export function findBoxIfAny(options: Options, cli: Cli): Promise<Remote | undefined> {
  return findRemote(dataDirOf(options, cli), tokenOf(options, cli))
}

/** One line for people, one JSON object for programs. */
export function tell(options: Options, cli: Cli, answer: unknown, text: string): number {
  cli.out(options.flag('json') ? JSON.stringify(answer) : text)
  return 0
}

/** A token has no place on a command line, where every process of the host can read it. */
export function tokenOf(options: Options, cli: Cli): string | undefined {
  const path = options.text('as')
  if (path === undefined) return cli.env.ARK_TOKEN
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new ArkError('FILE_MISSING', path, `The token cannot be read (${toMessage(error)}).`, {
      cause: error,
    })
  }
}
