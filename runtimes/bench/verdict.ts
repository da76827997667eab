/** One verdict of all 26 rules with the overlay, facts derived each time, on a book with five positions. */

import { symbolOf } from '#core/book/book.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { processInput } from '#core/cycle/kernel.ts'
import { judgeProposal } from '#core/gate/gate.ts'
import { benchChunks } from './market.ts'
import { createBenchKernel } from './pipeline.ts'
import { createProposal } from './proposal.ts'
import { percentile, type Sample } from './report.ts'

const WARM_UP = 20_000
const CALLS = 100_000
const HELD = ['BENCH1', 'BENCH2', 'BENCH3', 'BENCH4']

/** Microseconds a call; the reading of the clock is inside and named apart. */
export async function verdict(kind: 'approvals' | 'denials'): Promise<Sample> {
  const kernel = await preparedKernel()
  const proposal = createProposal(kernel, 'BENCH0', kind === 'approvals' ? 1 : 100_000)
  const times = new Float64Array(CALLS)
  let allowed = 0
  for (let call = -WARM_UP; call < CALLS; call++) {
    const started = performance.now()
    const mask = judgeProposal(kernel.gate, proposal, kernel.context, kernel.overlay)
    const spent = performance.now() - started
    if (call < 0) continue
    times[call] = spent * 1_000
    if (mask === 0) allowed++
  }
  const list = [...times]
  const p50 = percentile(list, 0.5)
  return {
    value: p50,
    detail: {
      p99: Number(percentile(list, 0.99).toFixed(2)),
      allowedShare: allowed / CALLS,
      clock: Number(clockCost().toFixed(3)),
    },
  }
}

async function preparedKernel(): Promise<Kernel> {
  const kernel = await createBenchKernel()
  for (const rows of benchChunks(4_000)) processInput(kernel, { kind: 'rows', source: 'bench', rows })
  for (const entry of kernel.book.state.symbols) {
    entry.position = 0
    entry.open = []
  }
  kernel.book.state.held = HELD.map((symbol) =>
    kernel.book.state.symbols.indexOf(symbolOf(kernel.book, symbol)),
  )
  for (const symbol of HELD) symbolOf(kernel.book, symbol).position = 100_000_000
  return kernel
}

function clockCost(): number {
  const started = performance.now()
  for (let call = 0; call < CALLS; call++) performance.now()
  return ((performance.now() - started) * 1_000) / CALLS
}
