/**
 * The reference file of a backtest: instruments, and what happened beside the prices, as strict JSON.
 *
 * Called while a market is opened. The first thing that does not fit is refused with its JSON path.
 */

import * as v from 'valibot'
import type { FilePort, Instrument, Json, TimeMs } from '#core/contract.ts'
import { ArkError, isArkError, toMessage } from '#core/errors.ts'
import { formatPrice, parsePrice } from '#core/math.ts'
import { DAY, parseTime } from '#core/time.ts'
import { type Action, createDividend, createSplit } from './actions.ts'
import { SYMBOL_FORM, SYMBOL_PATTERN } from './csv-symbols.ts'
import { dayBegin } from './sessions.ts'
import { readText } from './text.ts'

export interface Reference {
  readonly instruments: readonly Instrument[]
  /** In the order of the file. */
  readonly actions: readonly Action[]
}

export interface ReferenceTools {
  /** Out of the fields that `POST /v1/instruments` takes. Throws ArkError whose `where` is a JSON pointer. */
  toInstrument(fields: unknown): Instrument
  /** Throws the same for what `POST /v1/signals` would refuse. */
  assertSignal(body: unknown): void
  /** Of a symbol that the file itself does not name. */
  isSessionless(symbol: string): boolean
}

const symbol = v.pipe(v.string(), v.regex(SYMBOL_PATTERN, `wanted ${SYMBOL_FORM}`))
const day = v.pipe(
  v.string(),
  v.check((text) => text.length === 10 && !Number.isNaN(parseTime(text)), 'wanted YYYY-MM-DD'),
)
const moment = v.pipe(
  v.string(),
  v.check(
    (text) => text.length > 10 && !Number.isNaN(parseTime(text)),
    'wanted a time such as 2020-03-16T13:30:00Z',
  ),
)
const part = v.pipe(v.number(), v.integer('wanted a whole number'), v.minValue(1), v.maxValue(10_000))
const amount = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform(String),
  v.check((text) => parsePrice(text) > 0, 'wanted a plain decimal above zero such as "0.47"'),
)
const reason = v.pipe(v.string(), v.minLength(1), v.maxLength(500))

const ReferenceSchema = v.strictObject({
  instruments: v.optional(v.array(v.unknown()), []),
  splits: v.optional(v.array(v.strictObject({ symbol, date: day, numerator: part, denominator: part })), []),
  dividends: v.optional(v.array(v.strictObject({ symbol, date: day, amount })), []),
  halts: v.optional(
    v.array(
      v.pipe(
        v.strictObject({ symbol, from: moment, to: moment, reason: v.exactOptional(reason) }),
        v.check(({ from, to }) => parseTime(from) < parseTime(to), 'wanted to later than from'),
      ),
    ),
    [],
  ),
  setups: v.optional(v.array(v.looseObject({ time: moment })), []),
})

/** Throws DATA_INVALID at `file` with the JSON path, FILE_MISSING when there is none. */
export async function readReference(port: FilePort, file: string, tools: ReferenceTools): Promise<Reference> {
  const result = v.safeParse(ReferenceSchema, parseJson(file, await readText(port, file)))
  if (!result.success) {
    const [issue] = result.issues
    const why =
      issue.type === 'strict_object' && issue.expected === 'never' ? 'is no field of it' : issue.message
    throw fault(file, pathOf(issue.path?.map(({ key }) => key) ?? []), why)
  }
  const { instruments, splits, dividends, halts, setups } = result.output
  const listed = instruments.map((fields, index) =>
    at(file, ['instruments', index], () => tools.toInstrument(fields)),
  )
  const kinds = new Map(listed.map((instrument) => [instrument.symbol, instrument.kind]))
  if (kinds.size < listed.length) throw fault(file, '$.instruments', 'a symbol stands twice, wanted once')
  const beginOf = (name: string, date: string): TimeMs => {
    const kind = kinds.get(name)
    const sessionless = kind === undefined ? tools.isSessionless(name) : kind === 'crypto'
    return dayBegin(parseTime(date) / DAY, sessionless)
  }
  const told = `told by ${file}`
  const actions = [
    ...dividends.map((one) =>
      createDividend(one.symbol, beginOf(one.symbol, one.date), formatPrice(parsePrice(one.amount)), told),
    ),
    ...splits.map((one) =>
      createSplit(one.symbol, beginOf(one.symbol, one.date), one.numerator, one.denominator, told),
    ),
    ...halts.flatMap((one) => toHalts(one.symbol, one.from, one.to, one.reason ?? told)),
    ...setups.map(({ time, ...body }, index) =>
      at(file, ['setups', index], () => {
        tools.assertSignal(body)
        return toSetup(time, body as { [key: string]: Json })
      }),
    ),
  ]
  assertOnce(file, actions)
  return { instruments: listed, actions }
}

function toHalts(name: string, from: string, to: string, why: string): readonly Action[] {
  const halt = (time: string, halted: boolean): Action => ({
    time: parseTime(time),
    symbol: name,
    draft: { type: 'symbol/halted', payload: { symbol: name, halted, reason: why } },
    corporate: false,
  })
  return [halt(from, true), halt(to, false)]
}

function toSetup(time: string, body: { readonly [key: string]: Json }): Action {
  const named = typeof body.symbol === 'string' ? body.symbol : String(body.ticker)
  const draft = { type: 'signal/received', payload: body } as const
  return { time: parseTime(time), symbol: named.trim().toUpperCase(), draft, corporate: false }
}

function assertOnce(file: string, actions: readonly Action[]): void {
  const seen = new Set<string>()
  for (const { corporate, symbol: name, time, draft } of actions) {
    const key = `${draft.type} ${name} ${time}`
    if (corporate && seen.has(key))
      throw fault(file, '$', `two ${draft.type} of ${name} on one day, wanted one`)
    seen.add(key)
  }
}

function parseJson(file: string, text: string): unknown {
  let parsed: unknown
  try {
    parsed = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (cause) {
    throw new ArkError('DATA_INVALID', file, `the file is not JSON (${toMessage(cause)}).`, { cause })
  }
  // To the schema a list is an object without fields.
  if (Array.isArray(parsed)) throw fault(file, '$', 'was a list, wanted an object')
  return parsed
}

/** What `work` throws, at its place in the file. */
function at<T>(file: string, steps: readonly unknown[], work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!isArkError(error)) throw error
    const inner = error.where.startsWith('/') ? error.where.slice(1).split('/') : []
    throw fault(file, pathOf([...steps, ...inner]), error.message.replace(/\.$/, ''))
  }
}

function pathOf(steps: readonly unknown[]): string {
  const parts = steps.map((step) => (/^\d+$/.test(String(step)) ? `[${step}]` : `.${step}`))
  return `$${parts.join('')}`
}

function fault(file: string, path: string, why: string): ArkError {
  return new ArkError('DATA_INVALID', file, `${path}: ${why}.`)
}
