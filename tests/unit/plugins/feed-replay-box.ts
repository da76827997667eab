/** A backtest's market out of texts, with the real calendar and instruments; for the tests of feed-replay. */

import { checkConfig } from '#core/config.ts'
import type { Bar, FilePort, MarketRows } from '#core/contract.ts'
import { ArkError, isArkError } from '#core/errors.ts'
import type { Market, MarketStep, MarketTerms } from '#plugins/feed-replay/market.ts'
import { openBacktestMarket } from '#runtimes/backtest/market.ts'

export type Terms = Partial<MarketTerms>
export type Row = MarketRows['rows'][number]

const encoder = new TextEncoder()

/** Hands a text out in small pieces, as a disk might. */
export function textPort(files: { readonly [name: string]: string }): FilePort {
  return {
    async *read(name) {
      const text = files[name]
      if (text === undefined) throw new ArkError('FILE_MISSING', name, 'there is no such file.')
      const bytes = encoder.encode(text)
      for (let at = 0; at < bytes.length; at += 1_000)
        yield await Promise.resolve(bytes.slice(at, at + 1_000))
    },
  }
}

export function openTerms(terms: Terms, port: FilePort): Promise<Market> {
  const spec = {
    data: [],
    session: 'regular',
    prices: 'adjusted',
    strategy: 'none',
    params: {},
    gate: 'enforce',
  } as const
  return openBacktestMarket({ ...spec, ...terms, config: checkConfig({}, 'test') }, port)
}

/** All files that are named `*.csv` are data; the others are what they are referred to as. */
export function openTexts(files: { readonly [name: string]: string }, terms: Terms = {}): Promise<Market> {
  const data = Object.keys(files).filter((name) => /^[a-z]+\.csv$/.test(name))
  return openTerms({ data, ...terms }, textPort(files))
}

export async function stepsOf(market: Market): Promise<readonly MarketStep[]> {
  const steps: MarketStep[] = []
  for await (const step of market.steps()) steps.push(step)
  return steps
}

export async function rowsOf(market: Market): Promise<readonly Row[]> {
  return (await stepsOf(market)).flatMap((step): readonly Row[] =>
    step.kind === 'rows' ? step.rows.rows : [],
  )
}

export async function barsOf(market: Market): Promise<readonly Bar[]> {
  return (await rowsOf(market)).filter((row): row is Bar => 'end' in row)
}

export const timeOf = (row: Row): number => ('end' in row ? row.end : row.time)

/** What an opening is refused with: code, place, why. */
export async function refusalOf(opening: Promise<Market>): Promise<string> {
  try {
    await opening
  } catch (error) {
    if (isArkError(error)) return `${error.code} ${error.where} ${error.message}`
    throw error
  }
  return 'taken'
}

export const BARS = 'ts_utc,symbol,open,high,low,close,volume'
export const DAYS = 'date,symbol,open,high,low,close,volume'
export const csv = (header: string, ...rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`
