/**
 * `ark halt` and `ark resume`: the mode, by a person, with a reason. Through the running box; where none
 * runs, straight into the journal, so that the next start finds it.
 */

import { modeOf } from '#core/gate/mode.ts'
import type { Cli, Command } from './cli.ts'
import { offline } from './offline.ts'
import { OPERATOR } from './operator.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { findRemote } from './remote.ts'
import { dataDirOf } from './settings.ts'

const HALT_HELP = `
Usage: ark halt --reason TEXT [--json]

Halts: entries are cancelled, nothing opens, protective stops stay. It holds across restarts until somebody resumes.
Works while nothing runs, too.

Example: ark halt --reason 'the news is out before us'
`

const RESUME_HELP = `
Usage: ark resume --reason TEXT [--json]

Takes a halt back. What else stands against trading (a lost lease, a lagging audit) has to clear by itself.

Example: ark resume --reason 'reviewed, all positions as expected'
`

export const halt: Command = { help: HALT_HELP, run: (argv, cli) => request(argv, cli, 'halted') }
export const resume: Command = { help: RESUME_HELP, run: (argv, cli) => request(argv, cli, 'active') }

interface Answer {
  readonly mode: string
  readonly seq: number
}

const PATHS = { halted: '/v1/halt', active: '/v1/resume' } as const

async function request(argv: readonly string[], cli: Cli, mode: 'halted' | 'active'): Promise<number> {
  const options = parseOptions(argv, { options: { reason: 'text' } })
  const reason = options.text('reason')?.trim() ?? ''
  if (reason === '') throw usage('--reason', 'A reason is wanted: it is journaled for whoever asks later.')
  const remote = await findRemote(dataDirOf(options, cli))
  const answer =
    remote === undefined
      ? await requestOffline(options, cli, mode, reason)
      : ((await remote.post(PATHS[mode], { reason })) as Answer)
  if (options.flag('json')) cli.out(JSON.stringify(answer))
  else cli.out(`mode ${answer.mode}, journaled as seq ${answer.seq}`)
  return 0
}

function requestOffline(
  options: Options,
  cli: Cli,
  mode: 'halted' | 'active',
  reason: string,
): Promise<Answer> {
  return offline(options, cli, { paperRun: true }, async ({ ark }) => {
    const payload = { mode, principal: OPERATOR, reason }
    const { seq } = await ark.control(OPERATOR, { type: 'mode/requested', payload })
    const state = ark.cycle?.kernel.context.mode
    return { mode: state === undefined ? mode : modeOf(state), seq }
  })
}
