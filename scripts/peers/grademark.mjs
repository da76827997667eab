/**
 * grademark over the bars of `ark bench engine`. Words: the manifest beside its node_modules, the CSV file,
 * the terms as JSON. Prints one JSON line.
 *
 * It knows no money: a trade is one unit, entered and left at the next open. Quantities and fees are counted
 * from its trades afterwards, outside of the time. Its indicators come from a library of their own; here they
 * are computed in the plain loops below, inside the time, which is faster.
 */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

function run(manifest, file, terms) {
  const load = createRequire(manifest)
  const { backtest } = load('grademark')
  const { DataFrame } = load('data-forge')
  const bars = readBars(file)
  const started = performance.now()
  const trades = backtest(createStrategy(terms), new DataFrame(withIndicators(bars, terms)))
  const seconds = (performance.now() - started) / 1_000
  return {
    version: load('grademark/package.json').version,
    bars: bars.length,
    seconds,
    trades: trades.length,
    endEquity: terms.cash + trades.reduce((sum, trade) => sum + profitOf(trade, terms), 0),
  }
}

function readBars(file) {
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const [time, , ...values] = line.split(',')
    const [open, high, low, close, volume] = values.map(Number)
    return { time: new Date(time), open, high, low, close, volume }
  })
}

function createStrategy({ stop, target }) {
  return {
    entryRule: (enter, { bar }) => {
      if (bar.cross === 1) enter()
    },
    exitRule: (exit, { bar }) => {
      if (bar.cross === -1) exit()
    },
    stopLoss: ({ bar }) => stop * bar.rangeBefore,
    profitTarget: ({ bar }) => target * bar.rangeBefore,
  }
}

/**
 * Adds `cross` (1 up, -1 down, 0 none) and `rangeBefore`, the average true range of the bar before: the one
 * on whose close an entry was decided.
 */
export function withIndicators(bars, terms) {
  const fast = createEma(terms.fast)
  const slow = createEma(terms.slow)
  const range = createAtr(terms.atr)
  let rangeNow = Number.NaN
  let side = 0
  return bars.map((bar) => {
    const rangeBefore = rangeNow
    rangeNow = range(bar)
    const [quick, calm] = [fast(bar.close), slow(bar.close)]
    const now = quick > calm ? 1 : quick < calm ? -1 : side
    const cross = side !== 0 && now !== side ? now : 0
    side = now
    return { ...bar, cross, rangeBefore }
  })
}

/** Seeded by the mean of the first values; NaN until then. */
function createEma(length) {
  let count = 0
  let value = 0
  return (next) => {
    if (count === length) value += ((next - value) * 2) / (length + 1)
    else {
      value += next
      if (++count === length) value /= length
    }
    return count === length ? value : Number.NaN
  }
}

/** Wilder's; NaN until there are `length` bars. */
function createAtr(length) {
  let count = 0
  let value = 0
  let last = Number.NaN
  return ({ high, low, close }) => {
    const gap = count === 0 ? 0 : Math.max(Math.abs(high - last), Math.abs(low - last))
    const reach = Math.max(high - low, gap)
    last = close
    if (count === length) value += (reach - value) / length
    else {
      value += reach
      if (++count === length) value /= length
    }
    return count === length ? value : Number.NaN
  }
}

function profitOf({ entryPrice, profit }, { feeMinimum, feePerShare, notional }) {
  const quantity = Math.floor(notional / entryPrice)
  return quantity * profit - 2 * Math.max(feeMinimum, quantity * feePerShare)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [manifest, file, terms] = process.argv.slice(2)
  console.log(JSON.stringify(run(manifest, file, JSON.parse(terms))))
}
