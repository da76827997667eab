/**
 * The one entry of ARK on every runtime: finds out where it runs, hands the words to their command, and turns
 * what it throws into one line and an exit code.
 */

import { runCli } from './cli/dispatch.ts'
import { createProcessCli } from './cli/process-cli.ts'

const cli = createProcessCli()
// Timers of ARK hold no process alive: a command does, until it is done.
const alive = setInterval(() => undefined, 60_000)
const code = await runCli(process.argv.slice(2), cli)
clearInterval(alive)
await cli.flush()
process.exit(code)
