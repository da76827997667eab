/**
 * What secrets and personal data look like: the tables that core/secrets.ts searches by.
 *
 * Every expression runs in linear time on any text: a literal or a lookbehind says where a match may begin,
 * so runs are read once, and nothing that repeats stands inside something that repeats. A digit, a length or
 * a check sum is asked for wherever symbols, hex ids, signatures and amounts could pass for one.
 */

export interface TextPattern {
  readonly kind: string
  readonly pattern: RegExp
  /** A last look at the matched text; absent = every match counts. */
  readonly confirm?: (match: string) => boolean
  /** The whole text goes, not the match alone. */
  readonly whole?: true
}

/** Before a colon or an equals sign, what follows is a secret. */
const ASSIGNED = [
  'passw(?:or)?d|passphrase|pwd|client[_-]?secret',
  '(?:api|secret|access|private)[_-]?key|(?:access|auth|bot)[_-]?token',
].join('|')

export const SECRET_TEXTS: readonly TextPattern[] = [
  {
    kind: 'private_key',
    pattern: /-----BEGIN (?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g,
    whole: true,
  },
  { kind: 'aws_key', pattern: /(?<![A-Za-z0-9])A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  {
    kind: 'github_token',
    pattern: /(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})/g,
  },
  { kind: 'slack_token', pattern: /(?<![A-Za-z0-9])(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,255}/g },
  { kind: 'anthropic_key', pattern: /(?<![A-Za-z0-9_-])sk-ant-[A-Za-z0-9_-]{20,255}/g },
  {
    kind: 'openai_key',
    pattern: /(?<![A-Za-z0-9_-])sk-(?!ant-)(?=[A-Za-z0-9_-]{0,255}\d)[A-Za-z0-9_-]{20,255}/g,
  },
  // The web address of the bot API says "bot" right before the token.
  { kind: 'telegram_token', pattern: /(?<!\d)\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g },
  {
    kind: 'alpaca_key',
    pattern:
      /(?<![A-Za-z0-9])(?!AKIA)[PAC]K(?=[A-Z0-9]{0,24}\d)(?:[A-Z0-9]{24}|[A-Z0-9]{18})(?![A-Za-z0-9])/g,
  },
  {
    kind: 'jwt',
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  },
  { kind: 'ark_token', pattern: /(?<![A-Za-z0-9])ark_[0-9a-f]{48}(?![0-9a-f])/g },
  {
    kind: 'password',
    pattern: new RegExp(`(?:${ASSIGNED})["']?\\s{0,3}[:=]\\s{0,3}["']?(?!\\*{3})[^\\s"'&,;]{4,255}`, 'gi'),
  },
  // A colon after these two is ordinary English.
  { kind: 'password', pattern: /(?:secret|token)["']?\s{0,3}=\s{0,3}["']?(?!\*{3})[^\s"'&,;]{4,255}/gi },
  { kind: 'bearer', pattern: /(?<![A-Za-z0-9])bearer\s{1,3}[A-Za-z0-9._~+/=-]{16,}/gi },
  {
    kind: 'bearer',
    pattern: /authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:basic|digest|token)\s{1,3}[^\s"'*]{6,4096}/gi,
  },
  { kind: 'url_password', pattern: /:\/\/[^\s/:@]{0,64}:(?!\*{3}@)[^\s/@]{1,128}@/g },
]

/** Ends of names; `tokenHash`, `publicKey` and `ratePerToken: 200` (a number) are none. */
export const SECRET_NAME = new RegExp(
  `(?:${[
    'passw(?:or)?d|passphrase|pwd|secret|token|credential|authorization|cookie|bearer',
    '(?:api|access|private|secret|signing|session|encryption|master)[ _-]?key',
  ].join('|')})s?$`,
  'i',
)

/** No secret text is without one of these: one look spares all others on nearly every text there is. */
export const SECRET_HINT =
  /[:=]|bearer|sk-|eyJ|gh[pousr]_|github_pat_|xox|xapp-|ark_|A[KS]IA|[PAC]K[A-Z0-9]{18}|-----BEGIN /i

export const PERSONAL_TEXTS: readonly TextPattern[] = [
  {
    kind: 'email',
    pattern:
      /(?<![\w.%+-])[\w.%+-]+@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24}(?![A-Za-z0-9])/g,
  },
  {
    kind: 'phone',
    pattern: /(?<![\w.+-])\+[1-9][\d ().-]{6,22}\d(?!\w)/g,
    confirm: (match) => digitsOf(match) >= 8 && digitsOf(match) <= 15 && /[ ().-]|^\+\d{10}/.test(match),
  },
  { kind: 'phone', pattern: /(?<![\w.-])(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}(?![\w-])/g },
  {
    kind: 'iban',
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    confirm: isIban,
  },
  {
    kind: 'ssn',
    pattern: /(?<![\w.-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g,
  },
]

/** The same for personal data. */
export const PERSONAL_HINT = /@|\+[1-9]|\d{3}[-)]|[A-Z]{2}\d{2}/

/** Whole names, without case and separators. */
export const PERSONAL_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    email: ['email', 'emailaddress', 'mail'],
    phone: ['phone', 'phonenumber', 'mobile'],
    ssn: ['ssn', 'socialsecuritynumber'],
    iban: ['iban'],
    address: ['address', 'streetaddress', 'homeaddress', 'postaladdress'],
    birthdate: ['birthdate', 'birthday', 'dateofbirth', 'dob'],
    name: ['fullname', 'firstname', 'lastname', 'surname'],
  }).flatMap(([kind, names]) => names.map((name) => [name, kind] as const)),
)

function digitsOf(text: string): number {
  let digits = 0
  for (const character of text) if (character >= '0' && character <= '9') digits++
  return digits
}

/** ISO 13616: the first four characters moved behind, letters as 10 to 35, remainder 1 by 97. */
function isIban(match: string): boolean {
  const text = match.replaceAll(' ', '')
  if (text.length < 15 || text.length > 34) return false
  let remainder = 0
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}
