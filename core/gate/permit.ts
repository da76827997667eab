/**
 * The permit: the only thing that lets an order reach a broker. Made here, and nowhere else.
 *
 * A permit is an object known to a WeakSet of this module until it is spent, so it cannot be forged in
 * process; no plugin ever holds one. It is bound to the order's hash, the rules' digest, the facts' digest,
 * the seq of its decision and an expiry, and it is good for one redemption.
 */

import type { Order, TimeMs } from '../contract.ts'
import { ArkError } from '../errors.ts'

export interface Permit {
  /** = client order id at the broker. */
  readonly decisionId: string
  readonly orderHash: string
  /** The order that was judged, frozen through and through: this leaves, not what a plugin hands back. */
  readonly order: Order
  readonly intent: 'open' | 'exit'
  readonly rulesetDigest: string
  readonly factsDigest: string
  readonly seq: number
  readonly expires: TimeMs
}

export interface PermitOffice {
  readonly open: Map<string, Permit>
  /**
   * Ids that were redeemed or have lapsed, newest last; bounded, because an id older than any expiry is
   * refused as absent anyway.
   */
  readonly spent: Set<string>
  /** Where the oldest of them is found: looking for it from the start passes by all that were forgotten. */
  oldest: IterableIterator<string> | undefined
}

const genuine = new WeakSet<Permit>()
const LIFETIME_MS = 30_000
const SPENT_KEPT = 10_000

export function createPermitOffice(): PermitOffice {
  return { open: new Map(), spent: new Set(), oldest: undefined }
}

export function issue(office: PermitOffice, terms: Omit<Permit, 'expires'>, now: TimeMs): Permit {
  const { decisionId, orderHash, order, intent, rulesetDigest, factsDigest, seq } = terms
  const permit: Permit = Object.freeze({
    decisionId,
    orderHash,
    order,
    intent,
    rulesetDigest,
    factsDigest,
    seq,
    expires: now + LIFETIME_MS,
  })
  genuine.add(permit)
  office.open.set(permit.decisionId, permit)
  return permit
}

/** What is about to leave. `orderHash` is computed by core from the order that was handed in. */
export interface Submission {
  readonly decisionId: string
  readonly orderHash: string
  readonly intent: string
  readonly rulesetDigest: string
}

/**
 * Takes the permit out of the office, or throws PERMIT_ABSENT, _USED, _MISMATCH or _EXPIRED. A mismatch
 * leaves it to whoever it is for.
 */
export function redeem(office: PermitOffice, submission: Submission, now: TimeMs): Permit {
  const { decisionId, orderHash, intent, rulesetDigest } = submission
  const permit = office.open.get(decisionId)
  if (permit === undefined) {
    if (office.spent.has(decisionId))
      throw new ArkError('PERMIT_USED', decisionId, 'This permit was redeemed or has lapsed.')
    throw new ArkError('PERMIT_ABSENT', decisionId, 'The gate has issued no permit under this id.')
  }
  if (!genuine.has(permit))
    throw new ArkError('PERMIT_ABSENT', decisionId, 'The permit was not made by the gate.')
  // The intent counts too: a broker fills an opening in full, but no exit beyond the position.
  if (permit.orderHash !== orderHash || permit.intent !== intent || permit.rulesetDigest !== rulesetDigest) {
    throw new ArkError('PERMIT_MISMATCH', decisionId, 'The order differs from the one that was judged.')
  }
  spend(office, permit)
  if (now > permit.expires) throw new ArkError('PERMIT_EXPIRED', decisionId, 'The permit has expired.')
  return permit
}

/**
 * The hash of the order that this very object was judged as; undefined for any other object, equal or not. A
 * frozen object that is the same is unchanged, and need not be hashed again.
 */
export function knownHash(office: PermitOffice, decisionId: string, order: unknown): string | undefined {
  const permit = office.open.get(decisionId)
  return permit !== undefined && permit.order === order ? permit.orderHash : undefined
}

/** Lapses what was not redeemed; returns the ids. */
export function lapseAll(office: PermitOffice): readonly string[] {
  if (office.open.size === 0) return []
  const ids = [...office.open.keys()]
  for (const permit of office.open.values()) spend(office, permit)
  return ids
}

function spend(office: PermitOffice, permit: Permit): void {
  const { decisionId } = permit
  genuine.delete(permit)
  office.open.delete(decisionId)
  office.spent.add(decisionId)
  if (office.spent.size <= SPENT_KEPT) return
  office.oldest ??= office.spent.values()
  const { value } = office.oldest.next()
  if (value !== undefined) office.spent.delete(value)
}
