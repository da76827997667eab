/**
 * `ark halt` and `ark resume`: the mode, by a person, with a reason. Through the running box; where none
 * runs, straight into the journal, so that the next start finds it.
 */

import { modeOf } from '#core/gate/mode.ts'
import type { Cli, Command } from './cli.ts'
import { type Flattened, tellFlattened } from './flatten.ts'
import { offline } from './offline.ts'
import { OPERATOR } from './operator.ts'
import { type Options, parseOptions } from './options.ts'
import { AS_HELP, findBoxIfAny, PERSON_OPTIONS, reasonOf, tell } from './person.ts'

const HALT_HELP = `
Usage: ark halt --reason TEXT [--flatten] [--as FILE] [--json]

Halts: entries are cancelled, nothing opens, protective stops stay. It holds across restarts until somebody
resumes. Works while nothing runs, too; only --flatten needs a running box.

  --flatten           then close every position at market
${AS_HELP}

Example: ark halt --reason 'the news is out before us'
`

const RESUME_HELP = `
Usage: ark resume --reason TEXT [--as FILE] [--json]

Takes a halt back. What else stands against trading (a lost lease, a lagging audit) has to clear by itself.

${AS_HELP}

Example: ark resume --reason 'reviewed, all positions as expected'
`

export const halt: Command = { help: HALT_HELP, run: (argv, cli) => request(argv, cli, 'halted') }
export const resume: Command = { help: RESUME_HELP, run: (argv, cli) => request(argv, cli, 'active') }

interface Answer extends Partial<Flattened> {
  readonly mode: string
  readonly seq: number
}

const PATHS = { halted: '/v1/halt', active: '/v1/resume' } as const

async function request(argv: readonly string[], cli: Cli, mode: 'halted' | 'active'): Promise<number> {
  const flag = mode === 'halted' ? ({ flatten: 'flag' } as const) : {}
  const options = parseOptions(argv, { options: { ...PERSON_OPTIONS, ...flag } })
  const reason = reasonOf(options)
  const flatten = options.flag('flatten')
  const remote = await findBoxIfAny(options, cli)
  const answer =
    remote === undefined
      ? await requestOffline(options, cli, mode, reason)
      : ((await remote.post(PATHS[mode], { reason, ...(flatten ? { flatten } : {}) })) as Answer)
  const { cancelled, exits } = answer
  const closed = cancelled !== undefined && exits !== undefined ? tellFlattened({ cancelled, exits }) : []
  tell(options, cli, answer, [`mode ${answer.mode}, journaled as seq ${answer.seq}`, ...closed].join('\n'))
  if (remote !== undefined || !flatten) return (exits ?? []).every(({ allowed }) => allowed) ? 0 : 1
  cli.err('Halted, but no ARK runs here to close positions: start it, then ark flatten.')
  return 1
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
