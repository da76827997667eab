import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { KeyPort, Order, RunStarted } from '#core/contract.ts'
import { isArkError } from '#core/errors.ts'
import { stableText } from '#plugins/id/attest.ts'
import { holds, isToken, newIdentity, ROLES } from '#plugins/id/identities.ts'
import id from '#plugins/id/index.ts'
import { createTestHost, eventOf, settle } from '#tests/support/host.ts'

const ORDER: Order = { symbol: 'AAA', side: 'buy', type: 'market', quantity: '10' }

const hash = {
  randomHex: (bytes: number) => randomBytes(bytes).toString('hex'),
  sha256Hex: (text: string) => createHash('sha256').update(text).digest('hex'),
}

const RUN: RunStarted = {
  runId: 'r-1',
  kind: 'paper',
  seed: 's',
  buildDigest: 'b',
  rulesetDigest: 'g',
  configDigest: 'c',
  publicKey: 'k',
  previousSeq: 0,
  openingCash: '100000',
}

/** Raw Ed25519 keys follow this fixed prefix in DER (RFC 8410). */
const DER_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

function createKeys(): KeyPort {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    sha256Hex: hash.sha256Hex,
    publicKey: publicKey
      .export({ type: 'spki', format: 'der' })
      .subarray(DER_PREFIX.length)
      .toString('base64'),
    sign: (text) => Promise.resolve(sign(null, Buffer.from(text), privateKey).toString('base64')),
    verify: () => Promise.reject(new Error('ID verifies nothing.')),
  }
}

describe('the agent [COMP_ID]', () => {
  it('says nothing about changes of identities', () => {
    const state = id.agent.initial()
    expect(id.agent.reduce(state, eventOf('identity/revoked', { id: 'x', by: 'y' }))).toEqual([])
    expect(state).toEqual({ requests: 0 })
  })

  it('confirms what core proposes in the name of whom it proposes for, and takes nobody else’s word', () => {
    const plan = {
      planId: 'p',
      strategy: 's',
      order: ORDER,
      intent: 'exit',
      riskCash: '0',
      notes: [],
      principal: 'ann',
    } as const
    const principalOf = (source: string) => {
      const [draft] = id.agent.reduce(id.agent.initial(), eventOf('plan/proposed', plan, { source }))
      return draft?.type === 'identity/confirmed' ? draft.payload.principal : undefined
    }
    expect(['kenny', 'hrm', 'core'].map(principalOf)).toEqual(['agent:kenny', 'agent:hrm', 'ann'])
  })

  it('confirms a plan as its agent’s, with the plan’s strategy and not the order’s', () => {
    const order = { ...ORDER, strategy: 'mine' }
    const plan = {
      planId: 'p-7',
      strategy: 'breakout',
      order,
      intent: 'enter',
      riskCash: '1',
      notes: [],
    } as const
    expect(id.agent.reduce(id.agent.initial(), eventOf('plan/proposed', plan, { source: 'kenny' }))).toEqual([
      {
        type: 'identity/confirmed',
        payload: { planId: 'p-7', principal: 'agent:kenny', kind: 'agent', strategy: 'breakout' },
      },
    ])
  })

  it('numbers requests of people, also across a snapshot', () => {
    const request = (order: Order) => eventOf('order/requested', { order, principal: 'ann', reason: 'r' })
    let state = id.agent.initial()
    const confirmed = (order: Order) => id.agent.reduce(state, request(order)).map((draft) => draft.payload)
    expect(confirmed(ORDER)).toEqual([
      { planId: 'person-1', principal: 'ann', kind: 'person', strategy: 'manual' },
    ])
    state = JSON.parse(JSON.stringify(state))
    expect(confirmed({ ...ORDER, strategy: 'hedge' })).toMatchObject([
      { planId: 'person-2', strategy: 'hedge' },
    ])
  })
})

