import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buyOf, scenarioOf } from '#tests/support/scenario.ts'
import { type Box, openBox } from '#tests/unit/core/http-box.ts'

let box: Box
beforeAll(async () => {
  box = await openBox()
})
afterAll(() => box.close())

const control = (body: unknown, as = 'operator', rule = 'max_position_size') =>
  box.post(`/v1/controls/${rule}`, body, { as })
const TOO_MANY = scenarioOf([
  { order: buyOf({ quantity: '101' }), expect: { deniedBy: ['max_position_size'] } },
])

describe('a control is refused', () => {
  it.each(['viewer', 'intake', 'feed', 'risk-officer', 'admin'])('to the role %s', async (role) => {
    expect(await control(TOO_MANY, role)).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING' } })
  })

  it('without a token', async () => {
    expect((await box.post('/v1/controls/max_position_size', TOO_MANY)).status).toBe(401)
  })

  it('for a rule that does not exist', async () => {
    for (const rule of ['max_fun', 'constructor', '5'])
      expect(await control(TOO_MANY, 'operator', rule)).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND' },
      })
  })

  it.each([
    [{}, '/clock'],
    [scenarioOf([]), '/steps'],
    [scenarioOf(new Array(51).fill({ order: buyOf() })), '/steps'],
    [scenarioOf([{ order: buyOf() }], { mode: 'asleep' }), '/mode'],
  ])('for a body that is no scenario: %#', async (body, pointer) => {
    expect(await control(body)).toMatchObject({ status: 400, body: { code: 'INVALID_BODY', pointer } })
  })
})

describe('a control is answered', () => {
  it('with the verdict of its last step', async () => {
    const { body, status } = await control(TOO_MANY)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      rule: 'max_position_size',
      allowed: false,
      deniedBy: ['max_position_size'],
      unknown: [],
      held: [],
      nearest: { quantity: '100' },
      mode: 'active',
      passed: true,
      steps: [{ number: 1, allowed: false, deniedBy: ['max_position_size'], passed: true }],
    })
    expect(body.rules).toHaveLength(26)
    expect(body.decisionId).toMatch(/^control-/)
  })

  it('with all 26 rules for what is no order too', async () => {
    const { body } = await control(
      scenarioOf([{ request: { action: 'change_rules' } }]),
      'root',
      'immutable_graveyard',
    )
    expect(body).toMatchObject({ rule: 'immutable_graveyard', deniedBy: ['immutable_graveyard'] })
    expect(body.rules).toHaveLength(26)
  })

  it('and leaves the box as it is: no event, no mode, no position', async () => {
    const { lastSeq } = box.ark.journal
    const halted = scenarioOf([{ order: buyOf(), fill: true }, { order: buyOf({ quantity: '10' }) }], {
      mode: 'halted',
      lists: { lease: 'lost', seal: 'broken' },
    })
    expect((await control(halted)).body).toMatchObject({ mode: 'halted', allowed: false })
    expect((await control(scenarioOf([{ order: buyOf(), fill: true }]))).body.allowed).toBe(true)
    expect(box.ark.journal.lastSeq).toBe(lastSeq)
    expect((await box.get('/v1/mode')).body.mode).toBe('active')
    expect(box.ark.cycle?.kernel.book.index.has('XYZ')).toBe(false)
  })
})
