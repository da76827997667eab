/**
 * What people do to the box, and the queues that wait for them. Each act is a journaled event under its
 * principal's name; docs/PEOPLE.md says who may do what.
 */

import type { Guard } from './auth.ts'
import type { App, Door } from './door.ts'
import { mountActions } from './people/actions.ts'
import { mountApprovals } from './people/approvals.ts'
import { mountCorporateActions } from './people/corporate-actions.ts'
import { mountFlatten } from './people/flatten.ts'
import { mountInstruments } from './people/instruments.ts'
import { mountLatches } from './people/latches.ts'
import { mountMode } from './people/mode.ts'
import { mountOrders } from './people/orders.ts'
import { mountOverrides } from './people/overrides.ts'
import { mountPauses } from './people/pauses.ts'
import { mountRegisters } from './people/registers.ts'
import { mountRestrictions } from './people/restrictions.ts'
import { createTwoPeople } from './people/two-people.ts'

export function mountPeople(app: App, door: Door, guard: Guard): void {
  const twoPeople = createTwoPeople(door)
  mountMode(app, door, guard)
  mountFlatten(app, door, guard)
  mountPauses(app, door, guard)
  mountLatches(app, door, guard)
  mountRestrictions(app, door, guard, twoPeople)
  mountOverrides(app, door, guard, twoPeople)
  mountApprovals(app, door, guard, twoPeople)
  mountOrders(app, door, guard)
  mountRegisters(app, door, guard)
  mountCorporateActions(app, door, guard)
  mountActions(app, door, guard)
  mountInstruments(app, door, guard)
}