describe('the attestation', () => {
  it('is logged when it cannot be made, and nothing is thrown', async () => {
    const keys = { ...createKeys(), sign: () => Promise.reject(new Error('no key')) }
    const { host, offers, logs } = createTestHost('id', { keys })
    const service = await id.service.start(host)
    service.onEvent?.(eventOf('run/started', RUN))
    await service.stop()
    expect(offers).toEqual([])
    expect(logs).toMatchObject([{ level: 'error', fields: { runId: 'r-1', why: 'no key' } }])
  })

  it('carries a signature that node:crypto verifies over "<runId> <digest>"', async () => {
    const { host, offers } = createTestHost('id', { keys: createKeys() })
    const service = await id.service.start(host)
    service.onEvent?.(eventOf('run/started', RUN, { seq: 4, traceId: 'a'.repeat(32) }))
    await settle()
    await service.stop()
    expect(offers).toHaveLength(1)
    const [offer] = offers
    if (offer?.draft.type !== 'identity/attested') throw new Error('wanted an attestation')
    const { digest, publicKey, signature } = offer.draft.payload
    expect(offer.cause).toEqual({ seq: 4, traceId: 'a'.repeat(32) })
    expect(digest).toBe(hash.sha256Hex(stableText(RUN)))
    const der = Buffer.concat([DER_PREFIX, Buffer.from(publicKey, 'base64')])
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    const proof = Buffer.from(signature, 'base64')
    expect(verify(null, Buffer.from(`r-1 ${digest}`), key, proof)).toBe(true)
    expect(verify(null, Buffer.from(`r-2 ${digest}`), key, proof)).toBe(false)
  })

  it('digests the payload whatever the order of its keys', () => {
    const turned = Object.fromEntries(Object.entries(RUN).reverse()) as unknown as RunStarted
    expect(stableText(turned)).toBe(stableText(RUN))
    expect(JSON.parse(stableText(RUN))).toEqual(RUN)
    expect(stableText({ ...RUN, seed: 't' })).not.toBe(stableText(RUN))
  })
})

describe('identities', () => {
  it.each(['', '-a', 'A', 'a b', 'ä', 'a'.repeat(33), 'a\n'])('refuses the name %j', (name) => {
    const attempt = () => newIdentity({ id: name, roles: ['viewer'], by: 'x' }, hash)
    expect(attempt).toThrow(expect.objectContaining({ code: 'BAD_USAGE', where: 'id' }))
  })

  it.each([[[]], [['root']], [['viewer', '__proto__']]])('refuses the roles %j', (roles) => {
    const attempt = () => newIdentity({ id: 'a', roles, by: 'x' }, hash)
    expect(attempt).toThrow(expect.objectContaining({ code: 'BAD_USAGE', where: 'roles' }))
  })

  it('refuses a random source that gives too little', () => {
    let code: unknown
    try {
      newIdentity({ id: 'a', roles: ['feed'], by: 'x' }, { ...hash, randomHex: () => '' })
    } catch (error) {
      code = isArkError(error) ? error.code : error
    }
    expect(code).toBe('ASSERTION')
  })

  it('keeps the digest of the token and never the token [COMP_ID]', () => {
    const { created, token } = newIdentity(
      { id: 'ann-2', roles: ['admin', 'operator', 'admin'], by: 'setup' },
      hash,
    )
    expect(isToken(token)).toBe(true)
    expect(token).toMatch(/^ark_[0-9a-f]{48}$/)
    expect(created).toEqual({
      id: 'ann-2',
      roles: ['operator', 'admin'],
      tokenHash: hash.sha256Hex(token),
      by: 'setup',
    })
    expect(JSON.stringify(created)).not.toContain(token)
  })

  it('lets operator include viewer, intake and feed, and every other role itself only [COMP_ID]', () => {
    const table = Object.fromEntries(
      ROLES.map((role) => [role, ROLES.filter((wanted) => holds([role], wanted))]),
    )
    expect(table).toEqual({
      viewer: ['viewer'],
      intake: ['intake'],
      feed: ['feed'],
      operator: ['viewer', 'intake', 'feed', 'operator'],
      'risk-officer': ['risk-officer'],
      admin: ['admin'],
    })
    expect(holds([], 'viewer')).toBe(false)
    expect(holds(['constructor', '__proto__'], 'viewer')).toBe(false)
  })
})
