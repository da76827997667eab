/** A box for the benches: the real core, plugins and store on a directory of its own. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ark, createArk } from '#core/ark.ts'
import { checkConfig } from '#core/config.ts'
import type { Plugin } from '#core/contract.ts'
import type { Database } from '#core/ports.ts'
import type { Cli } from '../cli/cli.ts'
import { PLUGINS } from '../plugins.ts'
import { openDatabase } from '../shared/database.ts'
import { BENCH_INSTRUMENTS } from './market.ts'

export interface BenchBox {
  readonly ark: Ark
  readonly database: Database
  readonly dataDir: string
  /** Stops cleanly and removes the directory. */
  close(): Promise<void>
}

const DECIDING: readonly string[] = ['kyle', 'joey', 'kenny', 'id', 'hrm', 'broker-paper']

/** The plugins that decide; taps and feeds have benches of their own. */
export function decidingPlugins(): readonly Plugin[] {
  return PLUGINS.filter(({ name }) => DECIDING.includes(name))
}

export async function openBenchBox(cli: Cli, kind: 'backtest' | 'paper'): Promise<BenchBox> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ark-bench-'))
  const ports = await cli.createPorts({ dataDir, logLevel: 'error' })
  const database = await openDatabase(join(dataDir, 'ark.db'))
  const ark = await createArk({
    ports,
    database,
    config: checkConfig({ sources: { bench: 'public' } }, 'bench'),
    plugins: decidingPlugins(),
    build: { digest: 'bench', version: '0.0.0' },
    instruments: BENCH_INSTRUMENTS,
    onFatal: (error) => {
      throw error
    },
  })
  await ark.beginRun({ kind, name: 'bench', seed: 'bench' })
  const close = async () => {
    await ark.stop()
    await database.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { ark, database, dataDir, close }
}
