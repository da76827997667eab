/**
 * Binds a run's opening terms to this box's key, so a copy of the journal cannot claim other digests for the
 * run.
 */

import type { EventOf, Host, KeyPort, RunStarted } from '#core/contract.ts'

/**
 * Signs `<runId> <digest>`, where digest is the SHA-256 of the payload's stable text, and offers the
 * attestation.
 */
export async function attest(host: Host, keys: KeyPort, event: EventOf<'run/started'>): Promise<void> {
  const { runId } = event.payload
  const digest = keys.sha256Hex(stableText(event.payload))
  const signature = await keys.sign(attestedText(runId, digest))
  const payload = { runId, digest, publicKey: keys.publicKey, signature }
  await host.offer({ type: 'identity/attested', payload }, { seq: event.seq, traceId: event.traceId })
}

/** The text under the signature. */
export function attestedText(runId: string, digest: string): string {
  return `${runId} ${digest}`
}

/** JSON with the keys in code-unit order. The payload is flat, so this is its RFC 8785 form. */
export function stableText(payload: RunStarted): string {
  const keys = Object.keys(payload).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return JSON.stringify(payload, keys)
}
