/** A box for a validation that finds none running: ourselves started again on a directory of its own. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArkError } from '#core/errors.ts'
import { ended, readyPort, spawnArk, startArgs } from '../bench/spawn.ts'
import { readToken } from '../cli/operator.ts'

export interface OwnBox {
  readonly url: string
  readonly token: string
  /** Stops it and removes its directory. */
  stop(): Promise<void>
}

const STOP_MS = 15_000

/** `config` = a file that it shall start with. */
export async function startOwnBox(config: string | undefined): Promise<OwnBox> {
  const root = mkdtempSync(join(tmpdir(), 'ark-validate-'))
  const dataDir = join(root, 'data')
  const child = spawnArk(
    [...startArgs(dataDir), ...(config === undefined ? [] : ['--config', config])],
    'ignore',
  )
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await ended(child)
    clearTimeout(impatience)
    rmSync(root, { recursive: true, force: true })
  }
  try {
    const over = ended(child).then(() => {
      throw new ArkError('NOT_RUNNING', dataDir, 'The box that was started ended again; ark start says why.')
    })
    const port = await Promise.race([readyPort(dataDir), over])
    // From here on its end shows in its silence.
    over.catch(() => undefined)
    return { url: `http://127.0.0.1:${port}`, token: readToken(dataDir), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
