/**
 * The one door behind npm and bun scripts: `run.mjs start|test|check|<ark command> [arguments]`. It promises
 * that a fresh clone works: whatever is missing is installed and built first, in silence when nothing is.
 * Plain JavaScript without imports, so that an old Node still reads as far as its error. Deno needs none of
 * this (deno.json) and runs the sources by itself.
 */

const OLDEST_NODE = 20

const version = process.versions.node
if (process.versions.bun === undefined && Number(version.split('.')[0]) < OLDEST_NODE) {
  console.error(
    `ark: needs Node ${OLDEST_NODE} or newer, found ${version}. Install a current Node, Bun or Deno.`,
  )
  process.exit(1)
}

void import('./launch.mjs').then(({ launch }) => launch(process.argv.slice(2)))
