/**
 * Cold start: from the spawn of a real process to 200 on /readyz, on a data directory that holds 100,000
 * events.
 */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sample } from './report.ts'
import { ended, readyPort, spawnArk, startArgs } from './spawn.ts'

const CLIENTS = 32

/** Two directories of the same box: one stopped cleanly, one killed. Made once, copied for each sample. */
export interface Prepared {
  readonly clean: string
  readonly killed: string
  remove(): void
}

/**
 * Sends signals to a real box until its journal is long enough, copies the directory as kill -9 would leave
 * it, then stops it.
 */
export async function prepare(events: number): Promise<Prepared> {
  const root = mkdtempSync(join(tmpdir(), 'ark-bench-'))
  const [clean, killed] = [join(root, 'clean'), join(root, 'killed')]
  const config = join(root, 'ark.config.json')
  writeFileSync(config, JSON.stringify({ http: { ratePerToken: 1_000_000 } }))
  const box = spawnArk([...startArgs(clean), '--config', config], 'ignore')
  const url = `http://127.0.0.1:${await readyPort(clean)}`
  const token = readFileSync(join(clean, 'operator.token'), 'utf8').trim()
  await Promise.all(Array.from({ length: CLIENTS }, () => sendSignals(url, token, events)))
  cpSync(clean, killed, { recursive: true })
  rmSync(join(killed, 'ark.lock'))
  box.kill('SIGTERM')
  await ended(box)
  return { clean, killed, remove: () => rmSync(root, { recursive: true, force: true }) }
}

async function sendSignals(url: string, token: string, events: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ symbol: 'ORCA', direction: 'long', note: 'bench' })
  for (let seq = 0; seq < events; ) {
    const answer = await fetch(`${url}/v1/signals`, { method: 'POST', headers, body })
    const accepted = (await answer.json()) as { seq?: number }
    seq = accepted.seq ?? seq
  }
}

export async function coldStart(from: string): Promise<Sample> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ark-bench-'))
  cpSync(from, dataDir, { recursive: true })
  const started = performance.now()
  const box = spawnArk(startArgs(dataDir), 'ignore')
  await readyPort(dataDir)
  const ms = performance.now() - started
  box.kill('SIGKILL')
  await ended(box)
  rmSync(dataDir, { recursive: true, force: true })
  return { value: ms, detail: {} }
}
