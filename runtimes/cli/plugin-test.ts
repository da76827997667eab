/**
 * `ark plugin test`: the checks that every strategy passes, and then the tests that stand beside it. They run
 * inside ARK, so that they are the same on Node, Deno, Bun and in the single binary, with nothing installed.
 */

import { existsSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import type { Plugin } from '#core/contract.ts'
import { installPlugins } from '#core/cycle/loader.ts'
import { isArkError, toMessage } from '#core/errors.ts'
import type { Played, Said, TestKit } from '../plugin-new/ark.d.ts'
import { CHECKS } from '../plugin-new/checks.ts'
import { play } from '../plugin-new/stage.ts'
import { isStrategyFile, strategyNames, strategyOf } from '../strategies.ts'
import { EXTENSIONS, invalidModule, runUserModule } from '../user-module.ts'
import type { Cli } from './cli.ts'
import { type Options, usage } from './options.ts'

interface Outcome {
  readonly title: string
  /** Absent = it passed. */
  readonly why?: string
}

/** Exit code 1 when one of them fails; the tests only run when all checks hold. */
export async function testPlugin(options: Options, cli: Cli): Promise<number> {
  const file = findStrategy(options.words[1] ?? '')
  const plugin = await strategyOf(file)
  const settle = async (given: object) =>
    (await installPlugins([plugin], { [plugin.name]: given }))[0]?.config
  const defaults = await settle({})
  const outcomes: Outcome[] = []
  // What breaks one promise is not let loose on the next: it may reach for the host.
  for (const { title, run } of CHECKS)
    if (outcomes.every(passed)) outcomes.push(attempt(title, () => run(plugin, defaults)))
  const tests = testsOf(file)
  if (tests !== undefined && outcomes.every(passed)) outcomes.push(...(await runTests(plugin, tests)))
  const failed = outcomes.filter((outcome) => !passed(outcome))
  if (options.flag('json')) cli.out(JSON.stringify({ ok: failed.length === 0, tests: outcomes }))
  else {
    for (const { title, why } of outcomes) cli.out(why === undefined ? `✓ ${title}` : `✗ ${title}: ${why}`)
    cli.out(`${outcomes.length - failed.length} of ${outcomes.length} passed`)
  }
  return failed.length === 0 ? 0 : 1
}

function passed({ why }: Outcome): boolean {
  return why === undefined
}

/** A name of the list, a file, or a folder with a file of its own name. */
function findStrategy(word: string): string {
  if (word === '') throw usage('NAME', 'A strategy is wanted: ark plugin test my-strategy.')
  if (existsSync(word) && statSync(word).isDirectory()) {
    const files = EXTENSIONS.map((extension) => join(word, `${basename(word)}${extension}`))
    const found = files.find((file) => existsSync(file))
    if (found !== undefined) return found.startsWith('/') ? found : `./${found}`
    throw usage(word, `There is no strategy in ${word}; wanted ${files[0]}.`)
  }
  if (isStrategyFile(word) || strategyNames().includes(word)) return word
  throw usage(word, `There is no folder ${word}, and no strategy of that name.`)
}

function testsOf(file: string): string | undefined {
  const extension = extname(file)
  const tests = `${file.slice(0, file.length - extension.length)}.test${extension}`
  return isStrategyFile(file) && existsSync(tests) ? tests : undefined
}

async function runTests(plugin: Plugin, file: string): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const kit: TestKit = {
    test: (title, body) => void outcomes.push(attempt(title, body)),
    play: (market) => perform(plugin, market),
  }
  if ((await runUserModule(file, kit)) !== undefined || outcomes.length === 0)
    throw invalidModule(file, 'it tests nothing; wanted a default export that calls test(title, body)')
  return outcomes
}

function perform(plugin: Plugin, market: Played): readonly Said[] {
  const result = plugin.config['~standard'].validate(market.params ?? {})
  if (result instanceof Promise) throw new TypeError('the schema of its parameters answers later')
  if (result.issues !== undefined) throw new TypeError(`params: ${result.issues[0]?.message}`)
  return play(plugin, result.value, market)
}

function attempt(title: string, body: () => unknown): Outcome {
  try {
    if (body() instanceof Promise)
      throw new TypeError('it is asynchronous; a test says at once what it found')
    return { title }
  } catch (error) {
    return { title, why: isArkError(error) ? error.toLine() : toMessage(error) }
  }
}
