import { describe, expect, it } from 'vitest'
import type { EventPayloads, EventType, Mode } from '#core/contract.ts'
import {
  applyMode,
  clearCause,
  createModeState,
  type ModeState,
  modeOf,
  modeReasons,
  setCause,
} from '#core/gate/mode.ts'
import { eventOf } from '#tests/support/host.ts'

function tell<T extends EventType>(state: ModeState, type: T, payload: EventPayloads[T]) {
  return applyMode(state, eventOf(type, payload))
}

const ask = (state: ModeState, mode: Mode) =>
  tell(state, 'mode/requested', { mode, principal: 'anna', reason: 'r' })

describe('the mode', () => {
  const table: readonly [boolean, boolean, boolean, Mode][] = [
    [false, false, false, 'active'],
    [false, false, true, 'reducing'],
    [false, true, false, 'reducing'],
    [false, true, true, 'reducing'],
    [true, false, false, 'halted'],
    [true, false, true, 'halted'],
    [true, true, false, 'halted'],
    [true, true, true, 'halted'],
  ]
  it.each(table)('with halted %s, reduced %s, a cause %s is %s', (halted, reduced, cause, mode) => {
    const state: ModeState = {
      halted: halted ? '' : null,
      reduced: reduced ? '' : null,
      causes: cause ? { lease: '' } : {},
    }
    expect(modeOf(state)).toBe(mode)
    expect(modeReasons(state)).toHaveLength(Number(halted) + Number(reduced) + Number(cause))
  })

  const requests: readonly [Mode, Mode, boolean, Mode][] = [
    ['active', 'halted', false, 'halted'],
    ['active', 'reducing', false, 'reducing'],
    ['reducing', 'active', false, 'active'],
    ['reducing', 'halted', false, 'halted'],
    ['halted', 'active', false, 'active'],
    ['halted', 'reducing', false, 'reducing'],
    ['halted', 'active', true, 'reducing'],
    ['reducing', 'active', true, 'reducing'],
  ]
  it.each(requests)('%s, asked for %s (a cause stands: %s), becomes %s', (from, to, cause, mode) => {
    const state = createModeState()
    if (cause) setCause(state, 'lease', 'lost')
    ask(state, from)
    const was = modeOf(state)
    const change = ask(state, to)
    expect(modeOf(state)).toBe(mode)
    expect(change).toEqual(was === mode ? undefined : { mode, was, reason: 'r', principal: 'anna' })
  })

  it('asked for something else stays', () => {
    const state = createModeState()
    ask(state, 'halted')
    for (const mode of ['resume', '', 'ACTIVE', undefined, null, 1])
      expect(ask(state, mode as Mode)).toBeUndefined()
    expect(modeOf(state)).toBe('halted')
  })
})

describe('causes', () => {
  const pairs: readonly (readonly [
    () => Parameters<typeof applyMode>[1],
    () => Parameters<typeof applyMode>[1],
    string,
  ])[] = [
    [() => eventOf('lease/lost', { reason: 'x' }), () => eventOf('lease/renewed', {}), 'lease'],
    [() => eventOf('audit/lagged', { reason: 'x' }), () => eventOf('audit/recovered', {}), 'audit'],
    [
      () => eventOf('plugin/isolated', { plugin: 'joey', reason: 'x' }),
      () => eventOf('plugin/restored', { plugin: 'joey', principal: 'p', reason: 'y' }),
      'plugin:joey',
    ],
  ]
  it.each(pairs)('come and go with their events', (lost, found, cause) => {
    const state = createModeState()
    expect(applyMode(state, found())).toBeUndefined()
    expect(applyMode(state, lost())).toEqual({
      mode: 'reducing',
      was: 'active',
      reason: `${cause}: x`,
      principal: 'core',
    })
    expect(applyMode(state, lost())).toBeUndefined()
    expect(Object.keys(state.causes)).toEqual([cause])
    expect(applyMode(state, found())).toEqual({
      mode: 'active',
      was: 'reducing',
      reason: `${cause}: recovered`,
      principal: 'core',
    })
    expect(state.causes).toEqual({})
  })

  it('all have to go before the mode does', () => {
    const state = createModeState()
    setCause(state, 'lease', 'a')
    expect(setCause(state, 'audit', 'b')).toBeUndefined()
    expect(clearCause(state, 'lease')).toBeUndefined()
    expect(clearCause(state, 'audit')).toMatchObject({ mode: 'active' })
  })

  it('of one plugin are not cleared by another', () => {
    const state = createModeState()
    tell(state, 'plugin/isolated', { plugin: 'joey', reason: 'x' })
    expect(tell(state, 'plugin/restored', { plugin: 'kyle', principal: 'p', reason: 'y' })).toBeUndefined()
    expect(modeOf(state)).toBe('reducing')
  })
})

it('is moved by no other event', () => {
  const state = createModeState()
  for (const event of [
    eventOf('mode/changed', { mode: 'halted', was: 'active', reason: '', principal: '' }),
    eventOf('signal/received', { mode: 'halted' }),
    eventOf('clock/ticked', {}),
  ])
    expect(applyMode(state, event)).toBeUndefined()
  expect(state).toEqual(createModeState())
})
