/** `ark plugin list`: what this build consists of, in the order in which events are shown around. */

import type { Plugin } from '#core/contract.ts'
import { INSTRUMENTS, PLUGINS } from '../plugins.ts'
import type { Cli, Command } from './cli.ts'
import { parseOptions, usage } from './options.ts'
import { table } from './text.ts'

const HELP = `
Usage: ark plugin list [--json]

Lists the plugins of this build with what they take and give, in the order in which events are shown to them.

Example: ark plugin list --json
`

export const plugin: Command = { help: HELP, run: (argv, cli) => Promise.resolve(run(argv, cli)) }

function run(argv: readonly string[], cli: Cli): number {
  const options = parseOptions(argv, { words: [0, 2] })
  const action = options.words[0] ?? 'list'
  if (action === 'new')
    throw usage(action, 'This build cannot lay out a new plugin yet; copy the smallest one.')
  if (action !== 'list') throw usage(action, `There is no "plugin ${action}". Did you mean list?`)
  if (options.flag('json')) {
    const items = PLUGINS.map(({ name, version, contract, consumes, emits, needs, ...parts }) => {
      return { name, version, contract, kind: kindOf(parts), consumes, emits, needs }
    })
    cli.out(JSON.stringify({ items, next: null }))
    return 0
  }
  const rows = PLUGINS.map((entry) => [
    entry.name,
    entry.version,
    kindOf(entry),
    `takes ${entry.consumes.length} types, gives ${entry.emits.length}`,
    entry.needs.length === 0 ? '' : `needs ${entry.needs.join(', ')}`,
  ])
  cli.out(table(rows).join('\n'))
  cli.out(`and ${INSTRUMENTS.length} instruments: ${INSTRUMENTS.map(({ symbol }) => symbol).join(', ')}`)
  return 0
}

function kindOf(parts: Pick<Plugin, 'agent' | 'overlay' | 'broker' | 'service'>): string {
  const kinds = (['agent', 'overlay', 'broker', 'service'] as const).filter(
    (kind) => parts[kind] !== undefined,
  )
  return kinds.join('+')
}
