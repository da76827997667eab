/**
 * The kernel of one run, from the terms that its `run/started` states and the configuration it began under.
 *
 * createArk makes the running one and Aletheia's shadow with it, `replay` the one that folds a journal again:
 * the same in all three.
 */

import { BUILT_IN_SOURCES, type Config, toInstrument } from '../config.ts'
import type { Instrument, Plugin, RunStarted } from '../contract.ts'
import { sealRoot } from '../gate/seal.ts'
import { canonical } from '../journal/canonical.ts'
import { parseCash } from '../math.ts'
import type { HashPort } from '../ports.ts'
import { createKernel, type Kernel } from './kernel.ts'
import type { Installed } from './slots.ts'

/** What decides beside the journal. */
export interface RunParts {
  readonly hash: HashPort
  readonly config: Config
  /** Instruments that plugins bring, beside those of the configuration. */
  readonly instruments: readonly Instrument[]
  readonly installed: readonly Installed[]
}

export interface RunDigests {
  readonly buildDigest: string
  readonly rulesetDigest: string
  readonly configDigest: string
}

export function createRunKernel(
  parts: RunParts,
  terms: RunStarted,
  runSeq: number,
  market: 'chunks' | 'digest',
): Kernel {
  const { config } = parts
  return createKernel({
    runId: terms.runId,
    kind: terms.kind,
    seed: terms.seed,
    openingCash: parseCash(terms.openingCash),
    rulesetDigest: sealRoot(),
    instruments: [...parts.instruments, ...config.instruments.map(toInstrument)],
    lists: {
      restricted: Object.fromEntries(config.restricted.map((symbol) => [symbol, true as const])),
      sources: { ...BUILT_IN_SOURCES, ...config.sources },
      paused: {},
      issuers: config.issuers,
      venues: config.venues,
      sinks: config.sinks,
    },
    plugins: parts.installed,
    hash: parts.hash,
    runSeq,
    market,
    observe: terms.kind === 'backtest' && terms.ungoverned === true,
  })
}

/** Only under the digests that wrote a run must what is recomputed equal what was journaled. */
export function hasDigests(terms: RunStarted, digests: RunDigests): boolean {
  return (
    terms.buildDigest === digests.buildDigest &&
    terms.rulesetDigest === digests.rulesetDigest &&
    terms.configDigest === digests.configDigest
  )
}

/** What decides: account, registries and plugin settings; not ports or rates. */
export function digestConfig(
  config: Config,
  instruments: readonly Instrument[],
  plugins: readonly Plugin[],
  hash: HashPort,
): string {
  const deciding = {
    account: config.account,
    instruments: config.instruments,
    plugins: config.plugins,
    restricted: config.restricted,
    issuers: config.issuers,
    venues: config.venues,
    sinks: config.sinks,
    sources: config.sources,
    registered: instruments,
    versions: plugins.map(({ name, version }) => `${name}@${version}`),
  }
  return hash.sha256Hex(canonical(deciding))
}
