import { describe, expect, it } from 'vitest'
import { parseScenarios } from '#core/scenario/parse.ts'
import { buyOf, scenarioOf } from '#tests/support/scenario.ts'

const whole = (changes: object) => JSON.stringify(scenarioOf([{ order: buyOf() }], changes))
const misfitsOf = (text: string) => parseScenarios(text).misfits ?? []
const pretty = (value: unknown) => JSON.stringify(value, null, 2)

describe('what does not have the format is refused with its place', () => {
  it.each([
    ['', '', 1],
    ['   \n', '', 2],
    ['{', '', 1],
    ['{"a": 1,}', '', 1],
    ['{"clock":\n"2024-06-12T15:00:00Z"\n"mode": "active"}', '', 3],
    ['{"account":\n {"equity": 01}}', '/account', 2],
    ['{"a": [1, 2,\n\n nope]}', '/a/2', 3],
    ['{} {}', '', 1],
  ])('no JSON: %j', (text, pointer, line) => {
    expect(misfitsOf(text)).toEqual([{ pointer, line, message: expect.any(String) }])
  })

  it.each([['null'], ['7'], ['"x"'], ['[]']])('no scenario: %s', (text) => {
    expect(misfitsOf(text)).toEqual([
      { pointer: '', line: 1, message: expect.stringContaining('a scenario') },
    ])
  })

  it.each([
    [{ clock: 'yesterday' }, '/clock'],
    [{ clock: '2024-02-30T15:00:00Z' }, '/clock'],
    [{ mode: 'asleep' }, '/mode'],
    [{ account: {} }, '/account/equity'],
    [{ account: { equity: 'much' } }, '/account/equity'],
    [{ account: { equity: '1e5' } }, '/account/equity'],
    [{ account: { equity: '0.0000001' } }, '/account/equity'],
    [{ account: { equity: 1e21 } }, '/account/equity'],
    [{ account: { equity: '1', kind: 'toy' } }, '/account/kind'],
    [{ steps: [] }, '/steps'],
    [{ steps: [{}] }, '/steps/0'],
    [{ steps: [{ order: {}, cancel: { id: 'x' } }] }, '/steps/0'],
    [{ steps: [{ order: {}, expect: { denied: [] } }] }, '/steps/0/expect/denied'],
    [{ positions: [{ symbol: 'xyz', quantity: '1' }] }, '/positions/0/symbol'],
    [{ positoins: [] }, '/positoins'],
    [{ history: [{ at: '2024-06-12T14:00:00Z', type: 'rumour' }] }, '/history/0/type'],
    [
      { history: [{ at: '2024-06-12T14:00:00Z', type: 'split', symbol: 'X', ratio: '0:1' }] },
      '/history/0/ratio',
    ],
    [{ lists: { sources: { feed: 1 } } }, '/lists/sources/feed'],
    [{ market: [{ symbol: 'XYZ', last: '1', ageSeconds: 'old' }] }, '/market/0/ageSeconds'],
    [{ instruments: [{ symbol: 'XYZ', multiplier: '1.5' }] }, '/instruments/0/multiplier'],
    [{ steps: [{ at: '2024-06-12T14:59:59Z', order: {} }] }, '/steps/0/at'],
    [
      {
        steps: [
          { at: '2024-06-12T15:00:02Z', order: {} },
          { order: {} },
          { at: '2024-06-12T15:00:01Z', order: {} },
        ],
      },
      '/steps/2/at',
    ],
  ])('a misfit: %j', (changes, pointer) => {
    expect(misfitsOf(whole(changes)).map((misfit) => misfit.pointer)).toContain(pointer)
  })

  it('in a list, with the line of each', () => {
    const list = pretty([
      scenarioOf([{ order: buyOf() }]),
      scenarioOf([{ order: buyOf() }], { mode: 'asleep', clock: 7 }),
    ])
    const lines = list.split('\n')
    const found = misfitsOf(list).map(({ line, pointer }) => [pointer, lines[line - 1]?.trim()])
    expect(found).toEqual([
      ['/1/clock', '"clock": 7,'],
      ['/1/mode', '"mode": "asleep"'],
    ])
  })

  it('never with more than 20 of its misfits', () => {
    expect(misfitsOf(whole({ steps: new Array(30).fill({}) }))).toHaveLength(20)
  })

  it('however deep it is nested', () => {
    expect(misfitsOf(`${'['.repeat(5_000)}1`)).toHaveLength(1)
    const steps = `[{"order": {"symbol": ${'['.repeat(70)}${']'.repeat(70)}}}]`
    expect(
      misfitsOf(`{"clock": "2024-06-12T15:00:00Z", "account": {"equity": 1}, "steps": ${steps}}`),
    ).toHaveLength(1)
  })
})

