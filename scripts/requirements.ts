/**
 * Writes docs/REQUIREMENTS.md: each requirement of scripts/requirements.data.ts beside the tests that prove
 * it. A test names what it proves in its title, `[REQ_INFRA_02]` or `[SLO_*]` for all of a kind; a tag that
 * nobody knows is a fault.
 *
 * `node scripts/typescript.mjs scripts/requirements.ts` writes the page, which depends on the sources alone.
 * `npm run check` calls `findStale`. CI calls `--verify FOLDER` with the reports of its three suites: a test
 * that is named as a proof must have passed on each runtime.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GROUPS } from './requirements.data.ts'
import { findTags, formatPage, type Group, type Proof } from './requirements-page.ts'
import { readSources } from './source.ts'
import { findTitles, type TestTitle } from './test-titles.ts'

const PAGE = 'docs/REQUIREMENTS.md'
const COMMAND = 'node scripts/typescript.mjs scripts/requirements.ts'
const RUNTIMES = ['node', 'deno', 'bun']

/** What the JSON reporter of vitest writes, as far as it is read here. */
export interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
    }[]
  }[]
}

/** The titles that carry tags; `faults` has a line "path:line: …" for each tag that is in no list. */
export function findProofs(
  titles: readonly TestTitle[],
  groups: readonly Group[],
): { proofs: Proof[]; faults: string[] } {
  const ids = groups.flatMap((group) => group.requirements.map(({ id }) => id))
  const proofs: Proof[] = []
  const faults: string[] = []
  for (const at of titles) {
    const proven: string[] = []
    for (const tag of findTags(at.title, ids)) {
      const named = ids.filter((id) => (tag.endsWith('_*') ? id.startsWith(tag.slice(0, -1)) : id === tag))
      if (named.length > 0) proven.push(...named)
      else
        faults.push(
          `${at.path}:${at.line}: [${tag}] is no requirement; scripts/requirements.data.ts has them`,
        )
    }
    if (proven.length > 0) proofs.push({ ...at, ids: proven })
  }
  return { proofs, faults }
}

/** Lines "path:line: …" for each proof that did not run, was skipped or failed in one of the reports. */
export function findUnproven(
  proofs: readonly Proof[],
  reports: Readonly<Record<string, Report | undefined>>,
): string[] {
  return Object.entries(reports).flatMap(([runtime, report]) =>
    report === undefined
      ? [`${runtime}: no report, so nothing is proven`]
      : proofs.flatMap((proof) => {
          const bad = judgeProof(proof, report)
          return bad === undefined
            ? []
            : [`${proof.path}:${proof.line}: ${bad} on ${runtime}: ${proof.title}`]
        }),
  )
}

function judgeProof({ path, title }: Proof, report: Report): string | undefined {
  const pattern = toPattern(title)
  const states = report.testResults
    .filter(({ name }) => name.replaceAll('\\', '/').endsWith(`/${path}`))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter((one) => [...one.ancestorTitles, one.title].some((name) => pattern.test(name)))
    .map(({ status }) => status)
  if (states.length === 0) return 'did not run'
  const bad = states.find((state) => state !== 'passed')
  return bad === undefined ? undefined : bad === 'failed' ? 'failed' : `was not run whole (${bad})`
}

/** A title with places for values matches whatever the runner put there. */
function toPattern(title: string): RegExp {
  const fixed = title.split(/%[sdifjoOc#$]|\$\{[^}]*\}|\$[\w.]+/)
  return new RegExp(`^${fixed.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('[^]*')}$`)
}

function readProofs(root: string): { proofs: Proof[]; faults: string[] } {
  const tests = readSources(root).filter(({ path }) => /^tests\/.*\.test\.ts$/.test(path))
  return findProofs(tests.flatMap(findTitles), GROUPS)
}

/** What is wrong with the page and the tags; empty when all is well. */
export function findStale(root: string): string[] {
  const { proofs, faults } = readProofs(root)
  const path = join(root, PAGE)
  const page = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (page !== formatPage(GROUPS, proofs)) faults.push(`${PAGE} is stale; write it anew: ${COMMAND}`)
  return faults
}

function readReport(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report
  } catch {
    return undefined
  }
}

/** What the program says and its exit code: 0 good, 1 a fault, 2 not understood. */
export function runRequirements(words: readonly string[], root: string): { code: number; lines: string[] } {
  const [option, folder] = words
  if (words.length > 0 && (option !== '--verify' || folder === undefined || words.length > 2))
    return { code: 2, lines: [`requirements: was "${words.join(' ')}", wanted nothing or --verify FOLDER.`] }
  const { proofs, faults } = readProofs(root)
  if (folder !== undefined) {
    const reports = RUNTIMES.map((name) => [name, readReport(join(folder, `${name}.json`))] as const)
    faults.push(...findUnproven(proofs, Object.fromEntries(reports)))
    const good = `${proofs.length} titles prove requirements, and passed on ${RUNTIMES.join(', ')}.`
    return faults.length > 0 ? { code: 1, lines: faults } : { code: 0, lines: [good] }
  }
  if (faults.length > 0) return { code: 1, lines: faults }
  writeFileSync(join(root, PAGE), formatPage(GROUPS, proofs))
  return { code: 0, lines: [`Wrote ${PAGE}: ${proofs.length} titles prove requirements.`] }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const { code, lines } = runRequirements(process.argv.slice(2), root)
  for (const line of lines) (code === 0 ? console.log : console.error)(line)
  process.exitCode = code
}
