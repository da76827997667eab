/**
 * The folder of a run, `<data-dir>/runs/<id>`: made when a backtest begins, filled when it has ended, removed
 * when it has not. Half a backtest is no result, and would only be taken for one.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatTime } from '#core/time.ts'
import { parseSummary, type Summary } from '../cli/summary.ts'
import { MANIFEST_FILE, type Manifest, readManifest } from './manifest.ts'
import type { RunRecord } from './recorder.ts'

export interface KeptRun {
  readonly id: string
  readonly folder: string
  readonly summary: Summary
  /** Absent in what an older build left behind. */
  readonly manifest: Manifest | undefined
}

export const REPORT_FILE = 'report.html'
const RUNS = 'runs'
const SUMMARY_FILE = 'summary.json'
const RECORD_FILE = 'record.json'

/** Ids sort by the time at which they began. `random` tells apart what begins in the same moment. */
export function newRunId(now: number, random: string): string {
  return `${formatTime(now).replace(/[-:.Z]/g, '')}-${random}`
}

export function makeFolder(dataDir: string, id: string): string {
  const folder = join(dataDir, RUNS, id)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

export function keepResults(folder: string, summary: Summary, record: RunRecord, manifest: Manifest): void {
  writeFileSync(join(folder, SUMMARY_FILE), `${JSON.stringify(summary)}\n`)
  writeFileSync(join(folder, RECORD_FILE), `${JSON.stringify(record)}\n`)
  writeFileSync(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`)
}

/** Newest first; what is no finished run is left out. */
export function listRuns(dataDir: string): readonly KeptRun[] {
  const place = join(dataDir, RUNS)
  if (!existsSync(place)) return []
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort((a, b) => (a < b ? 1 : -1))
    .flatMap((id) => readRun(join(place, id), id) ?? [])
}

function readRun(folder: string, id: string): KeptRun | undefined {
  const summary = parseSummary(textOf(join(folder, SUMMARY_FILE)))
  if (summary === undefined) return undefined
  const path = join(folder, MANIFEST_FILE)
  return { id, folder, summary, manifest: existsSync(path) ? readManifest(path) : undefined }
}

/** Of a run that has one. */
export function readRecord({ folder }: KeptRun): RunRecord | undefined {
  const text = textOf(join(folder, RECORD_FILE))
  return text === null ? undefined : (JSON.parse(text) as RunRecord)
}

function textOf(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null
}
