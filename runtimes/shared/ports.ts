/** Puts the ports together: everything but the listener and the hash is the same on the three runtimes. */

import { setImmediate } from 'node:timers'
import type { HashPort, RuntimePorts } from '#core/ports.ts'
import { clockPort, timerPort } from './clock.ts'
import { prepareDataDir } from './data-dir.ts'
import { filePort } from './files.ts'
import { openKeys } from './keys.ts'
import { createLog, type LogLevel } from './log.ts'
import { createProcessPort } from './process.ts'

export interface PortOptions {
  /** Made, with the box key in it, when it does not exist. */
  readonly dataDir: string
  readonly logLevel: LogLevel
  /** Where log lines go instead of standard error. */
  readonly writeLog?: (text: string) => void
}

export interface RuntimeParts {
  readonly name: RuntimePorts['name']
  readonly version: string
  readonly hash: HashPort
  readonly serve: RuntimePorts['serve']
}

/**
 * Throws ArkError when data directory or box key cannot be used. ARK_KEY_PASSPHRASE is read here and goes no
 * further.
 */
export async function createPorts(options: PortOptions, parts: RuntimeParts): Promise<RuntimePorts> {
  const dataDir = prepareDataDir(options.dataDir)
  const { level, write } = { level: options.logLevel, write: options.writeLog }
  return {
    ...parts,
    clock: clockPort,
    timers: timerPort,
    files: filePort,
    process: createProcessPort(dataDir),
    keys: openKeys(dataDir, process.env.ARK_KEY_PASSPHRASE ?? '', parts.hash.sha256Hex),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    log: createLog(write === undefined ? { level } : { level, write }),
  }
}
