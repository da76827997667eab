/** Which part of the journal a list shows: the current run unless `run` names another one, or `all`. */

import type { Context } from 'hono'
import { ArkError } from '../errors.ts'
import { readRuns } from '../journal/reader.ts'
import { type Door, type Env, runOf } from './door.ts'

/** Seqs from `first` to before `until`. */
export interface Span {
  readonly first: number
  readonly until: number
}

/** Throws NOT_FOUND for a run that never was. */
export async function spanOf(door: Door, c: Context<Env>): Promise<Span> {
  const name = c.req.query('run')
  if (name === undefined) return { first: runOf(door).seq, until: Number.MAX_SAFE_INTEGER }
  if (name === 'all') return { first: 1, until: Number.MAX_SAFE_INTEGER }
  const runs = await readRuns(door.reader)
  const at = runs.findIndex(({ id }) => id === name)
  const run = runs[at]
  if (run === undefined) throw new ArkError('NOT_FOUND', 'run', 'There is no run of this name.')
  return { first: run.seq, until: runs[at + 1]?.seq ?? Number.MAX_SAFE_INTEGER }
}
