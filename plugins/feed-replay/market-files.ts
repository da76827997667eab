/**
 * What a backtest asks of each file: which rows of which symbols, and what becomes of them.
 *
 * Called by open-market.ts, once to check a file and once to read it.
 */

import type { FilePort } from '#core/contract.ts'
import { DAY, parseTime } from '#core/time.ts'
import { readSp500, SP500_FILE, SP500_SYMBOL } from './built-in.ts'
import type { CsvOptions, Seen } from './csv.ts'
import type { Layout } from './csv-header.ts'
import type { Selection } from './csv-symbols.ts'
import type { Factor } from './factors.ts'
import type { MarketTerms } from './market.ts'
import type { CsvFile } from './merge.ts'
import type { Reference } from './reference.ts'
import { type Calendar, lookUpSession, rangeOf, type SessionLookup } from './sessions.ts'
import { createTrack, type Track } from './track.ts'

/** What is known of a market while it is opened, and read. */
export interface Opening {
  readonly terms: MarketTerms
  readonly port: FilePort
  readonly calendar: Calendar
  readonly sessions: SessionLookup
  readonly reference: Reference
  readonly isSessionless: (symbol: string) => boolean
  /** By kind of rows and symbol. */
  readonly tracks: Map<string, Track>
  /** By symbol; filled behind the survey, when the symbols are known. */
  readonly factors: Map<string, readonly Factor[]>
}

/** Without what was seen of the file its rows are watched; with that they are read, and adjusted. */
export function describeFile(opening: Opening, name: string, seen?: Seen): CsvFile {
  const { terms, port, calendar } = opening
  const isBuiltIn = terms.data.length === 0
  const symbol = isBuiltIn ? SP500_SYMBOL : terms.symbols?.length === 1 ? terms.symbols[0] : undefined
  const options: CsvOptions = {
    calendar,
    sessionClose: (day) => closeOf(opening, day),
    select: createSelect(opening, seen === undefined ? 'survey' : 'read'),
    ...(seen === undefined ? {} : { endsWithSession: seen.endsWithSession }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(terms.resolution === undefined ? {} : { gather: terms.resolution }),
  }
  return { name, options, open: isBuiltIn && name === SP500_FILE ? readSp500 : () => port.read(name) }
}

function closeOf({ sessions }: Opening, day: string): number {
  return lookUpSession(sessions, parseTime(day) / DAY)?.close ?? Number.NaN
}

/** Asked again for a symbol, as when the length of bars is found out, the answer stays the same. */
function createSelect(opening: Opening, pass: 'survey' | 'read'): NonNullable<CsvOptions['select']> {
  const { terms, factors, isSessionless } = opening
  const selections = new Map<string, Selection>()
  const wanted = terms.symbols === undefined ? undefined : new Set(terms.symbols)
  return (symbol, layout) => {
    const known = selections.get(symbol)
    if (known !== undefined) return known
    const sessionless = isSessionless(symbol)
    const isWanted = wanted === undefined || wanted.has(symbol)
    const track = pass === 'survey' && isWanted ? trackOf(opening, symbol, layout) : undefined
    const applied = pass === 'read' && terms.prices === 'adjusted' ? factors.get(symbol) : undefined
    const selection: Selection = {
      wanted: isWanted,
      ...rangeOf(terms.from, terms.to, sessionless),
      sessionless,
      regular: terms.session === 'regular' && !sessionless,
      ...(track === undefined ? {} : { track }),
      ...(applied === undefined ? {} : { factors: applied }),
    }
    selections.set(symbol, selection)
    return selection
  }
}

function trackOf({ tracks, isSessionless, sessions }: Opening, symbol: string, layout: Layout): Track {
  const { kind, stamp, clock } = layout
  const key = `${kind} ${symbol}`
  const track = tracks.get(key) ?? createTrack(symbol, kind, isSessionless(symbol), sessions)
  tracks.set(key, track)
  if (stamp === 'event') track.clocks.add(clock)
  return track
}
