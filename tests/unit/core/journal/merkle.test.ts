import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  append,
  consistencyProof,
  createTree,
  inclusionPath,
  leafHash,
  root,
  treeState,
  verifyConsistency,
  verifyInclusion,
} from '#core/journal/merkle.ts'
import type { HashPort } from '#core/ports.ts'

const VECTORS = new URL('../../../../../shared/data/corpora/merkle/', import.meta.url)
const EMPTY_ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

let nodeHashes = 0
const hash: HashPort = {
  sha256Hex: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
  sha256OfHex: (hex) => {
    nodeHashes++
    return createHash('sha256').update(hex, 'hex').digest('hex')
  },
  randomHex: () => '',
}

/** The definition in RFC 6962, section 2.1, word for word. */
function naiveRoot(leaves: readonly string[]): string {
  if (leaves.length === 0) return EMPTY_ROOT
  if (leaves.length === 1) return leaves[0] ?? ''
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return hash.sha256OfHex(`01${naiveRoot(leaves.slice(0, split))}${naiveRoot(leaves.slice(split))}`)
}

const LEAVES = Array.from({ length: 40 }, (_, index) => leafHash(hash, `{"seq":${index + 1}}`))
const ROOTS = Array.from({ length: LEAVES.length + 1 }, (_, size) => naiveRoot(LEAVES.slice(0, size)))
const rootAt = (size: number) => ROOTS[size] ?? ''
const leafAt = (index: number) => LEAVES[index] ?? ''
const OTHER = leafHash(hash, 'other')

/** All the ways to spoil a proof: a step changed, lost, doubled, added, or the order turned. */
function spoiled(proof: readonly string[]): string[][] {
  const all = [
    [...proof, OTHER],
    [OTHER, ...proof],
  ]
  proof.forEach((step, index) => {
    all.push(
      proof.with(index, OTHER),
      proof.toSpliced(index, 1),
      proof.toSpliced(index, 0, step),
      proof.with(index, step.slice(2)),
    )
  })
  if (proof.length > 1) all.push(proof.toReversed())
  return all
}

describe('verifyInclusion', () => {
  it('refuses every spoiled path, leaf, index, size and root', () => {
    for (const size of [1, 2, 3, 5, 7, 8, 13]) {
      for (let index = 0; index < size; index++) {
        const path = inclusionPath(hash, LEAVES, index, size)
        for (const bad of spoiled(path)) {
          expect(verifyInclusion(hash, leafAt(index), index, size, bad, rootAt(size))).toBe(false)
        }
        expect(verifyInclusion(hash, OTHER, index, size, path, rootAt(size))).toBe(false)
        expect(verifyInclusion(hash, leafAt(index), index, size, path, rootAt(size + 1))).toBe(false)
        expect(verifyInclusion(hash, leafAt(index), size, size, path, rootAt(size))).toBe(false)
        for (let other = 0; other < size; other++) {
          const holds = verifyInclusion(hash, leafAt(index), other, size, path, rootAt(size))
          expect(holds).toBe(other === index)
        }
      }
    }
  })

  it('refuses positions that are none', () => {
    for (const index of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(verifyInclusion(hash, leafAt(0), index, 1, [], rootAt(1))).toBe(false)
    }
    expect(verifyInclusion(hash, leafAt(0), 0, 0, [], EMPTY_ROOT)).toBe(false)
  })

  it('refuses a path that leads to the root of a tree of another size', () => {
    const forged = hash.sha256OfHex(`01${leafAt(0)}${OTHER}`)
    expect(verifyInclusion(hash, leafAt(0), 0, 2, [OTHER], forged)).toBe(true)
    expect(verifyInclusion(hash, leafAt(0), 0, 4, [OTHER], forged)).toBe(false)
    expect(verifyInclusion(hash, leafAt(0), 0, 1, [OTHER], forged)).toBe(false)
  })

  it('accepts every leaf of every tree', () => {
    for (let size = 1; size <= LEAVES.length; size++) {
      for (let index = 0; index < size; index++) {
        const path = inclusionPath(hash, LEAVES, index, size)
        expect(verifyInclusion(hash, leafAt(index), index, size, path, rootAt(size))).toBe(true)
      }
    }
  })

  it('walks trees beyond 2^32 leaves', () => {
    const size = 2 ** 40 + 1
    const path = Array.from({ length: 40 }, () => OTHER)
    const perfect = path.reduce((node, sibling) => hash.sha256OfHex(`01${node}${sibling}`), leafAt(0))
    const whole = hash.sha256OfHex(`01${perfect}${leafAt(1)}`)
    expect(verifyInclusion(hash, leafAt(0), 0, size, [...path, leafAt(1)], whole)).toBe(true)
    expect(verifyInclusion(hash, leafAt(1), 2 ** 40, size, [perfect], whole)).toBe(true)
    expect(verifyInclusion(hash, leafAt(1), 2 ** 40 - 1, size, [perfect], whole)).toBe(false)
  })
})

