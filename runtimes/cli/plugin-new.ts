/**
 * `ark plugin new`: a folder with a strategy that trades, its tests, data to try it on, and types for an
 * editor.
 */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { ArkError, toMessage } from '#core/errors.ts'
import { ARK_TYPES } from '../plugin-new/ark-types.data.ts'
import { sampleBars } from '../plugin-new/bars.ts'
import { strategyText, testText } from '../plugin-new/templates.ts'
import { PLUGINS } from '../plugins.ts'
import { strategyNames } from '../strategies.ts'
import type { Cli } from './cli.ts'
import { invocation } from './invocation.ts'
import { type Options, usage } from './options.ts'
import { table } from './text.ts'

const NAME = /^[a-z][a-z0-9-]{0,39}$/

/**
 * Throws BAD_USAGE for a name that cannot be used, or a folder that is there already; nothing is written
 * then.
 */
export function newPlugin(options: Options, cli: Cli): number {
  const name = checkName(options.words[1] ?? '')
  const folder = join(options.text('dir') ?? '.', name)
  if (existsSync(folder)) throw usage(folder, `${folder} is there already; choose another name, or --dir.`)
  const file = join(folder, `${name}.ts`)
  const bars = join(folder, 'bars.csv')
  const files = [
    { path: file, text: strategyText(name), about: 'the strategy' },
    { path: join(folder, `${name}.test.ts`), text: testText(name), about: 'what it is to do, as tests' },
    { path: bars, text: sampleBars(), about: 'daily bars of a made-up stock to try it on' },
    { path: join(folder, 'ark.d.ts'), text: ARK_TYPES, about: 'types for your editor' },
  ]
  write(folder, files)
  const strategy = isAbsolute(file) || file.startsWith('.') ? file : `./${file}`
  const call = invocation(cli.env)
  const next = [
    `${call} plugin test ${folder}`,
    `${call} backtest --data ${bars} --strategy ${strategy}`,
    `${call} start    with {"strategies": ["${strategy}"]} in ark.config.json`,
  ]
  if (options.flag('json'))
    cli.out(JSON.stringify({ name, files: files.map(({ path }) => path), strategy, next }))
  else {
    const rows = files.map(({ path, about }) => [path, about])
    cli.out(['made', ...table(rows).map(indent), '', 'next', ...next.map(indent)].join('\n'))
  }
  return 0
}

function checkName(name: string): string {
  if (name === '') throw usage('NAME', 'A name is wanted: ark plugin new my-strategy.')
  if (!NAME.test(name))
    throw usage(name, `"${name}" is no name for a plugin; wanted 1 to 40 of a-z 0-9 -, a letter first.`)
  const taken = [...PLUGINS.map((plugin) => plugin.name), ...strategyNames()]
  if (taken.includes(name)) throw usage(name, `${name} is a plugin of ARK; choose another name.`)
  return name
}

function write(folder: string, files: readonly { readonly path: string; readonly text: string }[]): void {
  try {
    mkdirSync(folder, { recursive: true })
    for (const { path, text } of files) writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    throw new ArkError('FILE_MISSING', folder, `It cannot be written (${toMessage(error)}).`, {
      cause: error,
    })
  }
}

function indent(line: string): string {
  return `  ${line}`
}
