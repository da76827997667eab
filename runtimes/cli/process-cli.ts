/** The Cli of a real process: its streams, its environment, the runtime that it finds itself on. */

import { createRuntimePorts, runtimeLabel } from '../runtime.ts'
import type { Cli } from './cli.ts'

export interface ProcessCli extends Cli {
  /** Resolves when all that was said has left the process. */
  flush(): Promise<void>
}

export function createProcessCli(): ProcessCli {
  // `ark … | head` closes the pipe early; that is no failure of ours.
  process.stdout.on('error', () => process.exit(0))
  return {
    env: process.env,
    runtime: runtimeLabel(),
    createPorts: createRuntimePorts,
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    draw: (text) => void process.stderr.write(text),
    terminal: process.stderr.isTTY === true,
    flush: async () => {
      await Promise.all([drained(process.stdout), drained(process.stderr)])
    },
  }
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}
