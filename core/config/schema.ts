/**
 * The shape of a configuration: keys, defaults, ranges, and what each key is for.
 *
 * config.ts checks files against it; the published JSON Schema and docs/CONFIGURATION.md are generated from
 * it, so the descriptions are written for whoever edits the file.
 */

import * as v from 'valibot'
import { SYMBOL } from '../book/instruments.ts'
import { parseCash, parsePrice, parseQuantity, parseVolume } from '../math.ts'

const DECIMAL = /^\d{1,15}(\.\d{1,8})?$/
const decimal = v.pipe(v.string(), v.regex(DECIMAL, 'wanted a plain decimal text such as "0.01"'))
/** A text that its parser takes for more than nothing; one that is no decimal has its own fault. */
const amount = (parse: (text: string) => number) =>
  v.pipe(
    decimal,
    v.check(
      (text) => !DECIMAL.test(text) || parse(text) > 0,
      'wanted an amount above 0, neither too large nor too fine for its unit',
    ),
  )
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))
const symbol = v.pipe(v.string(), v.regex(SYMBOL, 'wanted a symbol: 1 to 20 of A-Z 0-9 . _ -'))
const venueCode = v.pipe(v.string(), v.regex(/^[A-Z0-9]{1,12}$/, 'wanted a venue code: 1 to 12 of A-Z 0-9'))
const groupName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/, 'wanted a name of 1 to 64 characters'),
)

const sinkName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/, 'wanted a lower-case name'))

export const InstrumentSchema = v.strictObject({
  symbol,
  kind: v.picklist(['equity', 'fund', 'index', 'crypto']),
  venue: venueCode,
  tick: amount(parsePrice),
  lot: amount(parseQuantity),
  multiplier: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
  floatShares: v.optional(amount(parseVolume)),
  adv20: v.optional(amount(parseVolume)),
  shortable: v.optional(v.boolean()),
})

const AccountSchema = v.strictObject({
  openingCash: v.optional(
    v.pipe(amount(parseCash), v.description('Cash that a new account begins with.')),
    '100000',
  ),
})

const HttpSchema = v.strictObject({
  host: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1),
      v.description('Address to listen on; others than loopback want a proxy.'),
    ),
    '127.0.0.1',
  ),
  port: v.optional(v.pipe(port, v.description('Port of the API; 0 = any free one.')), 8_000),
  metricsPort: v.optional(v.pipe(port, v.description('Port of the metrics; 0 = any free one.')), 9_090),
  ratePerToken: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.description('Requests a second that one token may send; more are answered 429.'),
    ),
    200,
  ),
  behindProxy: v.optional(
    v.pipe(v.boolean(), v.description('A proxy with TLS stands in front; every read then wants a token.')),
    false,
  ),
})

const VenueSchema = v.strictObject({
  cancel: v.optional(v.pipe(v.boolean(), v.description('The venue takes orders back.')), true),
  closing: v.optional(
    v.pipe(v.picklist(['both', 'buy', 'sell']), v.description('Sides on which a position may be closed.')),
    'both',
  ),
})

export const ConfigSchema = v.strictObject({
  $schema: v.exactOptional(
    v.pipe(v.string(), v.description('Where an editor finds the schema of this file; ARK ignores it.')),
  ),
  environment: v.optional(
    v.pipe(
      v.picklist(['development', 'staging', 'production']),
      v.description('production refuses debug flags and wants ARK_KEY_PASSPHRASE.'),
    ),
    'development',
  ),
  liveTrading: v.optional(
    v.pipe(
      v.literal(false, 'wanted false: this build has no live broker, it trades on paper'),
      v.description('Real orders. This build has no live broker, so true is refused.'),
    ),
    false,
  ),
  account: v.optional(v.pipe(AccountSchema, v.description('The paper account.')), {}),
  http: v.optional(v.pipe(HttpSchema, v.description('The two listeners.')), {}),
  queueCapacity: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(16),
      v.maxValue(65_536),
      v.description('Inputs that may wait; a full queue answers 503.'),
    ),
    1_024,
  ),
  instruments: v.optional(
    v.pipe(v.array(InstrumentSchema), v.description('Instruments beside those that plugins bring.')),
    [],
  ),
  restricted: v.optional(
    v.pipe(
      v.array(symbol),
      v.description('Symbols that nothing may open, with their issuer groups: rule 1.'),
    ),
    [],
  ),
  issuers: v.optional(
    v.pipe(
      v.record(symbol, groupName),
      v.description('Issuer group of a symbol: a restricted symbol restricts its whole group.'),
    ),
    {},
  ),
  sources: v.optional(
    v.pipe(
      v.record(v.string(), v.picklist(['public', 'licensed', 'private'])),
      v.description('Registered class of each market data source; others are refused for openings.'),
    ),
    {},
  ),
  venues: v.optional(
    v.pipe(v.record(venueCode, VenueSchema), v.description('What a venue allows, by its code: rule 25.')),
    {},
  ),
  sinks: v.optional(
    v.pipe(
      v.record(sinkName, v.array(v.picklist(['public', 'personal', 'secret']))),
      v.description('Field classes that may be written to a sink: rule 15.'),
    ),
    {},
  ),
  rulesets: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.minLength(1))),
      v.description('Files that tighten the HRM overlay, in order; a loosening one is refused.'),
    ),
    [],
  ),
  strategies: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(1_024))),
      v.description(
        'Strategies beside Kyle and Joey: names as `ark plugin list` has them, or files (./my.ts).',
      ),
    ),
    [],
  ),
  plugins: v.optional(
    v.pipe(v.record(v.string(), v.unknown()), v.description('Settings by plugin name.')),
    {},
  ),
})

export type ConfigInput = v.InferInput<typeof ConfigSchema>
export type Config = v.InferOutput<typeof ConfigSchema>
