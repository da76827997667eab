/**
 * The account that the validation shares with whatever else trades on the box, as public reads tell it.
 *
 * Its own orders must neither be blamed for what others hold nor be excused by anything else: an account that
 * is full, or that has lost too much, denies rightly. A halt, a pause or a missing agent excuses nothing.
 */

import { bodiesIn, type Client, isBody, textsIn } from './client.ts'
import { SYMBOLS } from './instruments.ts'

export interface Account {
  /** Whole account currency, at least 1. */
  equity(): number
  /** A good order of ours would be taken. */
  takesOrders(): boolean
  /** Why not, in words. */
  readonly obstacles: readonly string[]
  look(): Promise<void>
  /** True when what the account holds and has lost accounts for every one of these rules and limits. */
  explains(names: readonly string[]): Promise<boolean>
}

/** Of one symbol, which is asked for quickly; what is said of the account is whole all the same. */
const RISK = `/v1/risk?symbol=${SYMBOLS.trades[0]}`
const CONCURRENT = 'max_concurrent_trades'
const DAY_LOSS: readonly string[] = ['max_daily_loss', 'emergency_halt_enabled']
/** Limits on the account as a whole, with the breakers that a bad day trips. */
const ACCOUNT_LIMITS: readonly string[] = [
  'turnover',
  'rolling_loss',
  'message_rate',
  'overlay:CB-001',
  'overlay:CB-003',
]
/** Causes that a market brings about by itself, as the mode tells them. */
const OWN_CAUSE = /^(day_loss|leverage|uncovered:(?!VAL))/
/** A look explains a decision that was made a moment before it. */
const KEPT = 3

export function createAccount(client: Client): Account {
  let equity = 100_000
  const looks: (readonly string[])[] = []
  const look = async (): Promise<void> => {
    const [risk, mode] = await Promise.all([client.get(RISK), client.get('/v1/mode')])
    if (risk === undefined || mode === undefined) return
    const stated = isBody(risk.account) ? Number(risk.account.equity) : Number.NaN
    if (stated > 0) equity = Math.max(1, Math.floor(stated))
    looks.unshift(against(risk, mode))
    looks.length = Math.min(looks.length, KEPT)
  }
  return {
    equity: () => equity,
    takesOrders: () => (looks[0]?.length ?? 0) === 0,
    get obstacles() {
      return looks[0] ?? []
    },
    look,
    explains: async (names) => {
      await look()
      return names.every((name) => looks.some((seen) => seen.includes(name)))
    },
  }
}

/** Names of rules and limits that the account's own state denies every opening by. */
function against(
  risk: { readonly [name: string]: unknown },
  mode: { readonly [name: string]: unknown },
): readonly string[] {
  const limits = bodiesIn(risk.limits)
  const reasons = textsIn(mode.reasons)
  const found = limits
    .filter(({ name, denies, of }) => denies === true && isOfAccount(String(name), of))
    .map(({ name }) => String(name))
  if (textsIn(risk.latched).includes('day_loss')) found.push(...DAY_LOSS)
  if (mode.mode === 'reducing' && reasons.length > 0 && reasons.every((reason) => OWN_CAUSE.test(reason)))
    found.push('emergency_halt_enabled')
  return [...new Set(found)]
}

function isOfAccount(name: string, of: unknown): boolean {
  return (
    ACCOUNT_LIMITS.includes(name) || ((name === CONCURRENT || DAY_LOSS.includes(name)) && of === 'account')
  )
}
