/**
 * A command inside the test's own process: what it said, and how it would have ended. For what needs no
 * process of its own.
 */

import type { Cli } from '#runtimes/cli/cli.ts'
import { runCli } from '#runtimes/cli/dispatch.ts'
import { createRuntimePorts } from '#runtimes/runtime.ts'
import type { Ended } from './cli.ts'

export async function runHere(argv: readonly string[], env: Cli['env'] = {}): Promise<Ended> {
  let out = ''
  let err = ''
  const cli: Cli = {
    env,
    runtime: 'Test 1.0.0',
    createPorts: createRuntimePorts,
    out: (text) => {
      out += `${text}\n`
    },
    err: (text) => {
      err += `${text}\n`
    },
    draw: (text) => {
      err += text
    },
    terminal: false,
  }
  const code = await runCli(argv, cli)
  return { code, out, err }
}
