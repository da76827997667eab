import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { judgeProposal } from '#core/gate/gate.ts'
import { COMPARISONS, countComparisons, deniedByTable, toOperands } from '#runtimes/bench/comparisons.ts'
import { countEntries, type Step } from '#runtimes/bench/halt.ts'
import { createLiveBook, JUDGED, type LiveBook } from '#runtimes/bench/live-book.ts'
import { loadPeers } from '#runtimes/bench/peers.ts'
import { createProposal } from '#runtimes/bench/proposal.ts'
import { deniedByGate, verdictLive } from '#runtimes/bench/verdict-live.ts'
import { runHere } from '#tests/support/run-cli.ts'

const PEERS = fileURLToPath(new URL('../../../.cache/peers', import.meta.url))
const UNITS = [1, 3, 40, 200, 2_000, 60_000, 100_000]

let book: LiveBook

beforeAll(async () => {
  book = await createLiveBook()
})

describe('the live book', () => {
  it('has five positions, twenty working orders and a thousand recent events', () => {
    const { symbols } = book.kernel.book.state
    expect(symbols.filter(({ position }) => position !== 0)).toHaveLength(5)
    expect(symbols.flatMap(({ open }) => open)).toHaveLength(20)
    expect(book.orderEvents).toBeGreaterThanOrEqual(1_000)
  })

  it('denies the large order, and approves the small one', () => {
    expect(judge(100_000)).not.toBe(0)
    expect(deniedByGate(book.kernel)).toContain('max_position_size')
    expect(judge(3)).toBe(0)
  })
})

describe('the comparisons for the peers', () => {
  it.each(UNITS)('deny by the rules that the gate denies by: %i units', (units) => {
    judge(units)
    expect(deniedByTable(toOperands(book.kernel.gate.facts)).join()).toBe(deniedByGate(book.kernel))
  })

  it('are those of 21 rules, whole numbers all', () => {
    judge(3)
    const operands = Object.values(toOperands(book.kernel.gate.facts))
    expect(Object.keys(COMPARISONS)).toHaveLength(21)
    expect(countComparisons()).toBeGreaterThan(100)
    expect(operands.filter((operand) => !Number.isSafeInteger(operand))).toEqual([])
  })

  it('refuse a fact that is missing', () => {
    judge(3)
    const facts = Float64Array.from(book.kernel.gate.facts)
    facts[21] = Number.NaN
    expect(() => toOperands(facts)).toThrow('The fact equity is missing')
  })
})

describe('the peers', () => {
  it('are none where they were not fetched, and their ratio is left out', async () => {
    expect(loadPeers('/nowhere')).toEqual([])
    const { detail } = await verdictLive('denial', [])
    expect(detail).toMatchObject({ positions: 5, working: 20, peers: 'not measured' })
  })

  // Fetched by scripts/peers.mjs; no dependency of ours, so a fresh clone does not have them.
  it.skipIf(!existsSync(PEERS)).each(UNITS)(
    'deny by the rules that the gate denies by: %i units',
    async (units) => {
      judge(units)
      const operands = toOperands(book.kernel.gate.facts)
      const peers = loadPeers(PEERS)
      expect(peers).toHaveLength(2)
      for (const peer of peers) {
        const { ask, denied } = peer.prepare(operands)
        expect(`${peer.name}: ${denied(await ask()).join()}`).toBe(
          `${peer.name}: ${deniedByGate(book.kernel)}`,
        )
      }
    },
  )
})

describe('entries around a halt', () => {
  const mode = (seq: number, mode: string): Step => ({ seq, type: 'mode/changed', payload: { mode } })
  const sent = (seq: number, intent: string): Step => ({ seq, type: 'order/submitted', payload: { intent } })

  it('leak when they leave after a halt, in whatever order the journal is read', () => {
    expect(countEntries([sent(3, 'open'), mode(2, 'halted'), sent(1, 'open')])).toEqual({
      entries: 2,
      leaked: 1,
    })
    expect(countEntries([mode(1, 'halted'), mode(5, 'active'), sent(4, 'open')]).leaked).toBe(1)
  })

  it('do not when they left before it or after the resume, nor do exits', () => {
    const steps = [sent(1, 'open'), mode(2, 'halted'), sent(3, 'exit'), mode(4, 'active'), sent(5, 'open')]
    expect(countEntries(steps)).toEqual({ entries: 2, leaked: 0 })
  })
})

describe('ark bench', () => {
  it.each([
    [['bench', 'rulez'], 'There is no area "rulez"'],
    [['bench', 'rules', '--only', 'speed'], 'There is no figure "speed"'],
    [['bench', 'rules', '--seconds', '0'], 'wanted a whole number from 1'],
  ])('%j is bad usage', async (argv, why) => {
    const { code, out, err } = await runHere(argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(why)
  })

  it('rules --help says what is measured and how the peers are had', async () => {
    const { code, out } = await runHere(['bench', 'rules', '--help'])
    expect(code).toBe(0)
    expect(out).toContain('node scripts/peers.mjs')
    expect(out).toMatch(/^Example: ark bench rules/m)
  })

  it('rules --only prints one line for the run and one for the figure', async () => {
    const { code, out } = await runHere(['bench', 'rules', '--only', 'verdict-live-denial', '--rounds', '1'])
    const [run, figure, ...rest] = out.trim().split('\n')
    expect({ code, rest }).toEqual({ code: 0, rest: [] })
    expect(JSON.parse(run ?? '')).toMatchObject({ bench: 'rules', rounds: 1 })
    expect(JSON.parse(figure ?? '')).toMatchObject({ figure: 'verdict-live-denial', working: 20 })
  })
})

function judge(units: number): number {
  const { kernel } = book
  return judgeProposal(kernel.gate, createProposal(kernel, JUDGED, units), kernel.context, kernel.overlay)
}