describe('verifyConsistency', () => {
  it('refuses every spoiled proof, a fork and a shrunken tree', () => {
    for (let second = 1; second <= 17; second++) {
      for (let first = 1; first < second; first++) {
        const proof = consistencyProof(hash, LEAVES, first, second)
        for (const bad of spoiled(proof)) {
          expect(verifyConsistency(hash, first, second, rootAt(first), rootAt(second), bad)).toBe(false)
        }
        expect(verifyConsistency(hash, first, second, OTHER, rootAt(second), proof)).toBe(false)
        expect(verifyConsistency(hash, first, second, rootAt(first), OTHER, proof)).toBe(false)
        expect(verifyConsistency(hash, second, first, rootAt(second), rootAt(first), proof)).toBe(false)
      }
    }
    expect(verifyConsistency(hash, 3, 3, rootAt(3), rootAt(4), [])).toBe(false)
    expect(verifyConsistency(hash, 0, 3, OTHER, rootAt(3), [])).toBe(false)
    expect(verifyConsistency(hash, 0, 3, EMPTY_ROOT, rootAt(3), [OTHER])).toBe(false)
  })

  it('refuses a proof that leads to the root of a tree of another size', () => {
    const forged = hash.sha256OfHex(`01${rootAt(1)}${OTHER}`)
    expect(verifyConsistency(hash, 1, 2, rootAt(1), forged, [OTHER])).toBe(true)
    expect(verifyConsistency(hash, 1, 4, rootAt(1), forged, [OTHER])).toBe(false)
    expect(verifyConsistency(hash, 4, 5, rootAt(4), rootAt(4), [])).toBe(false)
  })

  it('accepts every pair of sizes', () => {
    for (let second = 0; second <= LEAVES.length; second++) {
      for (let first = 0; first <= second; first++) {
        const proof = consistencyProof(hash, LEAVES, first, second)
        expect(verifyConsistency(hash, first, second, rootAt(first), rootAt(second), proof)).toBe(true)
      }
    }
  })
})

describe('a proof that cannot be made', () => {
  it('is refused, not invented', () => {
    expect(() => inclusionPath(hash, LEAVES, 3, 3)).toThrow(/leaf/)
    expect(() => inclusionPath(hash, LEAVES, -1, 3)).toThrow(/leaf/)
    expect(() => inclusionPath(hash, LEAVES, 0, LEAVES.length + 1)).toThrow(/size/)
    expect(() => consistencyProof(hash, LEAVES, 4, 3)).toThrow(/size/)
    expect(() => consistencyProof(hash, LEAVES, 1, LEAVES.length + 1)).toThrow(/size/)
  })
})

describe('the growing tree', () => {
  it('refuses a state that no tree has', () => {
    expect(() => createTree(hash, { size: 3, nodes: [OTHER] })).toThrow(/nodes/)
    expect(() => createTree(hash, { size: 1, nodes: [OTHER.toUpperCase()] })).toThrow(/nodes/)
    expect(() => createTree(hash, { size: -1, nodes: [] })).toThrow(/nodes/)
    expect(() => createTree(hash, { size: 0.5, nodes: [OTHER] })).toThrow(/nodes/)
  })

  it('has the root of the definition at every size', () => {
    const tree = createTree(hash)
    expect(root(tree)).toBe(EMPTY_ROOT)
    LEAVES.forEach((leaf, index) => {
      append(tree, leaf)
      expect(tree.size).toBe(index + 1)
      expect(root(tree)).toBe(rootAt(index + 1))
    })
  })

  it('goes on from a snapshot as if nothing had happened', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(9), (before, after) => {
        const tree = createTree(hash)
        for (const leaf of LEAVES.slice(0, before)) append(tree, leaf)
        const restored = createTree(hash, JSON.parse(JSON.stringify(treeState(tree))))
        for (const leaf of LEAVES.slice(before, before + after)) append(restored, leaf)
        return root(restored) === rootAt(before + after) && tree.size === before
      }),
    )
  })

  it('hashes less than one node per leaf', () => {
    const tree = createTree(hash)
    nodeHashes = 0
    for (let index = 0; index < 1_000; index++) append(tree, OTHER)
    expect(nodeHashes).toBeLessThan(1_000)
  })

  it('tells a leaf from a node', () => {
    expect(leafHash(hash, '')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
    expect(leafHash(hash, 'é')).toBe(hash.sha256OfHex('00c3a9'))
  })
})

/** The leaf inputs of the Certificate Transparency reference tests, and the roots of the first n of them. */
const CT_INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const CT_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

describe('public vectors', () => {
  it('gives the known roots of RFC 6962', () => {
    const tree = createTree(hash)
    const roots = CT_INPUTS.map((input) => {
      append(tree, hash.sha256OfHex(`00${input}`))
      return root(tree)
    })
    expect(roots).toEqual(CT_ROOTS)
  })

  it('accepts the proofs of transparency-dev, and makes the same', ({ skip }) => {
    if (!existsSync(VECTORS)) skip('needs ../shared/data beside the checkout')
    const leaves = CT_INPUTS.map((input) => hash.sha256OfHex(`00${input}`))
    const hex = (base64: unknown) => Buffer.from(String(base64), 'base64').toString('hex')
    const proofs = (kind: string) =>
      readdirSync(new URL(`${kind}/`, VECTORS)).map((name) => {
        const text = readFileSync(new URL(`${kind}/${name}/happy-path.json`, VECTORS), 'utf8')
        const vector: Record<string, unknown> = JSON.parse(text)
        const steps = Array.isArray(vector.proof) ? vector.proof.map(hex) : []
        return { vector, steps }
      })
    const inclusions = proofs('inclusion')
    const consistencies = proofs('consistency')
    expect([inclusions.length, consistencies.length]).toEqual([5, 5])
    for (const { vector, steps } of inclusions) {
      const [index, size] = [Number(vector.leafIdx), Number(vector.treeSize)]
      expect(verifyInclusion(hash, hex(vector.leafHash), index, size, steps, hex(vector.root))).toBe(true)
      expect(inclusionPath(hash, leaves, index, size)).toEqual(steps)
    }
    for (const { vector, steps } of consistencies) {
      const [first, second] = [Number(vector.size1), Number(vector.size2)]
      expect(verifyConsistency(hash, first, second, hex(vector.root1), hex(vector.root2), steps)).toBe(true)
      expect(consistencyProof(hash, leaves, first, second)).toEqual(steps)
    }
  })
})
