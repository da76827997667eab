/**
 * What ARK hands to a strategy and to its tests, for your editor. It holds no code: ARK brings that.
 *
 * Prices are integers of 1e-8 (100.25 is 10025000000), volumes of 1e-4, positions of 1e-8 of a unit, times
 * milliseconds since 1970 in UTC.
 */

export interface Bar {
  readonly symbol: string
  /** When it closed. */
  readonly end: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  /** A number and its unit: 1m, 15m, 4h, 1d. */
  readonly resolution: string
}

/**
 * What a strategy says on a bar. Prices as in the bar; they may have a fraction and are rounded to the tick.
 */
export interface Advice {
  /** exit closes what is held in `direction`. */
  readonly action: 'enter' | 'exit'
  readonly direction: 'long' | 'short'
  /** Protective stop of an entry. */
  readonly stop?: number
  /** Distance at which the stop follows the market; absent = it stays. */
  readonly trail?: number
  /** `portion` is the share of the position, all together at most 1. */
  readonly targets?: readonly { readonly price: number; readonly portion: number }[]
  /** 0 to 1, 0.75 when absent. Entries below 0.65 are refused. */
  readonly confidence?: number
  readonly terms?: Terms
  /** Instead of the strategy's own. */
  readonly sizing?: Sizing
  /** Values that the advice stands on, by name. They are kept with it and must be finite. */
  readonly evidence?: { readonly [name: string]: number }
}

/** How an entry is sent; absent = a market order. Prices are texts: "100.25". */
export interface Terms {
  readonly type: 'market' | 'limit' | 'stop' | 'stop_limit' | 'trailing_stop'
  readonly limitPrice?: string
  readonly stopPrice?: string
  readonly trail?: string
  readonly timeInForce?: 'day' | 'gtc' | 'ioc' | 'fok' | 'opg' | 'cls'
  readonly group?: string
  /** Id of your working order whose place it takes; what that has filled counts. */
  readonly replaces?: string
}

/**
 * risk: lose at most this share of equity at the stop. fraction: be worth this share of equity. quantity:
 * exactly so much. all-in: as much as the equity, or that share of it, buys beside other symbols.
 */
export type Sizing =
  | { readonly kind: 'risk'; readonly fraction: number }
  | { readonly kind: 'fraction'; readonly fraction: number }
  | { readonly kind: 'quantity'; readonly quantity: string }
  | { readonly kind: 'all-in'; readonly share?: number }

/** Good for one call of onBar. */
/** For a working order of yours: only what lowers the risk. `quantity`, of 1e-8, is the whole; 0 ends it. */
export interface NewTerms {
  readonly action: 'amend'
  readonly orderId: string
  readonly stop?: number
  readonly limit?: number
  readonly trail?: number
  readonly quantity?: number
}

/** `quantity` is left to fill. Amounts are decimal texts. */
export interface WorkingOrder extends Terms {
  readonly orderId: string
  readonly strategy: string
  readonly role: 'entry' | 'exit' | 'stop' | 'target'
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly filled?: string
}

export interface View<Params> {
  readonly params: Params
  /** Held of the bar's symbol: above 0 long, below 0 short, 0 flat. */
  readonly position: number
  /** Read-only. Amounts of cash are integers of 1e-6. */
  readonly world: {
    now(): number
    mark(symbol: string): number
    position(symbol: string): number
    equity(): number
    cash(): number
    held(): readonly string[]
    working(symbol: string): readonly WorkingOrder[]
  }
}

export interface Definition<State, Params> {
  /** Lower case, digits and -. */
  readonly name: string
  /** 1.0.0; raise it when the strategy changes. */
  readonly version: string
  /** Each with a default. */
  readonly params: Schema<Params>
  /** How large entries are; absent = as Kenny is set. */
  readonly sizing?: (params: Params) => Sizing
  /** What it remembers of one symbol and bar length: plain JSON, no Map, no class, no NaN. */
  readonly initial: (params: Params) => State
  /** Called once for each closed bar, in order of time. It may change `state`, and nothing else. */
  readonly onBar: (state: State, bar: Bar, view: View<Params>) => Advice | NewTerms | undefined
}

