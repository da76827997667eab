import { describe, expect, it } from 'vitest'
import { checkConfig } from '#core/config.ts'
import type { Manifest } from '#runtimes/backtest/manifest.ts'
import type { RunRecord } from '#runtimes/backtest/recorder.ts'
import type { Trade } from '#runtimes/backtest/trades.ts'
import type { Summary } from '#runtimes/cli/summary.ts'
import { escapeText, html, jsonText } from '#runtimes/report/html.ts'
import { type Report, renderReport } from '#runtimes/report/page.ts'
import { scaleOf, yOf } from '#runtimes/report/scale.ts'

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror="alert('2')">`

const FIGURES: Summary['figures'] = {
  bars: 3,
  elapsedSeconds: 1,
  barsPerSecond: 3,
  orders: 2,
  fills: 2,
  fees: '2.00',
  endEquity: '99000.00',
  totalReturn: -0.01,
  cagr: -0.01,
  maxDrawdown: 0.02,
  sharpe: -1,
  sortino: -1,
  calmar: -1,
  winRate: 0,
  profitFactor: 0,
  exposure: 1,
  turnover: 1,
  denialsByRule: { max_position_size: 1 },
  decisionDigest: 'd'.repeat(64),
  ungoverned: false,
  approvals: 2,
  denials: 1,
}

function tradeOf(changes: Partial<Trade> = {}): Trade {
  return {
    decisionId: 'backtest-1-1',
    symbol: 'XYZ',
    side: 'long',
    quantity: 10e8,
    entryTime: 1_000,
    entryPrice: 100e8,
    exitTime: 3_000,
    exitPrice: 90e8,
    pnl: -102_000_000,
    fees: 2_000_000,
    strategy: 'test',
    reason: 'why',
    exitReason: 'stop',
    mae: -100_000_000,
    mfe: 0,
    ...changes,
  }
}

function reportOf(record: Partial<RunRecord> = {}, summary: Partial<Summary> = {}, symbol = 'XYZ'): Report {
  const config = checkConfig({}, 'test')
  const spec = {
    data: [`/data/${symbol}.csv`],
    session: 'extended' as const,
    prices: 'adjusted' as const,
    strategy: 'patterns',
    params: {},
    gate: 'enforce' as const,
    config,
  }
  const manifest: Manifest = {
    manifest: 1,
    id: 'run-1',
    spec,
    version: '1.0.0',
    buildDigest: 'b'.repeat(64),
    rulesetDigest: 'r'.repeat(64),
    configDigest: 'c'.repeat(64),
    plugins: ['kyle@1.0.0'],
    data: [{ file: `/data/${symbol}.csv`, sha256: 'e'.repeat(64) }],
    rows: 3,
    runtime: 'Test 1',
    startedAt: '2020-01-01T00:00:00.000Z',
    elapsedSeconds: 1,
    decisionDigest: 'd'.repeat(64),
  }
  const point = (time: number, equity: number) => ({ time, equity: equity * 1e6, benchmark: equity * 1e6 })
  return {
    summary: {
      runId: 'backtest-1',
      title: 'test',
      from: '2020-01-01',
      to: '2020-01-03',
      openingCash: '100000.00',
      curve: [],
      figures: FIGURES,
      ...summary,
    },
    record: {
      curve: [point(1_000, 100_000), point(2_000, 101_000), point(3_000, 99_000)],
      prices: [
        {
          symbol,
          candles: [
            [1_000, 100e8, 102e8, 99e8, 101e8],
            [3_000, 101e8, 101e8, 90e8, 90e8],
          ],
        },
      ],
      trades: [tradeOf({ symbol })],
      denials: [
        {
          time: 2_000,
          decisionId: 'backtest-1-2',
          symbol,
          side: 'buy',
          quantity: '5',
          price: 100e8,
          by: ['max_position_size'],
          atOpen: false,
          sent: false,
        },
      ],
      counts: { trades: 1, denials: 1, symbols: 1 },
      months: [['2020-01', 99_000e6]],
      rules: [],
      closed: { wins: 0, losses: 1, grossProfit: 0, grossLoss: 102_000_000 },
      dropped: {},
      marks: {},
      ...record,
    },
    manifest,
    quality: { symbols: [], findings: [] },
  }
}

/** Names of elements that were opened and not closed, or closed in the wrong place; scripts and styles left out. */
function unbalanced(page: string): readonly string[] {
  const text = page.replace(/(<(script|style)[^>]*>)[\s\S]*?<\/\2>/g, '')
  const open: string[] = []
  const wrong: string[] = []
  for (const [, close, name = '', rest = ''] of text.matchAll(
    /<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/g,
  )) {
    if (['meta', 'br'].includes(name) || rest.endsWith('/')) continue
    if (close === '') open.push(name)
    else if (open.pop() !== name) wrong.push(name)
  }
  return [...wrong, ...open]
}

describe('the report', () => {
  it('makes text of whatever comes from a file or a strategy', () => {
    const trade = tradeOf({ symbol: HOSTILE, reason: HOSTILE, decisionId: HOSTILE, exitReason: HOSTILE })
    const report = reportOf({ trades: [trade] }, {}, HOSTILE)
    const page = renderReport({ ...report, quality: { symbols: [], findings: [HOSTILE] } })
    expect(page).toContain('&#60;img src=x')
    expect(page).not.toContain('<img')
    expect(page.match(/<script/g)).toHaveLength(renderReport(reportOf()).match(/<script/g)?.length ?? 0)
    expect(unbalanced(page)).toEqual([])
  })

  it('needs nothing beside itself, and forbids itself to load anything', () => {
    const page = renderReport(reportOf())
    expect(page).not.toMatch(/https?:\/\//)
    expect(page).not.toMatch(/\b(?:src|href|action)=|@import|url\(/)
    expect(page).toMatch(/default-src &#39;none&#39;|default-src 'none'/)
    expect(unbalanced(page)).toEqual([])
  })

  it('tells of advice that came to no order, which no decision counts', () => {
    expect(renderReport(reportOf())).not.toContain('Advice that came to no order')
    const droppedByReason = { 'sizing by risk needs a stop': 1_756 }
    const page = renderReport(reportOf({}, { figures: { ...FIGURES, droppedByReason } }))
    expect(page).toContain('Advice that came to no order')
    expect(page).toMatch(/sizing by risk needs a stop<\/th><td class="number">1,756</)
    expect(unbalanced(page)).toEqual([])
  })

  it('runs its own script under its own policy', async () => {
    const page = renderReport(reportOf())
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? ''
    const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script))
    const digest = btoa(String.fromCharCode(...new Uint8Array(bytes)))
    expect(page.replaceAll('&#39;', "'")).toContain(`'sha256-${digest}'`)
    expect(() => new Function(script)).not.toThrow()
  })

  it('says UNGOVERNED where the gate only observed, and nowhere else', () => {
    expect(renderReport(reportOf())).not.toContain('UNGOVERNED')
    const findings = ['the account was wiped out on 2020-01-02']
    const page = renderReport(reportOf({}, { figures: { ...FIGURES, ungoverned: true, findings } }))
    expect(page).toContain('<strong>WARNING</strong> the account was wiped out on 2020-01-02.')
    expect(page).toContain('<strong>UNGOVERNED</strong>')
  })

  it('marks entry, exit and denial on the price, and tells the trade with its sign', () => {
    const page = renderReport(reportOf())
    for (const kind of ['entry', 'exit', 'denial'])
      expect(page).toMatch(new RegExp(`class="mark ${kind}" style="left:[\\d.]+%;top:[\\d.]+%"`))
    expect(page).toContain('−102.00')
    expect(page).toContain('−10.20 %')
    expect(page).toContain('denied by max_position_size')
  })

  it('marks a denied order that was sent all the same once, as the entry that it became', () => {
    const { record } = reportOf()
    const denials = record.denials.map((denial) => ({ ...denial, decisionId: 'backtest-1-1', sent: true }))
    const page = renderReport(reportOf({ denials }))
    expect(page).not.toContain('class="mark denial"')
    expect(page).toMatch(/class="mark entry"[^>]+backtest-1-1; denied by max_position_size"/)
  })

  it('shows 500 trades and says how to have the others', () => {
    const trades = Array.from({ length: 700 }, () => tradeOf())
    const page = renderReport(reportOf({ trades, counts: { trades: 90_000, denials: 1, symbols: 1 } }))
    expect(page.match(/<tr><td class="number" data-v/g)).toHaveLength(500)
    expect(page).toContain('The first 500 of 90,000')
    expect(page).toContain('ark runs export run-1 --what trades --csv')
  })

  it('is a whole page of a run in which nothing happened', () => {
    const page = renderReport(
      reportOf({
        curve: [],
        prices: [],
        trades: [],
        denials: [],
        months: [],
        counts: { trades: 0, denials: 0, symbols: 0 },
      }),
    )
    expect(page).toContain('No trade was made.')
    expect(page.replace(/<script>[\s\S]*<\/script>/, '')).not.toMatch(/NaN|Infinity|undefined/)
    expect(unbalanced(page)).toEqual([])
  })

  it('offers a choice of symbols where there are several', () => {
    const { record } = reportOf()
    const [first] = record.prices
    const prices = ['AAA', 'BBB'].map((symbol) => ({ symbol, candles: first?.candles ?? [] }))
    const page = renderReport(reportOf({ prices, counts: { trades: 1, denials: 1, symbols: 30 } }))
    expect(page).toContain('<option value="1">BBB</option>')
    expect(page).toContain('28 more symbols are not drawn.')
    expect(renderReport(reportOf())).not.toContain('<select')
  })

  it('tells what the rules saved and cost when two runs are compared', () => {
    const rules = [{ rule: 'max_position_size', denials: 2, trades: 1, saved: '300.00', cost: '100.00' }]
    const observe = { ...FIGURES, endEquity: '100500.00' }
    const comparison = { enforce: FIGURES, observe, rules, forcedExits: 3 }
    const page = renderReport({ ...reportOf(), comparison })
    expect(page).toContain('Under the rules the account ended with 1,500.00 less than without them.')
    expect(page).toContain('would have lost 200.00 more than they made')
    expect(page).toContain('Breakers closed positions 3 times')
    const quiet = renderReport({ ...reportOf(), comparison: { ...comparison, rules: [], forcedExits: 0 } })
    expect(quiet).toContain('Nothing was denied.')
    expect(quiet).not.toContain('in sum')
    expect(unbalanced(page + quiet)).toEqual([])
  })

  it('has a dash for what there is nothing to reckon from, and tells a run without a loss from one of losses', () => {
    const figures = { ...FIGURES, sharpe: null, calmar: 0, winRate: 1, profitFactor: null, sortino: null }
    const figureIn = (page: string, name: string) => new RegExp(`<dt>${name}</dt><dd>([^<]*)`).exec(page)?.[1]
    const none = { wins: 0, losses: 0, grossProfit: 0, grossLoss: 0 }
    const idle = renderReport(reportOf({ closed: none }, { figures }))
    expect(['Sharpe', 'Calmar', 'win rate', 'profit factor'].map((name) => figureIn(idle, name))).toEqual(
      Array(4).fill('–'),
    )
    const won = renderReport(reportOf({ closed: { ...none, wins: 2, grossProfit: 5 } }, { figures }))
    expect(['win rate', 'profit factor', 'Sortino'].map((name) => figureIn(won, name))).toEqual([
      '100 %',
      'no loss',
      'no loss',
    ])
    expect(figureIn(renderReport(reportOf()), 'profit factor')).toBe('0.00')
  })

  it('takes months from the equity before, and has none on an account that is spent', () => {
    const months: RunRecord['months'] = [
      ['2019-12', 110_000e6],
      ['2020-01', 55_000e6],
      ['2020-02', -5_500e6],
      ['2021-01', 20_000e6],
    ]
    const page = renderReport(reportOf({ months }))
    const rowOf = (year: string) =>
      [
        ...(page.split(`<th scope="row">${year}</th>`)[1]?.split('</tr>')[0] ?? '').matchAll(
          />([^<]*)<\/td>/g,
        ),
      ]
        .map(([, text]) => text)
        .filter((text) => text !== '')
    expect(rowOf('2019')).toEqual(['10.0', '10.0'])
    expect(rowOf('2020')).toEqual(['−50.0', '−110.0', '−105.0'])
    expect(rowOf('2021')).toEqual([])
  })

  it('says of how many trades and denials the price bears marks', () => {
    expect(renderReport(reportOf())).not.toContain('Marked: ')
    const page = renderReport(reportOf({ counts: { trades: 12_000, denials: 1, symbols: 1 } }))
    expect(page).toContain('Marked: the first 1 of 12,000 trades.')
  })

  it('has one title, headings without a gap, and a name for every column', () => {
    const page = renderReport(reportOf())
    expect(page.match(/<h1>/g)).toHaveLength(1)
    expect(page).not.toMatch(/<h[3-6]/)
    expect(page).not.toMatch(/<th scope="col"[^>]*><\/th>/)
  })
})

describe('templates', () => {
  it('escape text, keep markup, leave out what is not there', () => {
    expect(html`<p>${'a<b>&"\''}${html`<i>x</i>`}${[1, undefined, '<']}</p>`.html).toBe(
      '<p>a&#60;b&#62;&#38;&#34;&#39;<i>x</i>1&#60;</p>',
    )
    expect(escapeText('plain')).toBe('plain')
  })

  it('let no JSON end its element', () => {
    const text = jsonText({ a: '</script><!--', b: '\u2028' }).html
    expect(text).not.toContain('<')
    expect(JSON.parse(text)).toEqual({ a: '</script><!--', b: '\u2028' })
  })
})

describe('a scale', () => {
  it.each([
    [
      [0, 100],
      [0, 25, 50, 75, 100],
    ],
    [
      [98_700, 101_300],
      [99_000, 100_000, 101_000],
    ],
  ])('of %j has round ticks %j', (values, ticks) => {
    expect(scaleOf(values).ticks).toEqual(ticks)
  })

  it('holds a flat series in the middle, and none at all', () => {
    const scale = scaleOf([5, 5])
    expect(yOf(5, scale)).toBeCloseTo(500)
    expect(scaleOf([]).ticks).toEqual([])
  })
})