describe('what has it is taken', () => {
  it('one, a list, and with the mark that some editors put in front', () => {
    expect(parseScenarios(whole({})).scenarios).toHaveLength(1)
    expect(parseScenarios(`\ufeff${whole({})}`).scenarios).toHaveLength(1)
    expect(parseScenarios(`[${whole({})}, ${whole({})}]`).scenarios).toHaveLength(2)
  })

  it('clock, account and steps alone, with everything else sound', () => {
    const { scenarios } = parseScenarios(
      '{"clock": "2024-06-12", "account": {"equity": 5}, "steps": [{"request": {"action": "x"}}]}',
    )
    expect(scenarios?.[0]).toMatchObject({
      mode: 'active',
      account: { kind: 'paper', equity: '5', netDeposits: '0' },
      lists: {
        restricted: [],
        sources: { feed: 'licensed' },
        paused: [],
        lease: 'held',
        seal: 'whole',
        drill: true,
      },
      steps: [{ fill: false, proposer: 'agent', agent: 'kenny' }],
    })
  })

  it('amounts as numbers or texts, exactly', () => {
    const market = [{ symbol: 'XYZ', last: 1e-7, volume60s: 12.345678, ageSeconds: 0 }]
    const { scenarios } = parseScenarios(whole({ market }))
    expect(scenarios?.[0]?.market[0]).toMatchObject({ last: '0.0000001', volume60s: '12.3456' })
  })

  it('a multiplier and an age as texts too', () => {
    const market = [{ symbol: 'XYZ', last: '1', ageSeconds: '1.5' }]
    const instruments = [{ symbol: 'XYZ', multiplier: '50' }]
    expect(parseScenarios(whole({ market, instruments })).scenarios?.[0]).toMatchObject({
      market: [{ ageSeconds: 1.5 }],
      instruments: [{ multiplier: 50 }],
    })
  })

  it.each([
    [
      ['city', 'apiKey'],
      ['personal', 'secret'],
    ],
    [{ city: 'public', shoe: 'unheard-of' }, ['public', 'secret']],
    [[{ name: 'city', class: 'personal' }], ['personal']],
  ])('fields as names, classes by name or both: %j', (fields, classes) => {
    const steps = [{ request: { action: 'share_data', fields } }]
    const asked = parseScenarios(whole({ steps })).scenarios?.[0]?.steps[0]?.request?.fields
    expect(asked?.map((field) => field.class)).toEqual(classes)
  })

  it('time that stands still', () => {
    const at = '2024-06-12T15:00:00Z'
    expect(
      misfitsOf(
        whole({
          steps: [
            { at, order: {} },
            { at, order: {} },
          ],
        }),
      ),
    ).toEqual([])
  })

  it('an order as it stands, however wrong', () => {
    const order = { symbol: 5, quantity: [], side: 'maybe', extra: { deep: null } }
    expect(parseScenarios(whole({ steps: [{ order }] })).scenarios?.[0]?.steps[0]?.order).toEqual(order)
  })
})
