import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAtr, updateAtr } from '#core/indicators/atr.ts'
import { createEma, updateEma } from '#core/indicators/ema.ts'
import { engineRows } from '#runtimes/bench/engine-market.ts'
import { withIndicators } from '#scripts/peers/grademark.mjs'
import { ENGINE_PEERS, enginePeers, PEERS, PYTHON_PEERS, peers } from '#scripts/peers.mjs'
import { createTempDir, removeDir } from '#tests/support/ports.ts'

describe('the peers of the benchmark', () => {
  it('are pinned to the version: a range would measure something else tomorrow', () => {
    const versions = [...Object.values(PEERS), ...Object.values(ENGINE_PEERS)]
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
    expect(PYTHON_PEERS.filter((peer) => !/^\w+==\d+(\.\d+)+$/.test(peer))).toEqual([])
  })

  it('are not fetched again when they are there', () => {
    const cache = createTempDir()
    const folder = join(cache, 'peers')
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PEERS }))
    expect(peers(cache)).toBe(folder)
    removeDir(cache)
  })

  it('of the engine are not fetched again either, those of Python with them', () => {
    const cache = createTempDir()
    const folder = join(cache, 'engine-peers')
    mkdirSync(join(folder, 'python'), { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: ENGINE_PEERS }))
    writeFileSync(join(folder, 'python', 'peers.txt'), PYTHON_PEERS.join('\n'))
    expect(enginePeers(cache)).toEqual({ folder })
    removeDir(cache)
  })
})

describe('the strategy in grademark', () => {
  it('crosses where ours does, by the same averages and ranges', () => {
    const bars = [...engineRows(3_000, 1)].flatMap(({ rows }) =>
      rows.flatMap((row) => ('end' in row ? [row] : [])),
    )
    const [fast, slow, range] = [createEma(12), createEma(26), createAtr(14)]
    let side = 0
    let rangeBefore = Number.NaN
    const ours = bars.map(({ high, low, close }) => {
      const apart = updateEma(fast, close) - updateEma(slow, close)
      const now = apart > 0 ? 1 : apart < 0 ? -1 : side
      const cross = side !== 0 && now !== side ? now : 0
      side = now
      const shown = { cross, rangeBefore }
      rangeBefore = updateAtr(range, high, low, close)
      return shown
    })
    const theirs: typeof ours = withIndicators(bars, { fast: 12, slow: 26, atr: 14 })
    expect(ours.filter(({ cross }) => cross === 1).length).toBeGreaterThan(20)
    expect(theirs.map(({ cross }) => cross)).toEqual(ours.map(({ cross }) => cross))
    expect(theirs.at(-1)?.rangeBefore).toBeCloseTo(ours.at(-1)?.rangeBefore ?? Number.NaN, 3)
  })
})
