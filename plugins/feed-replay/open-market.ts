/**
 * Opens a backtest's market: checks its files whole, then offers their rows and what happened between them in
 * order of time.
 *
 * Called by runtimes/backtest/market.ts, which hands in the calendar, the instruments and a hash. Whatever is
 * wrong with any file is said before the first row is offered.
 */

import type { FilePort, MarketRows } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { SP500_FILE } from './built-in.ts'
import { readFactors } from './factor-file.ts'
import { gather } from './gather.ts'
import type { Market, MarketTerms, OpenMarket } from './market.ts'
import { knownSplits, selectActions } from './market-actions.ts'
import { describeFile, type Opening } from './market-files.ts'
import { interleave } from './market-steps.ts'
import { readInOrder, type SurveyedFile, surveyCsv } from './merge.ts'
import { judgeTracks } from './quality.ts'
import { type ReferenceTools, readReference } from './reference.ts'
import { type Calendar, createSessionLookup } from './sessions.ts'
import { lastOf } from './track.ts'

export interface MarketTools extends ReferenceTools {
  readonly calendar: Calendar
  readonly createHasher: () => Hasher
}

/** SHA-256 a piece at a time. */
export interface Hasher {
  update(bytes: Uint8Array): void
  /** 64 hex. */
  digest(): string
}

export function createMarketOpener(tools: MarketTools): OpenMarket {
  return (terms, files) => openMarket(terms, files, tools)
}

async function openMarket(terms: MarketTerms, port: FilePort, tools: MarketTools): Promise<Market> {
  const opening = await prepare(terms, port, tools)
  const digests: Record<string, string> = {}
  const surveyed: SurveyedFile[] = []
  for (const name of terms.data.length === 0 ? [SP500_FILE] : terms.data) {
    if (Object.hasOwn(digests, name))
      throw new ArkError('BAD_USAGE', name, 'the file is named twice, wanted once.')
    const hasher = tools.createHasher()
    surveyed.push(await survey(opening, name, (bytes) => hasher.update(bytes)))
    digests[name] = hasher.digest()
  }
  const total = surveyed.reduce((sum, { rows }) => sum + rows, 0)
  assertSelected(opening, surveyed, total)
  assertApart(opening)
  await readAllFactors(opening)
  const { actions, remarks } = selectActions(opening)
  const quality = judgeTracks([...opening.tracks.values()], (symbol) => knownSplits(opening, symbol))
  return {
    total,
    quality: { ...quality, findings: [...quality.findings, ...remarks] },
    digests,
    instruments: opening.reference.instruments,
    steps: () => interleave(readRows(opening, surveyed), actions),
  }
}

async function prepare(terms: MarketTerms, port: FilePort, tools: MarketTools): Promise<Opening> {
  const reference =
    terms.reference === undefined
      ? { instruments: [], actions: [] }
      : await readReference(port, terms.reference, tools)
  const kinds = new Map(reference.instruments.map(({ symbol, kind }) => [symbol, kind]))
  return {
    terms,
    port,
    calendar: tools.calendar,
    sessions: createSessionLookup(tools.calendar),
    reference,
    isSessionless: (symbol) => {
      const kind = kinds.get(symbol)
      return kind === undefined ? tools.isSessionless(symbol) : kind === 'crypto'
    },
    tracks: new Map(),
    factors: new Map(),
  }
}

async function survey(
  opening: Opening,
  name: string,
  onBytes: (bytes: Uint8Array) => void,
): Promise<SurveyedFile> {
  const surveyed = await surveyCsv(describeFile(opening, name, 'survey'), onBytes)
  if (surveyed.seen.rows > 0) return surveyed
  throw new ArkError('DATA_INVALID', `${name}:1`, 'no row follows the header, wanted one or more.')
}

function assertSelected({ terms, tracks }: Opening, surveyed: readonly SurveyedFile[], total: number): void {
  const all = [...tracks.values()]
  const here = new Set(all.map(({ symbol }) => symbol))
  const absent = terms.symbols?.find((symbol) => !here.has(symbol))
  const [first] = surveyed
  const where = first?.file.name ?? ''
  if (absent !== undefined) throw new ArkError('DATA_INVALID', where, `no row is of ${absent}, wanted some.`)
  if (total > 0) return
  const outside = all.reduce((sum, track) => sum + track.outside, 0)
  const seen = surveyed.reduce((sum, file) => sum + file.seen.rows, 0)
  const cure = 'take the extended session, or name their symbols as crypto in a reference file'
  const why =
    outside === 0
      ? `none of the ${seen} rows has the symbols and days asked for, wanted one or more`
      : `all ${outside} rows asked for lie outside the regular session: ${cure}`
  throw new ArkError('DATA_INVALID', where, `${why}.`)
}

/** Two files may continue each other, or bring different kinds of rows; a bar must stand in one of them. */
function assertApart({ tracks }: Opening): void {
  for (const { symbol, kind, stretches } of tracks.values()) {
    if (kind !== 'bars') continue
    const sorted = stretches.filter(({ first }) => !Number.isNaN(first)).sort((a, b) => a.first - b.first)
    sorted.forEach((stretch, index) => {
      const before = sorted[index - 1]
      if (before === undefined || stretch.first > before.last) return
      const why = `bars of ${symbol} stand here and in ${before.file} for the same time, wanted each once.`
      throw new ArkError('DATA_BACKWARDS', stretch.file, why)
    })
  }
}

async function readAllFactors({ terms, port, tracks, factors }: Opening): Promise<void> {
  if (terms.adjust === undefined) return
  for (const track of tracks.values()) {
    const { symbol } = track
    if (track.rows === 0 || track.sessionless || factors.has(symbol)) continue
    factors.set(symbol, await readFactors(port, terms.adjust, symbol))
  }
  for (const track of tracks.values()) {
    const last = factors.get(track.symbol)?.at(-1)
    if (last === undefined || lastOf(track) <= last.end) continue
    throw new ArkError(
      'DATA_INVALID',
      last.where,
      `${track.symbol} has later rows, wanted a factor for each day.`,
    )
  }
}

const RANK = { quotes: 0, trades: 1, bars: 2 } as const

/** At one instant quotes come before trades before bars: a bar sums up what was quoted in it. */
function readRows(opening: Opening, surveyed: readonly SurveyedFile[]): AsyncIterable<MarketRows> {
  const { terms, isSessionless, calendar } = opening
  const files = surveyed
    .map((one) => ({ ...one, file: describeFile(opening, one.file.name, 'read') }))
    .sort((a, b) => RANK[a.seen.kind] - RANK[b.seen.kind])
  const rows = readInOrder(files)
  if (terms.resolution === undefined) return rows
  return gather(rows, {
    resolution: terms.resolution,
    isSessionless,
    sessions: createSessionLookup(calendar),
  })
}
