/**
 * `ark identity`: who may do what. Through the running box; where none runs, straight into the journal. A
 * token is shown once, and only its digest is kept.
 */

import { ArkError } from '#core/errors.ts'
import { type IdentityRow, readIdentities } from '#core/journal/reader.ts'
import { newIdentity } from '#plugins/id/identities.ts'
import type { Box } from './box.ts'
import type { Cli, Command } from './cli.ts'
import { withJournal } from './journal.ts'
import { didYouMean } from './nearest.ts'
import { offline } from './offline.ts'
import { createOperator, OPERATOR, readToken, tokenPath, writeToken } from './operator.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { findRemote, type Remote } from './remote.ts'
import { dataDirOf } from './settings.ts'
import { table } from './text.ts'

const HELP = `
Usage: ark identity create [NAME] --role ROLE [--role ROLE…] [--json]
       ark identity list [--json]
       ark identity revoke NAME
       ark identity rotate NAME [--json]

Identities hold roles: viewer, intake, feed, operator (which includes these three), risk-officer, admin. A token is
shown once. Rotating makes a new token and ends the old one. Works while nothing runs, too.

  --role ROLE         may be given more than once; NAME defaults to the first role

Example: ark identity create tradingview --role intake --json
`

export const identity: Command = { help: HELP, run }

interface Issued {
  readonly id: string
  readonly roles: readonly string[]
  readonly token: string
}

const ACTIONS = ['create', 'list', 'revoke', 'rotate']

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { options: { role: 'list' }, words: [1, 2] })
  const [action = '', name] = options.words
  switch (action) {
    case 'create':
      return create(options, cli, name)
    case 'list':
      return list(options, cli)
    case 'revoke':
      return revoke(options, cli, wanted(name, action))
    case 'rotate':
      return rotate(options, cli, wanted(name, action))
    default:
      throw usage(action, `There is no "identity ${action}".${didYouMean(action, ACTIONS)}`)
  }
}

async function create(options: Options, cli: Cli, name: string | undefined): Promise<number> {
  const roles = options.list('role').flatMap((text) => text.split(','))
  const id = name ?? roles[0]
  if (id === undefined) throw usage('--role', 'A role is wanted: --role intake.')
  const remote = await findRemote(dataDirOf(options, cli))
  const issued =
    remote === undefined
      ? await offline(options, cli, { paperRun: false }, (box) => issue(box, id, roles))
      : ((await remote.post('/v1/identities', { id, roles })) as Issued)
  return show(options, cli, issued)
}

/**
 * Journaled like one that the box makes itself. Throws BAD_USAGE for a name or role that is none, or is
 * taken.
 */
async function issue(box: Box, id: string, roles: readonly string[]): Promise<Issued> {
  const { created, token } = newIdentity({ id, roles, by: OPERATOR }, box.ports.hash)
  if (id === 'core' || box.ark.installed.some(({ plugin }) => plugin.name === id))
    throw usage(id, `"${id}" is a name that ARK itself uses.`)
  if ((await inForce(box)).some((row) => row.id === id))
    throw usage(id, `There is an identity ${id}; revoke or rotate it.`)
  await box.ark.control(OPERATOR, { type: 'identity/created', payload: created })
  return { id, roles: created.roles, token }
}

async function list(options: Options, cli: Cli): Promise<number> {
  const rows = await withJournal(dataDirOf(options, cli), readIdentities)
  const shown = rows.map(({ id, roles, revoked }) => ({ id, roles, revoked }))
  if (options.flag('json')) cli.out(JSON.stringify({ items: shown, next: null }))
  else
    cli.out(
      table(shown.map(({ id, roles, revoked }) => [id, roles.join(', '), revoked ? 'revoked' : ''])).join(
        '\n',
      ),
    )
  return 0
}

async function revoke(options: Options, cli: Cli, id: string): Promise<number> {
  const remote = await findRemote(dataDirOf(options, cli))
  if (remote !== undefined) await remote.post(`/v1/identities/${encodeURIComponent(id)}/revoke`, {})
  else await offline(options, cli, { paperRun: false }, (box) => end(box, id))
  if (options.flag('json')) cli.out(JSON.stringify({ id, revoked: true }))
  else cli.out(`revoked ${id}`)
  return 0
}

async function end(box: Box, id: string): Promise<IdentityRow> {
  const rows = await inForce(box)
  const row = rows.find((known) => known.id === id)
  if (row === undefined) throw new ArkError('NOT_FOUND', id, 'No identity in force has this name.')
  if (row.roles.includes('admin') && rows.filter(({ roles }) => roles.includes('admin')).length === 1)
    throw usage(id, 'The last admin stays: nobody could make another one. Rotate it instead.')
  await box.ark.control(OPERATOR, { type: 'identity/revoked', payload: { id, by: OPERATOR } })
  return row
}

async function rotate(options: Options, cli: Cli, id: string): Promise<number> {
  const dataDir = dataDirOf(options, cli)
  const remote = await findRemote(dataDir)
  const issued =
    remote === undefined
      ? await offline(options, cli, { paperRun: false }, (box) => renew(box, id))
      : await rotateRemotely(remote, id, dataDir)
  if (id === OPERATOR) cli.err(`the new token is in ${tokenPath(dataDir)}`)
  return show(options, cli, issued)
}

async function renew(box: Box, id: string): Promise<Issued> {
  const row = (await inForce(box)).find((known) => known.id === id)
  if (row === undefined) throw new ArkError('NOT_FOUND', id, 'No identity in force has this name.')
  if (id === OPERATOR) {
    await createOperator(box.ark, box.dataDir)
    return { id, roles: row.roles, token: readToken(box.dataDir) }
  }
  const { created, token } = newIdentity({ id, roles: row.roles, by: OPERATOR }, box.ports.hash)
  // Made anew under the same name, it takes the place of the old one, and its token that of the old token.
  await box.ark.control(OPERATOR, { type: 'identity/created', payload: created })
  return { id, roles: row.roles, token }
}

/** The operator's own token goes straight into its file; a crash in between is mended by rotating offline. */
async function rotateRemotely(remote: Remote, id: string, dataDir: string): Promise<Issued> {
  const issued = (await remote.post(`/v1/identities/${encodeURIComponent(id)}/rotate`, {})) as Issued
  if (id === OPERATOR) writeToken(dataDir, issued.token)
  return issued
}

async function inForce(box: Box): Promise<readonly IdentityRow[]> {
  return (await readIdentities(box.database)).filter(({ revoked }) => !revoked)
}

function show(options: Options, cli: Cli, { id, roles, token }: Issued): number {
  if (options.flag('json')) cli.out(JSON.stringify({ id, role: roles.join(','), token }))
  else cli.out(`${id} (${roles.join(', ')})\n${token}\nThe token is shown this once.`)
  return 0
}

function wanted(name: string | undefined, action: string): string {
  if (name === undefined) throw usage('', `identity ${action} wants a name.`)
  return name
}
