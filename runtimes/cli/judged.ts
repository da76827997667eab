/** The gate's answer to an order, as the HTTP door gives it in short. */

export interface Judged {
  readonly allowed: boolean
  readonly deniedBy: readonly string[]
  readonly unknown: readonly string[]
  readonly held: readonly string[]
  readonly limitsDenied: readonly string[]
}

export function tellJudged({ allowed, deniedBy, unknown, held, limitsDenied }: Judged): string {
  if (allowed) return 'allowed'
  const names = [...deniedBy, ...unknown, ...limitsDenied]
  if (names.length > 0) return `denied by ${names.join(', ')}`
  return held.length > 0 ? `held by ${held.join(', ')}` : 'not judged: no agent put it before the gate'
}
