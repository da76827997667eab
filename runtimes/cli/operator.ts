/**
 * The box's first identity: made once a data directory, its token kept in a file that only the owner reads,
 * for the CLI on this box and for the curl that `start` shows.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ark } from '#core/ark.ts'
import { ArkError, toMessage } from '#core/errors.ts'
import { readIdentities } from '#core/journal/reader.ts'
import { newIdentity } from '#plugins/id/identities.ts'
import { writeFileDurably } from '../shared/durable-file.ts'
import type { Box } from './box.ts'

export const OPERATOR = 'operator'
const ROLES = ['operator', 'admin']

export function tokenPath(dataDir: string): string {
  return join(dataDir, 'operator.token')
}

/** Throws FILE_MISSING when there is none. */
export function readToken(dataDir: string): string {
  const path = tokenPath(dataDir)
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    const why = `The operator's token cannot be read (${toMessage(error)}).`
    throw new ArkError('FILE_MISSING', path, why, { cause: error })
  }
}

export function writeToken(dataDir: string, token: string): void {
  writeFileDurably(tokenPath(dataDir), `${token}\n`)
}

/** Needs a run that has begun. True when it made the identity. */
export async function ensureOperator(box: Box): Promise<boolean> {
  if ((await readIdentities(box.database)).some(({ id }) => id === OPERATOR)) return false
  await createOperator(box.ark, box.dataDir)
  return true
}

/** A new token for the operator; what was in the file before is worth nothing from then on. */
export async function createOperator(ark: Ark, dataDir: string): Promise<void> {
  const request = { id: OPERATOR, roles: ROLES, by: 'core' }
  const { created, token } = newIdentity(request, ark.options.ports.hash)
  // The file first: a crash in between leaves a token that opens nothing, and the next start makes another.
  writeToken(dataDir, token)
  await ark.control('core', { type: 'identity/created', payload: created })
}

export function hasToken(dataDir: string): boolean {
  return existsSync(tokenPath(dataDir))
}
