/**
 * One verdict on a live book: facts derived, 26 rules, limits and overlay. In turn with it, in the same loop,
 * the peers judge the same order by the same comparisons, on facts handed to them ready-made.
 */

import type { Kernel } from '#core/cycle/kernel.ts'
import { assert } from '#core/errors.ts'
import { toRuleResults } from '#core/gate/decision.ts'
import { judgeProposal } from '#core/gate/gate.ts'
import { COMPARISONS, countComparisons, deniedByTable, toOperands } from './comparisons.ts'
import { createLiveBook, JUDGED } from './live-book.ts'
import type { Ask, Peer } from './peers.ts'
import { createProposal } from './proposal.ts'
import { percentile, type Sample } from './report.ts'

const WARM_UP = 20_000
const BLOCKS = 100
const OURS_PER_BLOCK = 1_000
const PEERS_PER_BLOCK = 10
const UNITS = { approval: 3, denial: 100_000 } as const

export async function verdictLive(kind: 'approval' | 'denial', peers: readonly Peer[]): Promise<Sample> {
  const { kernel, positions, working, orderEvents } = await createLiveBook()
  const proposal = createProposal(kernel, JUDGED, UNITS[kind])
  const judge = () => judgeProposal(kernel.gate, proposal, kernel.context, kernel.overlay)
  assert((judge() === 0) === (kind === 'approval'), 'bench', `The ${kind} came out the other way.`)
  const rivals = await prepare(kernel, peers)
  const ours = new Float64Array(BLOCKS * OURS_PER_BLOCK)
  for (let call = 0; call < WARM_UP; call++) judge()
  for (let block = 0; block < BLOCKS; block++) {
    for (let call = 0; call < OURS_PER_BLOCK; call++) {
      const started = performance.now()
      judge()
      ours[block * OURS_PER_BLOCK + call] = (performance.now() - started) * 1_000
    }
    for (const rival of rivals) await timeBlock(rival)
  }
  const times = [...ours]
  const p50 = percentile(times, 0.5)
  return {
    value: p50,
    detail: {
      p99: round(percentile(times, 0.99)),
      positions,
      working,
      orderEvents,
      ...comparisonsOf(rivals, p50),
    },
  }
}

interface Rival {
  readonly name: string
  readonly ask: Ask
  readonly times: number[]
}

/**
 * Each must deny by the very rules that the gate denies by: a peer that judges otherwise compares nothing.
 */
async function prepare(kernel: Kernel, peers: readonly Peer[]): Promise<readonly Rival[]> {
  if (peers.length === 0) return []
  const operands = toOperands(kernel.gate.facts)
  const denied = deniedByGate(kernel)
  const table = deniedByTable(operands).join()
  assert(table === denied, 'bench', `The table denies by "${table}", the gate by "${denied}".`)
  const rivals: Rival[] = []
  for (const { name, prepare } of peers) {
    const rival = { name, ask: prepare(operands), times: [] }
    const said = rival.ask.denied(await rival.ask.ask()).join()
    assert(said === denied, 'bench', `${name} denies by "${said}", the gate by "${denied}".`)
    rivals.push(rival)
  }
  return rivals
}

/** What the gate's last verdict says of the rules in the table. */
export function deniedByGate({ gate }: Kernel): string {
  return toRuleResults(gate.outcome)
    .filter(
      ({ rule, verdict }) => Object.hasOwn(COMPARISONS, rule) && verdict !== 'allow' && verdict !== 'n/a',
    )
    .map(({ rule }) => rule)
    .toSorted()
    .join()
}

async function timeBlock({ ask, times }: Rival): Promise<void> {
  for (let call = 0; call < PEERS_PER_BLOCK; call++) {
    const started = performance.now()
    await ask.ask()
    times.push((performance.now() - started) * 1_000)
  }
}

function comparisonsOf(rivals: readonly Rival[], ours: number): Sample['detail'] {
  if (rivals.length === 0) return { peers: 'not measured' }
  const pairs = rivals.flatMap(({ name, times }): [string, number][] => {
    const p50 = percentile(times, 0.5)
    return [
      [`${name} us`, round(p50)],
      [`${name} times`, round(p50 / ours)],
    ]
  })
  return { comparisons: countComparisons(), ...Object.fromEntries(pairs) }
}

function round(value: number): number {
  return Number(value.toFixed(2))
}