export interface Kit {
  defineStrategy<State, Params>(definition: Definition<State, Params>): object
  readonly indicators: Indicators
  readonly math: {
    parsePrice(text: string): number
    formatPrice(price: number): string
    floorTo(value: number, step: number): number
    roundTo(value: number, step: number): number
  }
  readonly v: Valibot
}

/** valibot.dev is there whole; these are the parts that parameters want. */
export interface Valibot {
  number(): Schema<number>
  string(): Schema<string>
  boolean(): Schema<boolean>
  picklist<const T extends string>(names: readonly T[]): Schema<T>
  strictObject<T>(entries: { readonly [K in keyof T]: Schema<T[K]> }): Schema<T>
  optional<T>(schema: Schema<T>, fallback: NoInfer<T>): Schema<T>
  pipe<T>(schema: Schema<T>, ...actions: readonly Action<NoInfer<T>>[]): Schema<T>
  integer(): Action<number>
  minValue(least: number): Action<number>
  maxValue(most: number): Action<number>
  gtValue(above: number): Action<number>
  ltValue(below: number): Action<number>
  check<T>(holds: (value: T) => boolean, message: string): Action<T>
  description(text: string): Action<unknown>
}

export interface Schema<T> {
  readonly '~standard': { readonly types?: { readonly input: unknown; readonly output: T } | undefined }
}

export interface Action<in T> {
  readonly takes?: (value: T) => void
}

/** What an indicator remembers: keep it in the state, hand it to `update…`, and to `read…` for its value. */
export interface Memory<Kind extends string> {
  toString(): string
  readonly indicator?: Kind
}

