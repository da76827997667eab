/**
 * What a person changes while nothing runs: the box is opened on its newest run, the change is journaled as
 * it would be by a running one, and the box is closed again.
 */

import { ArkError } from '#core/errors.ts'
import { type Box, openBox } from './box.ts'
import type { Cli } from './cli.ts'
import { storedSummary } from './first-run.ts'
import { ensureOperator } from './operator.ts'
import type { Options } from './options.ts'
import { FIRST_RUN, PAPER_RUN } from './run-terms.ts'
import { dataDirOf, loadConfig } from './settings.ts'

export interface OfflineNeeds {
  /** Modes belong to the trading account: they would end with the first-run replay. */
  readonly paperRun: boolean
}

export async function offline<T>(
  options: Options,
  cli: Cli,
  needs: OfflineNeeds,
  work: (box: Box) => Promise<T>,
): Promise<T> {
  const dataDir = dataDirOf(options, cli)
  const box = await openBox({ cli, dataDir, config: loadConfig(options, cli) })
  try {
    const replayed = (await storedSummary(box.database)) !== undefined
    if (!replayed && needs.paperRun) {
      const why = 'The first-run replay has not ended, so there is no trading account to change yet.'
      throw new ArkError('REPLAY_RUNNING', dataDir, why)
    }
    await box.ark.beginRun(replayed ? PAPER_RUN : FIRST_RUN)
    await ensureOperator(box)
    return await work(box)
  } finally {
    await box.close()
  }
}
