/**
 * manifest.json of a run's folder: what it was asked, what decided, what it read, what came out. Enough to
 * run it again and to see whether the same comes out.
 */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkConfig, parseJson } from '#core/config.ts'
import type { Plugin } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { formatTime } from '#core/time.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { version } from '../build-info.ts'
import { pluginsFor, strategyNames } from '../strategies.ts'
import type { Planned } from './options.ts'
import type { FinishedRun } from './run.ts'
import type { BacktestSpec } from './spec.ts'

export interface Manifest {
  readonly manifest: 1
  readonly id: string
  /** Files by their absolute path. */
  readonly spec: BacktestSpec
  readonly version: string
  readonly buildDigest: string
  readonly rulesetDigest: string
  readonly configDigest: string
  /** `name@version`, in the order in which they are shown an event. */
  readonly plugins: readonly string[]
  /** SHA-256 of what was read: data, factors, reference, a strategy's file. */
  readonly data: readonly { readonly file: string; readonly sha256: string }[]
  readonly rows: number
  readonly runtime: string
  readonly startedAt: string
  readonly elapsedSeconds: number
  readonly decisionDigest: string
}

export const MANIFEST_FILE = 'manifest.json'

export function toManifest(
  id: string,
  { spec, plugins }: Planned,
  market: Market,
  { terms, summary, startedAt }: FinishedRun,
  runtime: string,
): Manifest {
  const { buildDigest, rulesetDigest, configDigest } = terms
  return {
    manifest: 1,
    id,
    spec: withAbsolutePaths(spec),
    version: version(),
    buildDigest,
    rulesetDigest,
    configDigest,
    plugins: plugins.map(nameAndVersion),
    data: digestsOf(spec, market),
    rows: market.total,
    runtime,
    startedAt: formatTime(startedAt),
    elapsedSeconds: summary.figures.elapsedSeconds,
    decisionDigest: summary.figures.decisionDigest,
  }
}

function nameAndVersion({ name, version: own }: Plugin): string {
  return `${name}@${own}`
}

function withAbsolutePaths(spec: BacktestSpec): BacktestSpec {
  const { adjust, reference, strategy } = spec
  return {
    ...spec,
    data: spec.data.map((file) => resolve(file)),
    ...(adjust === undefined ? {} : { adjust: resolve(adjust) }),
    ...(reference === undefined ? {} : { reference: resolve(reference) }),
    strategy: strategyNames().includes(strategy) ? strategy : resolve(strategy),
  }
}

/** Throws FILE_MISSING, or CONFIG_INVALID when it is none of this build's. */
export function readManifest(path: string): Manifest {
  if (!existsSync(path)) throw new ArkError('FILE_MISSING', path, 'There is no such manifest.')
  const parsed = parseJson(readFileSync(path, 'utf8'), path) as Partial<Manifest> | null
  const { manifest, spec } = parsed ?? {}
  if (manifest !== 1 || typeof spec !== 'object' || !Array.isArray(spec.data))
    throw new ArkError('CONFIG_INVALID', path, 'It is no manifest that this build reads.')
  return { ...(parsed as Manifest), spec: { ...spec, config: checkConfig(spec.config, path) } }
}

export async function planAgain({ spec }: Manifest): Promise<Planned> {
  return { spec, plugins: await pluginsFor(spec.strategy) }
}

/** Throws DATA_INVALID naming the file that is not what it was. */
export function checkData(manifest: Manifest, market: Market): void {
  const found = new Map(digestsOf(manifest.spec, market).map(({ file, sha256 }) => [file, sha256]))
  for (const { file, sha256 } of manifest.data) {
    const now = found.get(file)
    if (now === sha256) continue
    const [was, is] = [sha256.slice(0, 12), now === undefined ? 'not there' : `${now.slice(0, 12)}…`]
    throw new ArkError('DATA_INVALID', file, `The run read other bytes: SHA-256 ${was}…, now ${is}.`)
  }
}

function digestsOf(spec: BacktestSpec, market: Market): Manifest['data'] {
  const { adjust, reference, strategy } = spec
  const beside = [
    ...(adjust === undefined ? [] : factorFiles(adjust, market)),
    ...(reference === undefined ? [] : [reference]),
    ...(strategyNames().includes(strategy) ? [] : [strategy]),
  ]
  return [
    ...Object.entries(market.digests).map(([file, sha256]) => ({ file: resolve(file), sha256 })),
    ...beside.map((file) => ({ file: resolve(file), sha256: digestOf(file) })),
  ]
}

/** Of the symbols that the market has; their names are written as the folder has them. */
function factorFiles(folder: string, { quality }: Market): readonly string[] {
  const wanted = new Set(quality.symbols.map(({ symbol }) => `${symbol.toLowerCase()}.factor.csv`))
  const names = readdirSync(folder).filter((name) => wanted.has(name.toLowerCase()))
  return names.sort((a, b) => (a < b ? -1 : 1)).map((name) => join(folder, name))
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