/** Values are NaN until there are enough bars. */
export interface Indicators {
  createSma(length: number): Memory<'sma'>
  updateSma(sma: Memory<'sma'>, value: number): number
  readSma(sma: Memory<'sma'>): number
  createEma(length: number): Memory<'ema'>
  updateEma(ema: Memory<'ema'>, value: number): number
  readEma(ema: Memory<'ema'>): number
  createWma(length: number): Memory<'wma'>
  updateWma(wma: Memory<'wma'>, value: number): number
  readWma(wma: Memory<'wma'>): number
  createRoc(length: number): Memory<'roc'>
  updateRoc(roc: Memory<'roc'>, value: number): number
  readRoc(roc: Memory<'roc'>): number
  createRsi(length: number): Memory<'rsi'>
  updateRsi(rsi: Memory<'rsi'>, value: number): number
  readRsi(rsi: Memory<'rsi'>): number
  createCutlerRsi(length: number): Memory<'cutler-rsi'>
  updateCutlerRsi(rsi: Memory<'cutler-rsi'>, value: number): number
  readCutlerRsi(rsi: Memory<'cutler-rsi'>): number
  createMacd(fast: number, slow: number, signal: number): Memory<'macd'>
  updateMacd(macd: Memory<'macd'>, value: number): MacdReading
  readMacd(macd: Memory<'macd'>): MacdReading
  createBollinger(length: number, multiple: number): Memory<'bollinger'>
  updateBollinger(bollinger: Memory<'bollinger'>, value: number): BollingerReading
  readBollinger(bollinger: Memory<'bollinger'>): BollingerReading
  /** Wilder's. */
  createAtr(length: number): Memory<'atr'>
  updateAtr(atr: Memory<'atr'>, high: number, low: number, close: number): number
  readAtr(atr: Memory<'atr'>): number
  /** The plain mean of true ranges. */
  createSimpleAtr(length: number): Memory<'simple-atr'>
  updateSimpleAtr(atr: Memory<'simple-atr'>, high: number, low: number, close: number): number
  readSimpleAtr(atr: Memory<'simple-atr'>): number
  createKeltner(length: number, atrLength: number, multiple: number): Memory<'keltner'>
  updateKeltner(keltner: Memory<'keltner'>, high: number, low: number, close: number): Channel
  readKeltner(keltner: Memory<'keltner'>): Channel
  createDonchian(length: number): Memory<'donchian'>
  /** Read it before the update for the channel of the bars before. */
  updateDonchian(donchian: Memory<'donchian'>, high: number, low: number): void
  readDonchian(donchian: Memory<'donchian'>): Channel
  highestHigh(donchian: Memory<'donchian'>, bars: number): number
  lowestLow(donchian: Memory<'donchian'>, bars: number): number
  createSupertrend(length: number, multiple: number): Memory<'supertrend'>
  updateSupertrend(line: Memory<'supertrend'>, high: number, low: number, close: number): SupertrendReading
  readSupertrend(supertrend: Memory<'supertrend'>): SupertrendReading
  createAdx(length: number): Memory<'adx'>
  updateAdx(adx: Memory<'adx'>, high: number, low: number, close: number): AdxReading
  readAdx(adx: Memory<'adx'>): AdxReading
  createAroon(length: number): Memory<'aroon'>
  updateAroon(aroon: Memory<'aroon'>, high: number, low: number): AroonReading
  readAroon(aroon: Memory<'aroon'>): AroonReading
  createStochastic(length: number, smoothK: number, smoothD: number): Memory<'stochastic'>
  updateStochastic(kd: Memory<'stochastic'>, high: number, low: number, close: number): StochasticReading
  readStochastic(stochastic: Memory<'stochastic'>): StochasticReading
  createWilliamsR(length: number): Memory<'williams-r'>
  updateWilliamsR(williams: Memory<'williams-r'>, high: number, low: number, close: number): number
  readWilliamsR(williams: Memory<'williams-r'>): number
  createCci(length: number): Memory<'cci'>
  updateCci(cci: Memory<'cci'>, high: number, low: number, close: number): number
  readCci(cci: Memory<'cci'>): number
  createMfi(length: number): Memory<'mfi'>
  updateMfi(mfi: Memory<'mfi'>, high: number, low: number, close: number, volume: number): number
  readMfi(mfi: Memory<'mfi'>): number
  createObv(): Memory<'obv'>
  updateObv(obv: Memory<'obv'>, close: number, volume: number): number
  readObv(obv: Memory<'obv'>): number
  createRollingVwap(length: number): Memory<'rolling-vwap'>
  updateRollingVwap(vwap: Memory<'rolling-vwap'>, price: number, volume: number): number
  readRollingVwap(vwap: Memory<'rolling-vwap'>): number
  createSessionVwap(): Memory<'session-vwap'>
  updateSessionVwap(vwap: Memory<'session-vwap'>, session: number, price: number, volume: number): number
  readSessionVwap(vwap: Memory<'session-vwap'>): number
  typicalPrice(high: number, low: number, close: number): number
  trueRange(high: number, low: number, previousClose: number): number
}

export interface MacdReading {
  readonly macd: number
  readonly signal: number
  readonly histogram: number
}

export interface Channel {
  readonly upper: number
  readonly middle: number
  readonly lower: number
}

export interface BollingerReading extends Channel {
  readonly bandwidth: number
  readonly percentB: number
}

export interface SupertrendReading {
  readonly line: number
  /** 1 rising, -1 falling. */
  readonly direction: number
}

export interface AdxReading {
  readonly adx: number
  readonly plusDi: number
  readonly minusDi: number
}

export interface AroonReading {
  readonly up: number
  readonly down: number
  readonly oscillator: number
}

export type StochasticReading = { readonly k: number; readonly d: number }

/** What the default export of a test file is handed by `ark plugin test`. */
export interface TestKit {
  /** What it throws is why it failed. */
  test(title: string, body: () => void): void
  /** Shows the bars to a fresh strategy. Entries and exits are filled at once; stops and targets are not. */
  play(market: Played): readonly Said[]
}

export interface Played {
  /** Prices as people write them, 100.25. Each bar opens at the close before it. */
  readonly closes: readonly number[]
  /** How far each bar reaches beyond its open and close; 0 when absent. */
  readonly reach?: number
  readonly params?: { readonly [name: string]: unknown }
}

/** Prices as people write them. */
export interface Said {
  /** Number of the bar, from 0. */
  readonly bar: number
  readonly action: 'enter' | 'exit'
  readonly direction: 'long' | 'short'
  readonly stop?: number
  readonly targets: readonly number[]
  readonly evidence: { readonly [name: string]: number }
}
