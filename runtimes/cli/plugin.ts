/** `ark plugin`: what this build consists of, and the way to a strategy of one's own. */

import type { Plugin } from '#core/contract.ts'
import { INSTRUMENTS, PLUGINS } from '../plugins.ts'
import { STRATEGIES } from '../strategies.ts'
import type { Cli, Command } from './cli.ts'
import { didYouMean } from './nearest.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { table } from './text.ts'

const HELP = `
Usage: ark plugin list [--json]
       ark plugin new NAME [--dir DIR] [--json]
       ark plugin test NAME|FILE [--json]

  list    the plugins of this build with what they take and give, in the order in which events are shown to
          them, and the strategies, which run only where they are named: ark backtest --strategy ema-cross, or
          "strategies" in ark.config.json
  new     makes DIR/NAME (default: here): a strategy that trades, its tests, data to try it on, types for an
          editor; prints what to do next
  test    checks a strategy (no clock, no chance, state that survives a stop) and runs NAME/NAME.test.ts;
          exits 1 when something fails

Ten minutes from nothing to live paper: docs/WRITING-A-PLUGIN.md.

Example: ark plugin new my-strategy
         ark plugin test my-strategy
         ark backtest --data my-strategy/bars.csv --strategy ./my-strategy/my-strategy.ts
`

export const plugin: Command = { help: HELP, run }

const ACTIONS = ['list', 'new', 'test'] as const

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { options: { dir: 'text' }, words: [0, 2] })
  const [action = 'list', name] = options.words
  if (action !== 'new' && options.text('dir') !== undefined)
    throw usage('--dir', '--dir belongs to plugin new.')
  if (action === 'new') return (await import('./plugin-new.ts')).newPlugin(options, cli)
  if (action === 'test') return (await import('./plugin-test.ts')).testPlugin(options, cli)
  if (action !== 'list')
    throw usage(
      action,
      `There is no "plugin ${action}".${didYouMean(action, ACTIONS) || ' Did you mean list?'}`,
    )
  if (name !== undefined) throw usage(name, `"${name}" is one word too many.`)
  return list(options, cli)
}

function list(options: Options, cli: Cli): number {
  if (options.flag('json')) {
    const items = [...PLUGINS, ...STRATEGIES].map((entry) => {
      const { name, version, contract, consumes, emits, needs } = entry
      return { name, version, contract, kind: kindOf(entry), consumes, emits, needs }
    })
    cli.out(JSON.stringify({ items, next: null }))
    return 0
  }
  const rows = [...PLUGINS, ...STRATEGIES].map((entry) => [
    entry.name,
    entry.version,
    kindOf(entry),
    `takes ${entry.consumes.length} types, gives ${entry.emits.length}`,
    entry.needs.length === 0 ? '' : `needs ${entry.needs.join(', ')}`,
  ])
  cli.out(table(rows).join('\n'))
  cli.out('A strategy runs where it is named. The strategy `patterns` is kyle and joey.')
  cli.out(`and ${INSTRUMENTS.length} instruments: ${INSTRUMENTS.map(({ symbol }) => symbol).join(', ')}`)
  return 0
}

function kindOf(entry: Plugin): string {
  if (STRATEGIES.includes(entry)) return 'strategy'
  const kinds = (['agent', 'overlay', 'broker', 'service'] as const).filter(
    (kind) => entry[kind] !== undefined,
  )
  return kinds.join('+')
}
