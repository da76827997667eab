/**
 * Every operation of the API port, in the order in which the document shows them. A test compares the list
 * with what the router and the plugins really serve; one missing or one too many fails it.
 */

import type { Operation } from './operation.ts'
import { ACCOUNT } from './operations/account.ts'
import { INTAKE, QUESTIONS } from './operations/intake.ts'
import { BOX, JOURNAL } from './operations/journal.ts'
import { LOOSENING, MODE, ORDERS } from './operations/people.ts'
import { IDENTITIES, REGISTERS } from './operations/registers.ts'
import { OF_PLUGINS, STATUS } from './operations/status.ts'

export const OPERATIONS: readonly Operation[] = [
  ...STATUS,
  ...OF_PLUGINS,
  ...INTAKE,
  ...QUESTIONS,
  ...ACCOUNT,
  ...JOURNAL,
  ...MODE,
  ...LOOSENING,
  ...ORDERS,
  ...REGISTERS,
  ...IDENTITIES,
  ...BOX,
]
