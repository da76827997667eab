/**
 * What every command is and gets: the table of commands, the streams, the runtime. main.ts fills it in; tests
 * fill in their own.
 */

import type { RuntimePorts } from '#core/ports.ts'
import type { PortOptions } from '../shared/ports.ts'

export interface Cli {
  readonly env: Readonly<Record<string, string | undefined>>
  /** "Node 20.20.2". */
  readonly runtime: string
  createPorts(options: PortOptions): Promise<RuntimePorts>
  /** One line, or several, on standard output. */
  out(text: string): void
  /** The same on standard error. */
  err(text: string): void
  /** Raw, without a line feed; for a line that is drawn again. */
  draw(text: string): void
  /** Standard error is a terminal. */
  readonly terminal: boolean
}

/** One file a command. */
export interface Command {
  /** Usage, options and an example. */
  readonly help: string
  /** Returns the exit code: 0 good, 1 what was checked failed. Throws ArkError; BAD_USAGE exits 2. */
  run(argv: readonly string[], cli: Cli): Promise<number>
}
