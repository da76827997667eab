/**
 * Opens a backtest's market: checks its files whole, then offers their rows and what happened between them in
 * order of time.
 *
 * Called by runtimes/backtest/market.ts, which hands in the calendar, the instruments and a hash. Whatever is
 * wrong with any file is said before the first row is offered.
 */

import type { FilePort, MarketRows, Price } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { formatTime } from '#core/time.ts'
import { SP500_FILE } from './built-in.ts'
import { readFactors } from './factor-file.ts'
import { gather } from './gather.ts'
import type { Market, MarketTerms, OpenMarket } from './market.ts'
import { knownSplits, selectActions } from './market-actions.ts'
import { describeFile, type Opening } from './market-files.ts'
import { interleave } from './market-steps.ts'
import { assertApart, readInOrder, type SurveyedFile, surveyCsv } from './merge.ts'
import { judgeTracks } from './quality.ts'
import { type ReferenceTools, readReference } from './reference.ts'
import { type Calendar, createSessionLookup } from './sessions.ts'

export interface MarketTools extends ReferenceTools {
  readonly calendar: Calendar
  /** Of what no reference file names. */
  readonly tickOf: (symbol: string) => Price
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
  assertApart(surveyed)
  assertBars(opening, surveyed)
  await readAllFactors(opening)
  const { actions, remarks } = selectActions(opening)
  const quality = judgeTracks([...opening.tracks.values()], {
    splitsOf: (symbol) => knownSplits(opening, symbol),
    tickOf: (symbol) =>
      opening.reference.instruments.find((one) => one.symbol === symbol)?.tick ?? tools.tickOf(symbol),
  })
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
  const surveyed = await surveyCsv(describeFile(opening, name), onBytes)
  if (surveyed.seen.rows > 0) return surveyed
  throw new ArkError('DATA_INVALID', `${name}:1`, 'no row follows the header, wanted one or more.')
}

/** Files that are sound and hold nothing of what was asked for: the options are wrong, not the data. */
function assertSelected({ terms, tracks }: Opening, surveyed: readonly SurveyedFile[], total: number): void {
  const refuse = (option: string, why: string) => new ArkError('BAD_USAGE', option, `${why}.`)
  const here = new Set(surveyed.flatMap(({ seen }) => seen.held.map(({ symbol }) => symbol)))
  const absent = terms.symbols?.find((symbol) => !here.has(symbol))
  if (absent !== undefined) throw refuse('--symbols', `No row is of ${absent}; ${tellHeld(surveyed)}`)
  if (total > 0) return
  const outside = [...tracks.values()].reduce((sum, track) => sum + track.outside, 0)
  if (outside === 0)
    throw refuse(
      terms.from === undefined ? '--to' : '--from',
      `No row is of that time; ${tellHeld(surveyed)}`,
    )
  const cure = 'take the extended session, or name their symbols as crypto in a reference file'
  throw refuse('--session', `All ${outside} rows asked for lie outside the regular session: ${cure}`)
}

const SYMBOLS_TOLD = 6

/** "g.csv holds DEMO, 2021-01-04 to 2024-01-04". */
function tellHeld(surveyed: readonly SurveyedFile[]): string {
  const held = surveyed.flatMap(({ seen }) => seen.held)
  const symbols = [...new Set(held.map(({ symbol }) => symbol))]
  const more = symbols.length - SYMBOLS_TOLD
  const names = `${symbols.slice(0, SYMBOLS_TOLD).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  const first = Math.min(...held.map((span) => span.first))
  const last = Math.max(...held.map((span) => span.last))
  // A day that ends at midnight is the one before.
  const span = `${formatTime(first - 1).slice(0, 10)} to ${formatTime(last - 1).slice(0, 10)}`
  const [one] = surveyed
  const what = surveyed.length === 1 ? `${one?.file.name} holds` : 'the files hold'
  return `${what} ${names}, ${span}`
}

/**
 * Strategies decide on bars: a market without any would be run to its end for nothing, and one that makes
 * them of two kinds of rows would count each trade twice.
 */
function assertBars({ terms, tracks, reference }: Opening, surveyed: readonly SurveyedFile[]): void {
  const has = (kind: MarketRows['kind'], symbol: string) => (tracks.get(`${kind} ${symbol}`)?.rows ?? 0) > 0
  const symbols = [...new Set([...tracks.values()].map(({ symbol }) => symbol))]
  const gathers = terms.resolution !== undefined
  const fileOf = (kind: MarketRows['kind']) =>
    surveyed.find(({ seen }) => seen.kind === kind)?.file.name ?? ''
  const twice = symbols.find((symbol) => gathers && has('trades', symbol) && has('bars', symbol))
  if (twice !== undefined) {
    const why = `trades and bars of ${twice} would both be gathered into bars of ${terms.resolution}`
    throw new ArkError('BAD_USAGE', fileOf('trades'), `${why}, wanted one of them.`)
  }
  const hasTrades = symbols.some((symbol) => has('trades', symbol))
  if ((gathers && hasTrades) || symbols.some((symbol) => has('bars', symbol))) return
  if (reference.actions.some(({ draft }) => draft.type === 'signal/received')) return
  const cure = hasTrades
    ? '--resolution 1m gathers the trades into bars'
    : 'wanted bars or trades beside them'
  const why = `there are ${hasTrades ? 'trades' : 'quotes'} and no bars, which strategies decide on: ${cure}.`
  throw new ArkError('BAD_USAGE', fileOf(hasTrades ? 'trades' : 'quotes'), why)
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
    if (last === undefined || track.last <= last.end) continue
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
    .map((one) => ({ ...one, file: describeFile(opening, one.file.name, one.seen) }))
    .sort((a, b) => RANK[a.seen.kind] - RANK[b.seen.kind])
  const rows = readInOrder(files)
  if (terms.resolution === undefined) return rows
  return gather(rows, {
    resolution: terms.resolution,
    isSessionless,
    sessions: createSessionLookup(calendar),
  })
}
