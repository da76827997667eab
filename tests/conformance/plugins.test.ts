/**
 * One suite over every plugin of the build. A plugin is done when it passes here: what it claims, what it
 * takes for settings, and that its deterministic part is one, over 5,000 random events of the types it
 * consumes.
 */

import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ArkEvent, Draft, EventType, OrderFacts, Plugin, World } from '#core/contract.ts'
import { PORT_NAMES } from '#core/cycle/host.ts'
import { installPlugins } from '#core/cycle/loader.ts'
import { canonical } from '#core/journal/canonical.ts'
import { PLUGINS } from '#runtimes/plugins.ts'
import { STRATEGIES } from '#runtimes/strategies.ts'
import { ONE } from '../support/facts.ts'
import { eventOf } from '../support/host.ts'
import { barOf, NOW, quoteOf } from '../support/kernel.ts'
import { EVENT_TYPES, eventsOf } from '../support/random-events.ts'
import { createValues, createWorld } from '../support/world.ts'

const EVENTS_A_RUN = 100
const RUNS = 50

type Deterministic = NonNullable<Plugin['agent']>

/** Agent or broker: what both have. */
function partOf(plugin: Plugin): Deterministic | undefined {
  return plugin.agent ?? plugin.broker?.simulate
}

async function settingsOf(plugin: Plugin): Promise<unknown> {
  const [installed] = await installPlugins([plugin], {})
  return installed?.config
}

/** XYZ is held and quoted, ABC has a price, the others are unknown. */
function someWorld(): World {
  return createWorld(
    createValues({
      now: NOW,
      instruments: table({}),
      marks: table({ XYZ: 100 * ONE, ABC: 50 * ONE }),
      quotes: table({ XYZ: { bid: 99.9 * ONE, ask: 100.1 * ONE, time: NOW } }),
      positions: table({ XYZ: 40 * ONE }),
      working: table({}),
    }),
  )
}

/** Without the members that every object has, as in core's own index. */
function table<T>(entries: Record<string, T>): Record<string, T> {
  return Object.assign(Object.create(null) as Record<string, T>, entries)
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) freeze(member)
  }
  return value
}

it('is run over every folder of plugins, each listed once', () => {
  const folders = readdirSync(new URL('../../plugins/', import.meta.url), { withFileTypes: true })
  const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  // Strategies have a suite of their own: tests/unit/plugins/strategies.test.ts.
  const listed = [...PLUGINS, ...STRATEGIES].map(({ name }) => name)
  expect(listed.sort((a, b) => (a < b ? -1 : 1))).toEqual(names.sort((a, b) => (a < b ? -1 : 1)))
})

it('loads them all together', async () => {
  expect(await installPlugins(PLUGINS, {})).toHaveLength(PLUGINS.length)
})

describe.each(PLUGINS.map((plugin) => [plugin.name, plugin] as const))('%s', (name, plugin) => {
  describe('claims', () => {
    it('its folder’s name, contract 1 and a version', async () => {
      const { default: exported } = (await import(`../../plugins/${name}/index.ts`)) as { default: Plugin }
      expect(exported.name).toBe(name)
      expect(plugin.contract).toBe(1)
      expect(plugin.version).toMatch(/^\d+\.\d+\.\d+$/)
    })

    it('types and ports that exist, each once [REQ_AGENT_01]', () => {
      for (const list of [plugin.consumes, plugin.emits]) {
        expect(list.filter((type) => !EVENT_TYPES.includes(type))).toEqual([])
        expect(new Set(list).size).toBe(list.length)
      }
      expect(plugin.needs.filter((port) => !PORT_NAMES.includes(port))).toEqual([])
    })

    it('something to do', () => {
      const parts = [plugin.agent, plugin.broker, plugin.overlay, plugin.service]
      expect(parts.some((part) => part !== undefined)).toBe(true)
    })
  })

  describe('takes for settings', () => {
    it('nothing, and then has its defaults, which it takes as well', async () => {
      const defaults = await settingsOf(plugin)
      expect(typeof defaults).toBe('object')
      // A schema may make more of its input than input: HRM's holds its compiled rules.
      const { overlay: _, ...plain } = JSON.parse(JSON.stringify(defaults))
      const again = await installPlugins([plugin], { [name]: plain })
      expect(JSON.parse(JSON.stringify(again[0]?.config))).toEqual(JSON.parse(JSON.stringify(defaults)))
    })

    it.each<[string, unknown]>([
      ['a key it does not know', { noSuchSetting: 1 }],
      ['a text', 'fast'],
      ['a list', []],
      ['null', null],
    ])('not %s', async (_, settings) => {
      await expect(installPlugins([plugin], { [name]: settings })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        where: expect.stringContaining(`plugins.${name}`),
      })
    })
  })

  const part = partOf(plugin)
  if (part !== undefined) describe('decides', () => checkPart(plugin, part))
  const { overlay } = plugin
  if (overlay !== undefined) describe('limits', () => checkOverlay(plugin, overlay))
})

