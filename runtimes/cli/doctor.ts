/**
 * `ark doctor`: looks at everything a start relies on and says what to do about what is wrong. It changes
 * nothing, needs no network, and works while a box runs.
 */

import { formatFault } from '#core/config.ts'
import { sealHolds } from '#core/gate/seal.ts'
import { nativeHash } from '../shared/hash.ts'
import { readLock } from '../shared/lock.ts'
import type { Cli, Command } from './cli.ts'
import { type Check, fail, ok, warn } from './doctor/check.ts'
import { checkClock, checkDataDir, checkLock, checkPorts, checkRuntime } from './doctor/host.ts'
import { checkJournal } from './doctor/journal.ts'
import { checkBoxKey, checkCredentials, checkToken } from './doctor/keys.ts'
import { checkLive } from './doctor/live.ts'
import type { EffectiveConfig } from './effective-config.ts'
import { OPERATOR } from './operator.ts'
import { parseOptions } from './options.ts'
import { dataDirOf, effectiveConfig } from './settings.ts'
import { table } from './text.ts'

const HELP = `
Usage: ark doctor [--json]

Looks at the runtime, the ports and who holds them, the lock, the data directory, the disk, the clock, keys and
credentials, the journal and its newest signed head, the seal of the rules, the configuration, and what would stop a
live start. Changes nothing, needs no network, works while a box runs. Exits 1 when something will not work (✗).

Example: ark doctor --data-dir ./data
`

export const doctor: Command = { help: HELP, run }

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, {
    options: { port: 'text', 'metrics-port': 'text', host: 'text', 'behind-proxy': 'flag' },
  })
  const checks = await examine(dataDirOf(options, cli), effectiveConfig(options, cli), cli)
  const failed = checks.some(({ state }) => state === 'fail')
  if (options.flag('json')) cli.out(JSON.stringify({ ok: !failed, checks }))
  else cli.out(format(checks).join('\n'))
  return failed ? 1 : 0
}

async function examine(dataDir: string, effective: EffectiveConfig, cli: Cli): Promise<readonly Check[]> {
  const folder = await checkDataDir(dataDir)
  const before = [checkRuntime(cli.runtime), ...checkConfiguration(effective), ...folder]
  // Nothing in it can be looked at.
  if (folder.some(({ state }) => state === 'fail')) return [...before, checkSeal()]
  const passphrase = cli.env.ARK_KEY_PASSPHRASE ?? ''
  const { config } = effective
  const lock = await readLock(dataDir)
  const { check: boxKey, keys } = checkBoxKey(dataDir, passphrase)
  const { checks: journal, newest, drilled, identities } = await checkJournal(dataDir, keys)
  return [
    ...before,
    checkLock(dataDir, lock),
    ...(config === undefined ? [] : await checkPorts(config.http, lock)),
    await checkClock(newest),
    boxKey,
    ...checkCredentials(dataDir, passphrase, Date.now()),
    checkToken(dataDir, identities.has(OPERATOR)),
    ...journal,
    checkSeal(),
    ...checkLive({ config, identities, lock, passphrase, drilled }),
  ]
}

function checkConfiguration({ faults, warnings, where }: EffectiveConfig): readonly Check[] {
  const remedy = 'See docs/CONFIGURATION.md, or ark config schema.'
  return [
    ...(faults.length === 0
      ? [ok('configuration', where === 'defaults' ? 'the defaults are sound' : `${where} is sound`)]
      : []),
    ...faults.map((fault) => fail('configuration', formatFault(fault), remedy)),
    ...warnings.map((warning) => warn('configuration', warning, 'Unset it.')),
  ]
}

function checkSeal(): Check {
  if (sealHolds(nativeHash)) return ok('seal', 'the 26 rules in memory are the sealed ones')
  return fail(
    'seal',
    'the rules in memory are not the sealed ones',
    'Restore the graveyard folder, and build again.',
  )
}

function format(checks: readonly Check[]): readonly string[] {
  const rows = table(checks.map(({ name, state, said }) => [MARKS[state], name, said]))
  const lines = rows.flatMap((row, index) => {
    const remedy = checks[index]?.remedy
    return remedy === undefined ? [row] : [row, `    ${remedy}`]
  })
  const failed = checks.filter(({ state }) => state === 'fail').length
  return [
    ...lines,
    '',
    failed === 0 ? 'Nothing stands against a start.' : `${failed} of ${checks.length} checks failed.`,
  ]
}
