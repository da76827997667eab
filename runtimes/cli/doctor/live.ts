/**
 * What would stop a start with real orders, as far as it can be told from here. Warnings only: a paper box is
 * no worse for any of it.
 */

import type { Config } from '#core/config.ts'
import type { LockInfo } from '../../shared/lock.ts'
import { type Check, ok, warn } from './check.ts'

export interface LiveFacts {
  /** undefined when it has faults. */
  readonly config: Config | undefined
  readonly identities: ReadonlyMap<string, readonly string[]>
  readonly lock: LockInfo | undefined
  readonly passphrase: string
  /** Wall time of the newest halt drill that passed, ms; 0 = none. */
  readonly drilled: number
}

export function checkLive({ config, identities, lock, passphrase, drilled }: LiveFacts): readonly Check[] {
  const name = 'live start'
  const checks: Check[] = [
    warn(name, 'this build has no live broker', 'Nothing: it trades on paper, whatever is configured.'),
  ]
  const holders = [...identities].filter(([, roles]) => roles.includes('risk-officer'))
  if (holders.length === 0)
    checks.push(
      warn(
        name,
        'no risk officer: nothing can be loosened',
        'ark identity create --role risk-officer, for a second person.',
      ),
    )
  else if (holders.every(([, roles]) => roles.includes('operator')))
    checks.push(
      warn(
        name,
        'the risk officer is an operator too',
        'Give the role to a second person: duties are apart.',
      ),
    )
  else checks.push(ok(name, `risk officer: ${holders.map(([id]) => id).join(', ')}`))
  if (lock !== undefined && drilled >= lock.startedAt) checks.push(ok(name, 'a halt drill passed since boot'))
  else {
    const said = lock === undefined ? 'no halt drill since boot: no box runs' : 'no halt drill since boot'
    checks.push(warn(name, said, 'ark drill halt --reason TEXT, after the start.'))
  }
  if (config !== undefined && config.environment !== 'production')
    checks.push(warn(name, `the environment is ${config.environment}`, 'ARK_ENVIRONMENT=production.'))
  if (passphrase === '')
    checks.push(
      warn(name, 'keys and credentials are not encrypted', 'Set ARK_KEY_PASSPHRASE, which production wants.'),
    )
  return checks
}
