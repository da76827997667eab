import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUILT_IN_SOURCES, VALIDATION } from '#core/config.ts'
import { type Box, openBox } from './http-box.ts'

const VAL = { kind: 'crypto', tick: '0.01', lot: '0.0001', adv20: '1000000' } as const

/** The market that `ark validate` brings through public intake. */
describe('the source of the validation', () => {
  let box: Box
  beforeAll(async () => {
    box = await openBox({
      config: {
        instruments: [
          { ...VAL, symbol: 'VAL01', venue: VALIDATION.venue },
          { ...VAL, symbol: 'BTC', venue: 'TEST' },
        ],
      },
    })
  })
  afterAll(() => box.close())
  const send = (source: string, ...symbols: readonly string[]) => {
    const time = new Date(Date.now()).toISOString()
    const trades = symbols.map((symbol) => ({ symbol, time, price: '100', quantity: '0' }))
    return box.post('/v1/market-data', { source, trades }, { as: 'feed' })
  }
  const marksOf = (symbol: string) => box.ark.cycle?.kernel.book.index.get(symbol)?.mark

  it.each([
    ['what is traded', ['BTC']],
    ['what is traded, hidden among its own', ['VAL01', 'BTC']],
    ['what nobody registered', ['XYZ']],
  ])('may not speak of %s', async (_, symbols) => {
    const { status, body } = await send(VALIDATION.source, ...symbols)
    expect(status).toBe(400)
    expect(body).toMatchObject({ code: 'INVALID_BODY' })
    expect(JSON.stringify(body)).toContain(`/trades/${symbols.length - 1}/symbol`)
    expect(marksOf('BTC')).toBe(0)
    expect(marksOf('VAL01')).toBe(0)
  })

  it('marks the symbols of its venue, and is the only name of ARK’s own that may', async () => {
    expect((await send(VALIDATION.source, 'VAL01')).status).toBe(202)
    expect(marksOf('VAL01')).toBe(100 * 1e8)
    for (const source of Object.keys(BUILT_IN_SOURCES))
      if (source !== VALIDATION.source) expect((await send(source, 'VAL01')).status).toBe(400)
  })
})
