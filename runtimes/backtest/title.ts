/** A backtest in a few words: its strategy and its files. */

import { basename } from 'node:path'
import type { BacktestSpec } from './spec.ts'

const FILES_TOLD = 3

export function titleOf({ strategy, data }: Pick<BacktestSpec, 'strategy' | 'data'>): string {
  const names = data.slice(0, FILES_TOLD).map((file) => basename(file))
  const more = data.length > FILES_TOLD ? ` and ${data.length - FILES_TOLD} more` : ''
  return `${basename(strategy)} on ${names.join(', ')}${more}`
}
