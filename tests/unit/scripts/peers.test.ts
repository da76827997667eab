import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PEERS, peers } from '#scripts/peers.mjs'
import { createTempDir, removeDir } from '#tests/support/ports.ts'

describe('the peers of the benchmark', () => {
  it('are pinned to the version: a range would measure something else tomorrow', () => {
    expect(Object.values(PEERS).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })

  it('are not fetched again when they are there', () => {
    const cache = createTempDir()
    const folder = join(cache, 'peers')
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PEERS }))
    expect(peers(cache)).toBe(folder)
    removeDir(cache)
  })
})
