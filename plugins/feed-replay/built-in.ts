/**
 * The S&P 500 series that ARK brings, as a file like any other. Read by the replay and by backtests without
 * data.
 */

import { SP500_DAILY } from './sp500-daily.data.ts'

export const SP500_SYMBOL = 'SPX'
export const SP500_FILE = 'sp500-daily'

export async function* readSp500(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new TextEncoder().encode(SP500_DAILY))
}
