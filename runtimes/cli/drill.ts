/** `ark drill halt`: shows on the running box that a halt keeps openings out. */

import type { Cli, Command } from './cli.ts'
import { parseOptions, usage } from './options.ts'
import { AS_HELP, findBox, PERSON_OPTIONS, reasonOf, tell } from './person.ts'

const HELP = `
Usage: ark drill halt --reason TEXT [--as FILE] [--json]

Halts, asks the gate about an opening order, and resumes if the box was not halted before. Working entries are
cancelled, as by any halt. Live trading opens nothing until a drill has passed since the start.

${AS_HELP}

Example: ark drill halt --reason 'before the open'
`

export const drill: Command = { help: HELP, run }

interface Drilled {
  readonly passed: boolean
  readonly seq: number | null
  readonly mode: string
}

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { options: PERSON_OPTIONS, words: [1, 1] })
  const [which = ''] = options.words
  if (which !== 'halt') throw usage(which, `There is no "drill ${which}"; wanted halt.`)
  const reason = reasonOf(options)
  const answer = (await (await findBox(options, cli)).post('/v1/drill/halt', { reason })) as Drilled
  const text = answer.passed
    ? `passed, journaled as seq ${answer.seq}; the mode is ${answer.mode}`
    : `FAILED: the halt did not keep an opening out; the mode is ${answer.mode}`
  tell(options, cli, answer, text)
  return answer.passed ? 0 : 1
}
