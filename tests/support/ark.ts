/** A whole ARK in memory for tests: the real plugins, store and ports, with whatever a test wants to replace. */

import { type Ark, type ArkOptions, createArk } from '#core/ark.ts'
import { type ConfigInput, checkConfig } from '#core/config.ts'
import type { Instrument, Plugin } from '#core/contract.ts'
import type { Database, RuntimePorts } from '#core/ports.ts'
import aletheia from '#plugins/aletheia/index.ts'
import broker from '#plugins/broker-paper/index.ts'
import hrm from '#plugins/hrm/index.ts'
import id from '#plugins/id/index.ts'
import joey from '#plugins/joey/index.ts'
import kenny from '#plugins/kenny/index.ts'
import kyle from '#plugins/kyle/index.ts'
import { openDatabase } from '#runtimes/shared/database.ts'
import { createTestPorts } from './ports.ts'

export const AGENTS = [kyle, joey, kenny, id, hrm, broker, aletheia] as unknown as readonly Plugin[]

export const INDEX: Instrument = {
  symbol: 'SPX',
  kind: 'index',
  venue: 'INDEX',
  tick: 1_000_000,
  lot: 100_000_000,
  multiplier: 1,
}

export interface TestArk {
  readonly ark: Ark
  readonly database: Database
  readonly fatal: readonly unknown[]
}

export interface TestArkOptions {
  readonly ports?: RuntimePorts
  readonly database?: Database
  readonly config?: ConfigInput
  readonly plugins?: readonly Plugin[]
  readonly instruments?: readonly Instrument[]
  readonly buildDigest?: string
  readonly credentials?: ArkOptions['credentials']
}

export async function createTestArk(options: TestArkOptions = {}): Promise<TestArk> {
  const ports = options.ports ?? (await createTestPorts()).ports
  const database = options.database ?? (await openDatabase(':memory:'))
  const fatal: unknown[] = []
  const ark = await createArk({
    ports,
    database,
    config: checkConfig(options.config ?? {}, 'test'),
    plugins: options.plugins ?? AGENTS,
    build: { digest: options.buildDigest ?? 'test', version: '0.0.0' },
    instruments: options.instruments ?? [INDEX],
    onFatal: (error) => fatal.push(error),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  })
  return { ark, database, fatal }
}
