import { describe, expect, it } from 'vitest'
import { buyOf, playRaw, scenarioDeps, scenarioOf } from '#tests/support/scenario.ts'

const deps = await scenarioDeps()
const answersOf = (steps: readonly unknown[], changes: object = {}) =>
  playRaw(scenarioOf(steps, changes), deps).steps.map(({ answer }) => answer)

describe('an order that works', () => {
  it.each([
    ['the step', { id: 'mine', order: buyOf({ id: 'other' }) }, 'mine'],
    ['itself', { order: buyOf({ id: 'mine' }) }, 'mine'],
    ['its number, where what it calls itself is no name', { order: buyOf({ id: 7 }) }, 'step1'],
    ['its number', { order: buyOf() }, 'step1'],
  ])('is named by %s', (_, step, id) => {
    const [placed, again, missed] = answersOf([step, { cancel: { id } }, { cancel: { id } }])
    expect([placed?.allowed, again?.refused, missed?.refused]).toEqual([
      true,
      undefined,
      `no order ${id} works`,
    ])
  })
})

describe('an agent’s order', () => {
  it.each(['kyle', 'joey', 'agent:kyle', 'kenny'])(
    'stands on the word of %s, a person’s does not',
    (name) => {
      const steps = [{ order: buyOf() }, { order: buyOf(), proposer: 'person' }]
      const answers = answersOf(steps, { lists: { paused: [name] } })
      expect(answers.map(({ deniedBy }) => deniedBy)).toEqual([['preserve_user_autonomy'], []])
    },
  )
})
