/**
 * A kept backtest once more, for `ark replay`: its journal holds no market, so the files that its manifest
 * names are followed again, and every event must be the journaled one byte for byte.
 *
 * Nobody signed the manifest, and nobody has to: what it says is believed only where it gives what the signed
 * journal holds.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ArkError, type ErrorCode, isArkError } from '#core/errors.ts'
import { toBody } from '#core/journal/body.ts'
import { PAGE, type RunRow, readBodies } from '#core/journal/reader.ts'
import type { Database } from '#core/ports.ts'
import { parseTime } from '#core/time.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { runMarket } from '../backtest/engine.ts'
import { checkData, MANIFEST_FILE, type Manifest, readManifest } from '../backtest/manifest.ts'
import { openBacktestMarket } from '../backtest/market.ts'
import type { Refold, Replay } from './refold-run.ts'

/** Of a backtest's folder; undefined in the data directory of a box. */
export function manifestIn(dataDir: string): Manifest | undefined {
  const path = join(dataDir, MANIFEST_FILE)
  return existsSync(path) ? readManifest(path) : undefined
}

/** Throws REPLAY_DIVERGED at the first event that is another. */
export function fromManifest(
  { database, ports }: Replay,
  manifest: Manifest,
  row: RunRow,
  last: number,
): Refold {
  return async (kernel, terms, onSeq) => {
    const market = await openAgain(manifest, ports.files)
    if (typeof market === 'string') return market
    const proof: Proof = { database, last, bodies: [], confirmed: row.seq - 1 }
    const hooks = {
      sink: (event: Parameters<typeof toBody>[0]) => {
        proof.bodies.push(toBody(event))
      },
      between: () => (proof.bodies.length < PAGE ? ports.breathe() : confirm(proof).then(onSeq)),
    }
    await runMarket({ kernel, terms }, market, hooks, parseTime(manifest.startedAt))
    onSeq(await confirm(proof))
    return ''
  }
}

/** What others now may be refused with; BAD_USAGE, because a manifest asks for symbols and days. */
const GONE: readonly ErrorCode[] = [
  'BAD_USAGE',
  'FILE_MISSING',
  'DATA_INVALID',
  'DATA_TRUNCATED',
  'DATA_BACKWARDS',
]

/** The rows of that time, or why they are not to be had. */
async function openAgain(manifest: Manifest, files: Replay['ports']['files']): Promise<Market | string> {
  try {
    const market = await openBacktestMarket(manifest.spec, files)
    checkData(manifest, market)
    return market
  } catch (error) {
    if (!isArkError(error) || !GONE.includes(error.code)) throw error
    const what = error.code === 'BAD_USAGE' ? 'what they hold' : error.where
    return `it takes the files that it read, and ${what} is not as it was`
  }
}

interface Proof {
  readonly database: Database
  readonly last: number
  /** Recomputed, and not yet held against the journal. */
  bodies: string[]
  confirmed: number
}

/** Returns the last seq that agrees. Throws REPLAY_DIVERGED with the first one that does not. */
async function confirm(proof: Proof): Promise<number> {
  const { bodies, confirmed, database, last } = proof
  proof.bodies = []
  for (let at = 0; at < bodies.length; at += PAGE) {
    const journaled = await readBodies(database, confirmed + at, last, PAGE)
    for (const [index, body] of bodies.slice(at, at + PAGE).entries()) {
      if (journaled[index]?.body === body) continue
      const why = 'The files of the manifest give another event than was journaled.'
      throw new ArkError('REPLAY_DIVERGED', `seq ${confirmed + at + index + 1}`, why)
    }
  }
  proof.confirmed += bodies.length
  return proof.confirmed
}
