/**
 * The Merkle tree of RFC 6962 over the journal: one root proves every entry, and a short path proves one of
 * them.
 *
 * The journal appends to it at each commit; `audit` makes and checks proofs. A leaf is the hash of an entry's
 * canonical text. Hashes are 64 lower-case hex digits; sizes may pass 2^31, so there is no bit arithmetic on
 * them.
 */

import { ArkError } from '../errors.ts'
import type { HashPort } from '../ports.ts'

/**
 * Plain JSON: what a snapshot keeps. `nodes` are the roots of the perfect subtrees, one per set bit of
 * `size`, the largest first.
 */
export interface TreeState {
  readonly size: number
  readonly nodes: readonly string[]
}

export interface Tree {
  readonly hash: HashPort
  size: number
  readonly nodes: string[]
}

const HASH = /^[0-9a-f]{64}$/

/** An empty tree, or the one of a snapshot. DATA_INVALID when the state is none. */
export function createTree(hash: HashPort, state: TreeState = { size: 0, nodes: [] }): Tree {
  const fits =
    isSize(state.size) &&
    state.nodes.length === onesIn(state.size) &&
    state.nodes.every((node) => HASH.test(node))
  if (!fits)
    throw new ArkError('DATA_INVALID', 'tree state', `No tree of ${state.size} leaves has these nodes.`)
  return { hash, size: state.size, nodes: [...state.nodes] }
}

export function treeState(tree: Tree): TreeState {
  return { size: tree.size, nodes: [...tree.nodes] }
}

/** Hash of an entry. The prefix keeps an entry from posing as an inner node. */
export function leafHash(hash: HashPort, text: string): string {
  return hash.sha256Hex(`\u0000${text}`)
}

/**
 * Adds a leaf, in place. One node hash per leaf on average: a carry runs over the subtrees as in binary
 * counting.
 */
export function append(tree: Tree, leafHex: string): void {
  let carry = leafHex
  for (let rest = tree.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    carry = nodeHash(tree.hash, tree.nodes.pop() ?? '', carry)
  }
  tree.nodes.push(carry)
  tree.size += 1
}

/** The tree's hash; of an empty tree the hash of nothing. */
export function root(tree: Tree): string {
  let right = tree.nodes[tree.nodes.length - 1]
  if (right === undefined) return tree.hash.sha256Hex('')
  for (let index = tree.nodes.length - 2; index >= 0; index--)
    right = nodeHash(tree.hash, tree.nodes[index] ?? '', right)
  return right
}

/**
 * The hashes that lead from leaf `index` to the root of the first `size` leaves, lowest first. Hashes all
 * other leaves once.
 */
export function inclusionPath(
  hash: HashPort,
  leaves: readonly string[],
  index: number,
  size: number,
): readonly string[] {
  if (!isSize(index) || index >= size) throw outside('leaf', index, size)
  if (!isSize(size) || size > leaves.length) throw outside('size', size, leaves.length)
  const path: string[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      path.push(rootOf(hash, leaves, middle, end))
      end = middle
    } else {
      path.push(rootOf(hash, leaves, start, middle))
      start = middle
    }
  }
  return path.reverse()
}

/**
 * The hashes that show that the first `first` leaves of `second` are still the same. Empty when first is 0 or
 * equals second.
 */
export function consistencyProof(
  hash: HashPort,
  leaves: readonly string[],
  first: number,
  second: number,
): readonly string[] {
  if (!isSize(first) || first > second) throw outside('size', first, second)
  if (!isSize(second) || second > leaves.length) throw outside('size', second, leaves.length)
  const proof: string[] = []
  if (first === 0 || first === second) return proof
  let start = 0
  let end = second
  while (end !== first) {
    const middle = start + splitOf(end - start)
    if (first <= middle) {
      proof.push(rootOf(hash, leaves, middle, end))
      end = middle
    } else {
      proof.push(rootOf(hash, leaves, start, middle))
      start = middle
    }
  }
  // A prefix that is a subtree from the very start is known by its root: the verifier holds it already.
  if (start > 0) proof.push(rootOf(hash, leaves, start, end))
  return proof.reverse()
}

/** Does the leaf stand at `index` in the tree of `size` with this root? (RFC 9162, section 2.1.3.2) */
export function verifyInclusion(
  hash: HashPort,
  leafHex: string,
  index: number,
  size: number,
  path: readonly string[],
  rootHex: string,
): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !path.every((node) => HASH.test(node))) return false
  const onLeft = siblingSides(index, size - 1)
  if (path.length !== onLeft.length) return false
  let node = leafHex
  path.forEach((sibling, step) => {
    node = onLeft[step] === true ? nodeHash(hash, sibling, node) : nodeHash(hash, node, sibling)
  })
  return node === rootHex
}

/** Is the tree of `second` leaves an extension of the one of `first`? (RFC 9162, section 2.1.4.2) */
export function verifyConsistency(
  hash: HashPort,
  first: number,
  second: number,
  firstRoot: string,
  secondRoot: string,
  proof: readonly string[],
): boolean {
  if (!isSize(first) || !isSize(second) || first > second || !proof.every((node) => HASH.test(node)))
    return false
  if (first === second) return proof.length === 0 && firstRoot === secondRoot
  if (first === 0) return proof.length === 0 && firstRoot === hash.sha256Hex('')
  // The walk begins at the last perfect subtree of the first tree. Is that the whole tree, its root is known
  // and left out of the proof.
  let position = first - 1
  let last = second - 1
  while (position % 2 === 1) {
    position = Math.floor(position / 2)
    last = Math.floor(last / 2)
  }
  const [start, ...steps] = position === 0 ? [firstRoot, ...proof] : proof
  const onLeft = siblingSides(position, last)
  if (start === undefined || steps.length !== onLeft.length) return false
  let older = start
  let newer = start
  steps.forEach((sibling, step) => {
    if (onLeft[step] === true) older = nodeHash(hash, sibling, older)
    newer = onLeft[step] === true ? nodeHash(hash, sibling, newer) : nodeHash(hash, newer, sibling)
  })
  return older === firstRoot && newer === secondRoot
}

/**
 * From the node at `position` (of 0..last on its level) up to the root: does the sibling of each step stand
 * on the left?
 */
function siblingSides(position: number, last: number): readonly boolean[] {
  const sides: boolean[] = []
  while (last > 0) {
    const isLeft = position % 2 === 1 || position === last
    sides.push(isLeft)
    // The rightmost node of an odd level has no sibling there and rises unchanged.
    while (isLeft && position % 2 === 0) {
      position = Math.floor(position / 2)
      last = Math.floor(last / 2)
    }
    position = Math.floor(position / 2)
    last = Math.floor(last / 2)
  }
  return sides
}

function nodeHash(hash: HashPort, left: string, right: string): string {
  return hash.sha256OfHex(`01${left}${right}`)
}

/** Root of leaves[start, end). */
function rootOf(hash: HashPort, leaves: readonly string[], start: number, end: number): string {
  const tree = createTree(hash)
  for (let index = start; index < end; index++) append(tree, leaves[index] ?? '')
  return root(tree)
}

/** The largest power of two below `count`. */
function splitOf(count: number): number {
  let split = 1
  while (split * 2 < count) split *= 2
  return split
}

function onesIn(size: number): number {
  let ones = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2
  return ones
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function outside(what: string, value: number, limit: number): ArkError {
  return new ArkError('DATA_INVALID', `${what} ${value}`, `A proof needs a ${what} within ${limit} leaves.`)
}
