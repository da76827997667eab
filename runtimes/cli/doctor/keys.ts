/** Box key, credentials and operator's token, as `ark doctor` finds them: modes, and whether they open. */

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyPort } from '#core/contract.ts'
import { isArkError, toMessage } from '#core/errors.ts'
import { parseTime } from '#core/time.ts'
import { nativeHash } from '../../shared/hash.ts'
import { openKeys } from '../../shared/keys.ts'
import { inspectKeystore, tryKeystore } from '../../shared/keystore-file.ts'
import { tokenPath } from '../operator.ts'
import { type Check, fail, ok, warn } from './check.ts'

const DAY_MS = 86_400_000
/** As the first system's policy asks. */
const ROTATE_DAYS = 90

export interface BoxKey {
  readonly check: Check
  /** undefined when there is no key, or none that opens. */
  readonly keys: KeyPort | undefined
}

/** Looks at the key without making one and without changing how it is kept. */
export function checkBoxKey(dataDir: string, passphrase: string): BoxKey {
  const path = join(dataDir, 'keys', 'box.key')
  if (!existsSync(path)) return { check: ok('box key', 'made at the first start'), keys: undefined }
  try {
    const encrypted = readFileSync(path, 'utf8').includes('BEGIN ENCRYPTED PRIVATE KEY')
    // With a passphrase a plain key would be encrypted by being opened.
    const keys = openKeys(dataDir, encrypted ? passphrase : '', nativeHash.sha256Hex)
    if (encrypted) return { check: ok('box key', 'opens; encrypted'), keys }
    const remedy = 'Set ARK_KEY_PASSPHRASE: the next start encrypts it.'
    return { check: warn('box key', 'opens; not encrypted', remedy), keys }
  } catch (error) {
    const remedy = 'Mend what is said; if the file is lost, restore it: the heads of this journal need it.'
    return { check: fail('box key', toMessage(error), remedy), keys: undefined }
  }
}

export function checkCredentials(dataDir: string, passphrase: string, now: number): readonly Check[] {
  try {
    const file = inspectKeystore(dataDir)
    if (file === undefined) return [ok('credentials', 'none are kept')]
    tryKeystore(dataDir, passphrase)
    const names = Object.keys(file.since)
    const said = `${names.join(', ')}; ${file.encrypted ? 'encrypted' : 'not encrypted'}`
    const kept = file.encrypted
      ? ok('credentials', said)
      : warn('credentials', said, 'Set ARK_KEY_PASSPHRASE: the next start encrypts them.')
    const old = names.filter((name) => now - parseTime(file.since[name] ?? '') > ROTATE_DAYS * DAY_MS)
    if (old.length === 0) return [kept]
    const remedy = 'Make new ones at the service, set them, and start again.'
    return [kept, warn('credential age', `older than ${ROTATE_DAYS} days: ${old.join(', ')}`, remedy)]
  } catch (error) {
    const where = isArkError(error) ? `${error.where}: ` : ''
    return [
      fail(
        'credentials',
        where + toMessage(error),
        'Mend what is said, or delete the file and set them anew.',
      ),
    ]
  }
}

export function checkToken(dataDir: string, hasOperator: boolean): Check {
  const path = tokenPath(dataDir)
  if (!existsSync(path)) {
    if (!hasOperator) return ok('operator token', 'made at the first start')
    return warn(
      'operator token',
      `${path} is gone`,
      'ark identity rotate operator makes a new one while ARK is stopped.',
    )
  }
  const open = openTo(path)
  if (open === undefined) return ok('operator token', `${path}, mode 600`)
  return fail(
    'operator token',
    `${path} has mode ${open}: others may act as the operator`,
    `chmod 600 '${path}', then ark identity rotate operator`,
  )
}

/** The mode, in octal, of a file that others than its owner may read or change. */
function openTo(path: string): string | undefined {
  const mode = statSync(path).mode & 0o777
  return process.platform === 'win32' || (mode & 0o077) === 0 ? undefined : mode.toString(8)
}