function checkPart(plugin: Plugin, part: Deterministic): void {
  it('from a state that is plain JSON, versioned [REQ_MEM_01]', async () => {
    const config = await settingsOf(plugin)
    const state = part.initial(config)
    expect(Number.isInteger(part.stateVersion) && part.stateVersion > 0).toBe(true)
    expect(JSON.parse(canonical(state))).toEqual(state)
    expect(part.initial(config)).not.toBe(state)
  })

  it('the same after a restart, changing nothing it is shown, saying only what it declared [REQ_MEM_01]', async () => {
    const config = freeze(await settingsOf(plugin))
    let said = 0
    fc.assert(
      fc.property(eventsOf(plugin.consumes, EVENTS_A_RUN), fc.nat(EVENTS_A_RUN - 1), (events, restart) => {
        const world = someWorld()
        const straight = part.initial(config)
        let other = part.initial(config)
        for (const [index, event] of freeze(events).entries()) {
          if (index % EVENTS_A_RUN === restart || index % 10 === 9) other = JSON.parse(JSON.stringify(other))
          const drafts = part.reduce(straight, event, config, world)
          said += drafts.length
          expect(undeclared(plugin, drafts)).toEqual([])
          expect(canonical(part.reduce(other, event, config, world))).toBe(canonical(drafts))
        }
        expect(JSON.stringify(other)).toBe(JSON.stringify(straight))
      }),
      { numRuns: RUNS },
    )
    expect(said).toBeGreaterThan(0)
  })

  it('nothing on noise about a symbol that it never met', async () => {
    const config = await settingsOf(plugin)
    const state = part.initial(config)
    const before = canonical(state)
    for (const event of NOISE.filter(({ type }) => plugin.consumes.includes(type)))
      expect([event.type, part.reduce(state, event, config, createWorld(createValues()))]).toEqual([
        event.type,
        [],
      ])
    if (!plugin.consumes.includes('market/bar')) expect(canonical(state)).toBe(before)
  })
}

function undeclared(plugin: Plugin, drafts: readonly Draft[]): readonly EventType[] {
  return drafts.map(({ type }) => type).filter((type) => !plugin.emits.includes(type))
}

const NOISE: readonly ArkEvent[] = [
  eventOf('market/bar', barOf(100, { symbol: 'NOISE' })),
  eventOf('market/trade', { symbol: 'NOISE', time: NOW, price: ONE, quantity: ONE }),
  eventOf('market/quote', quoteOf(99, 100, { symbol: 'NOISE' })),
  eventOf('order/cancel_requested', { orderId: 'nobody', principal: 'p', reason: 'r' }),
  eventOf('mode/changed', { mode: 'halted', was: 'active', reason: 'r', principal: 'p' }),
  eventOf('identity/created', { id: 'i', roles: [], tokenHash: '', by: 'b' }),
  eventOf('pattern/recognised', {
    symbol: 'NOISE',
    direction: 'long',
    pattern: 'p',
    confidence: 1,
    price: '1',
    action: 'exit',
    evidence: {},
  }),
  eventOf('signal/accepted', { symbol: 'NOISE', direction: 'long', kind: 'momentum', confidence: 1 }),
]

async function limitsOf(plugin: Plugin, { limits }: NonNullable<Plugin['overlay']>) {
  return typeof limits === 'function' ? limits(await settingsOf(plugin)) : limits
}

function checkOverlay(plugin: Plugin, overlay: NonNullable<Plugin['overlay']>): void {
  const amount = fc.oneof(
    fc.integer({ min: 1, max: 100_000 * ONE }),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0, 2 ** 53 - 1),
  )
  const orderFacts: fc.Arbitrary<OrderFacts> = fc.record({
    symbol: fc.constantFrom('XYZ', '__proto__'),
    kind: fc.constantFrom('equity', 'fund', 'index', 'crypto'),
    side: fc.constantFrom('buy', 'sell'),
    type: fc.constantFrom('market', 'limit', 'stop', 'stop_limit'),
    opening: fc.boolean(),
    quantity: amount,
    referencePrice: amount,
    orderPrice: amount,
    entryPrice: amount,
    stopPrice: amount,
    notional: amount,
    equity: fc.oneof(amount, fc.integer()),
    positionAfter: fc.oneof(amount, fc.integer()),
    shortable: fc.boolean(),
    exits60s: fc.integer({ min: 0, max: 1_000 }),
    onBars: fc.boolean(),
    strategy: fc.constantFrom('s', ''),
    agent: fc.constantFrom('kenny', ''),
    proposer: fc.constantFrom('agent', 'person'),
    now: fc.integer({ min: 0, max: 2_000_000_000_000 }),
    exposureAfter: amount,
    rewardToRisk: amount,
    averageVolume: amount,
    turnoverToday: amount,
    ordersToday: fc.integer({ min: 0, max: 1_000 }),
    messagesLeft: fc.integer({ min: -5, max: 20 }),
    messages60s: fc.integer({ min: 0, max: 200 }),
    duplicateAgeMs: amount,
    inRegularHours: fc.boolean(),
    loss24h: fc.oneof(amount, fc.integer()),
    lossWeek: fc.oneof(amount, fc.integer()),
    lossToday: fc.oneof(amount, fc.integer()),
    setup: fc.constantFrom(undefined, { pattern: undefined, signal: undefined }),
  })

  it('under names of their own', async () => {
    const names = (await limitsOf(plugin, overlay)).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^([a-z0-9_]+|overlay:[A-Za-z0-9._-]+)$/)
  })

  it('each reported once for any order, the same each time, never throwing', async () => {
    const config = freeze(await settingsOf(plugin))
    const limits = await limitsOf(plugin, overlay)
    const state = plugin.agent?.initial(config)
    fc.assert(
      fc.property(orderFacts, (facts) => {
        const rounds = [0, 1].map(() => {
          const reports: [number, boolean, number, number][] = []
          overlay.judge(
            freeze(facts),
            (index, denies, observed, limit) => void reports.push([index, denies, observed, limit]),
            config,
            state ?? undefined,
          )
          return reports
        })
        expect(rounds[0]?.map(([index]) => index).sort((a, b) => a - b)).toEqual(
          limits.map((_, index) => index),
        )
        expect(rounds[1]).toEqual(rounds[0])
      }),
      { numRuns: 5_000 },
    )
  })
}
