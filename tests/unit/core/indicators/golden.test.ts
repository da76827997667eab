import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { SUBJECTS, walk } from './subjects.ts'

/**
 * Of every reading over 5,000 bars; the same on every runtime. A change on purpose brings its new digests in
 * the same commit, with the reason.
 */
const DIGESTS: { readonly [name: string]: string } = {
  sma: 'ccb4ecccc25c3b53',
  ema: '36e2242bfcaf54cd',
  wma: '85242dd3173f2791',
  macd: '753e9a48a16b34bc',
  rsi: '13aad9041236b716',
  'cutler-rsi': '26582b213e17e499',
  stochastic: 'cf3c6e3d7d9af00f',
  'williams-r': '301e4344702cce9c',
  cci: 'cd705cf6da0c1266',
  roc: '45af6bc554eba4d7',
  aroon: '6eb2eede4ac9a358',
  atr: 'a6df12b69a80a3ab',
  'simple-atr': 'a68f1f17ec55a47f',
  adx: '313e6475ce13916d',
  bollinger: '39ec86bcbd3047ed',
  donchian: 'bf5e30b5f7fd8c4e',
  keltner: '4c777d6a2d4fd69e',
  supertrend: '25bf4d044abdf5e2',
  obv: '59581c85c28b1264',
  'session-vwap': '0b2bf6a5735d0b63',
  'rolling-vwap': 'd4a356e785d5bad8',
  mfi: '274acb749736a847',
}

it.each(SUBJECTS)('$name reads the same to the last bit on every runtime', ({ name, start }) => {
  const running = start()
  const hash = createHash('sha256')
  for (const bar of walk(5_000)) hash.update(`${running.update(bar).join()}\n`)
  expect(hash.digest('hex').slice(0, 16)).toBe(DIGESTS[name])
})
