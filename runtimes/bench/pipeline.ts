/**
 * The whole pipeline over bars, gate on: once with the journal in memory, once through the cycle onto the
 * disk.
 */

import { BUILT_IN_SOURCES } from '#core/config.ts'
import type { MarketRows, Plugin, RunKind } from '#core/contract.ts'
import { createKernel, type Kernel, processInput } from '#core/cycle/kernel.ts'
import { installPlugins } from '#core/cycle/loader.ts'
import { createLists } from '#core/gate/lists.ts'
import { sealRoot } from '#core/gate/seal.ts'
import { toBody } from '#core/journal/body.ts'
import { append, createTree, leafHash } from '#core/journal/merkle.ts'
import { CASH_SCALE } from '#core/math.ts'
import type { Cli } from '../cli/cli.ts'
import { nativeHash } from '../shared/hash.ts'
import { decidingPlugins, openBenchBox } from './box.ts'
import { BENCH_INSTRUMENTS } from './market.ts'
import type { Sample } from './report.ts'

/** Canonical text, leaf and tree of every event; only the store is left out. */
export async function pipelineInMemory(chunks: readonly MarketRows[]): Promise<Sample> {
  const kernel = await createBenchKernel()
  const tree = createTree(nativeHash)
  let bytes = 0
  kernel.sink = (event) => {
    const body = toBody(event)
    append(tree, leafHash(nativeHash, body))
    bytes += body.length
  }
  const started = performance.now()
  for (const rows of chunks) processInput(kernel, { kind: 'rows', source: 'bench', rows })
  return sampleOf(kernel, performance.now() - started, bytes)
}

export async function pipelineDurable(cli: Cli, chunks: readonly MarketRows[]): Promise<Sample> {
  const box = await openBenchBox(cli, 'backtest')
  const started = performance.now()
  await Promise.all(chunks.map((rows) => offerWhenRoom(box.ark.cycle, rows)))
  const ms = performance.now() - started
  const { cycle, journal } = box.ark
  if (cycle === undefined) throw new Error('The bench has no run.')
  const sample = sampleOf(cycle.kernel, ms, journal.bytes)
  await box.close()
  return sample
}

function offerWhenRoom(
  cycle: { offerRows(source: string, rows: MarketRows, wait: boolean): Promise<unknown> } | undefined,
  rows: MarketRows,
) {
  return cycle?.offerRows('bench', rows, true)
}

export async function createBenchKernel(
  kind: RunKind = 'backtest',
  plugins: readonly Plugin[] = decidingPlugins(),
): Promise<Kernel> {
  return createKernel({
    runId: 'bench-1',
    kind,
    seed: 'bench',
    openingCash: 100_000 * CASH_SCALE,
    rulesetDigest: sealRoot(),
    instruments: BENCH_INSTRUMENTS,
    lists: createLists({ sources: { ...BUILT_IN_SOURCES, bench: 'public' } }),
    plugins: await installPlugins(plugins, {}),
    hash: nativeHash,
    runSeq: 1,
    market: 'chunks',
  })
}

function sampleOf({ state, book }: Kernel, ms: number, bytes: number): Sample {
  const { rows } = state.performance
  return {
    value: (rows / ms) * 1_000,
    detail: {
      bars: rows,
      events: state.events,
      decisions: state.decisions,
      fills: book.state.fills,
      verdictShare: Number((state.decisions / rows).toFixed(4)),
      bytesPerBar: Math.round(bytes / rows),
    },
  }
}
