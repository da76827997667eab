/**
 * From words to an exit code: finds the command, shows help, turns errors into one line. main.ts calls it,
 * and tests do.
 */

import { isArkError, toMessage } from '#core/errors.ts'
import { version } from '../build-info.ts'
import type { Cli } from './cli.ts'
import { COMMANDS } from './commands.ts'
import { didYouMean } from './nearest.ts'
import { usage } from './options.ts'

const GOOD = 0
const FAILED = 1
const BAD_USAGE = 2

/** 0 = good, 1 = it failed, 2 = bad usage. Never throws. */
export async function runCli(argv: readonly string[], cli: Cli): Promise<number> {
  try {
    return await dispatch(argv, cli)
  } catch (error) {
    cli.err(isArkError(error) ? error.toLine() : `ASSERTION: ${toMessage(error)}`)
    if (cli.env.ARK_LOG_LEVEL === 'debug' && error instanceof Error) cli.err(error.stack ?? '')
    return isArkError(error, 'BAD_USAGE') ? BAD_USAGE : FAILED
  }
}

async function dispatch(argv: readonly string[], cli: Cli): Promise<number> {
  const [first, ...rest] = argv
  if (first === '--version' || first === '-v' || first === 'version') {
    cli.out(version())
    return GOOD
  }
  if (first === '--help' || first === '-h' || first === 'help') return showHelp(rest, cli)
  // Options alone are options of `start`: `ark --port 8001` runs.
  const [name, words] = first === undefined || first.startsWith('-') ? ['start', argv] : [first, rest]
  const command = await find(name).load()
  if (!words.includes('--help') && !words.includes('-h')) return command.run(words, cli)
  cli.out(command.help.trim())
  return GOOD
}

async function showHelp([name]: readonly string[], cli: Cli): Promise<number> {
  if (name !== undefined) {
    cli.out((await find(name).load()).help.trim())
    return GOOD
  }
  const width = Math.max(...COMMANDS.map((command) => command.name.length))
  const lines = COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`)
  cli.out(`ARK ${version()}, a governed multi-agent trading runtime. No order leaves without a rule having allowed it.

Usage: ark [command] [options]        no command = start

${lines.join('\n')}

Every command takes --data-dir DIR (default ./data, or ARK_DATA_DIR), --config FILE, and --help with an example.
Exit codes: 0 good, 1 the thing checked failed, 2 bad usage.`)
  return GOOD
}

function find(name: string) {
  const found = COMMANDS.find((command) => command.name === name)
  if (found !== undefined) return found
  const names = COMMANDS.map((command) => command.name)
  throw usage(name, `There is no command "${name}".${didYouMean(name, names)}`)
}
