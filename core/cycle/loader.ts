/**
 * Plugins from a list to a running set, in two passes: every contract and configuration is checked before
 * anything starts.
 *
 * All findings are told at once. Event types and ports that carry authority belong to one plugin; another
 * that claims one is refused here.
 */

import { type Fault, schemaFaults, toConfigError } from '../config/faults.ts'
import type { EventType, Plugin, PortName } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { LIMITS_MAX } from '../gate/gate.ts'
import type { Installed } from './slots.ts'

/** Types that only core may emit: nobody judges, moves the mode or writes chunks beside it. */
const CORE_ONLY: readonly EventType[] = [
  'market/bar',
  'market/trade',
  'market/quote',
  'market/chunk',
  'clock/ticked',
  'decision/approved',
  'decision/denied',
  'decision/held',
  'decision/reviewed',
  'permit/lapsed',
  'mode/changed',
  'mode/requested',
  'lease/lost',
  'lease/renewed',
  'audit/lagged',
  'audit/recovered',
  'plugin/isolated',
  'plugin/restored',
  'run/started',
  'run/ended',
  'order/requested',
  'order/cancel_requested',
  'instrument/registered',
  'order/amended',
  'action/requested',
  'action/judged',
  'box/booted',
  'pause/requested',
  'restriction/requested',
  'latch/rearmed',
  'approval/decided',
  'override/granted',
  'override/revoked',
  'drill/passed',
  'publication/made',
  'client_order/registered',
  'client_order/ended',
  'consent/recorded',
  'consent/withdrawn',
  'cash/moved',
  'split/applied',
  'dividend/paid',
  'symbol/halted',
  'position/uncovered',
  'position/covered',
  'account/strained',
  'account/eased',
]
/** Types that a broker's word makes true. */
const BROKER_ONLY: readonly EventType[] = [
  'order/accepted',
  'order/filled',
  'order/rejected',
  'order/cancelled',
]
/** Types that one named plugin speaks for. */
const OWNERS: Readonly<Partial<Record<EventType, string>>> = {
  'identity/confirmed': 'id',
  'identity/attested': 'id',
  'identity/created': 'id',
  'identity/revoked': 'id',
  'verdict/verified': 'aletheia',
  'fill/reconciled': 'aletheia',
  'order/submitted': 'kenny',
  'order/throttled': 'kenny',
  'breaker/tripped': 'hrm',
  'breaker/reset': 'hrm',
}
const AMENDS: EventType = 'order/amend_requested'
/** What core and people sign their orders and inputs with: a plugin of that name would be taken for them. */
const TAKEN: readonly string[] = ['core', 'intake', 'manual', 'person']
/** Kenny plans entries; HRM's breakers plan exits. */
const PLANNERS: readonly string[] = ['kenny', 'hrm']

/**
 * Ports that are as good as authority: whoever holds one halts the box, signs in its name or answers for its
 * audit.
 */
const PORT_OWNERS: Readonly<Partial<Record<PortName, string>>> = {
  control: 'watchdog',
  keys: 'id',
  refold: 'aletheia',
}

/**
 * Settings by plugin name; `undefined` = defaults. Throws PLUGIN_INVALID or CONFIG_INVALID listing every
 * finding.
 */
export async function installPlugins(
  plugins: readonly Plugin[],
  settings: { readonly [name: string]: unknown },
): Promise<readonly Installed[]> {
  const faults = plugins.flatMap((plugin) => contractFaults(plugin, plugins))
  if (faults.length > 0)
    throw new ArkError('PLUGIN_INVALID', faults[0]?.split(':')[0] ?? '', faults.join(' '))
  const issues: Fault[] = []
  for (const name of Object.keys(settings)) {
    if (!plugins.some((plugin) => plugin.name === name))
      issues.push({ path: `plugins.${name}`, why: 'there is no such plugin' })
  }
  const installed: Installed[] = []
  for (const plugin of plugins) {
    const path = `plugins.${plugin.name}`
    const given = Object.hasOwn(settings, plugin.name) ? settings[plugin.name] : undefined
    // A schema of an object may take a list for one.
    const wanted = given === undefined ? {} : isTable(given) ? given : undefined
    if (wanted === undefined) {
      issues.push({ path, why: 'wanted an object of settings' })
      continue
    }
    const result = await plugin.config['~standard'].validate(wanted)
    if (result.issues === undefined) {
      const limits = plugin.overlay?.limits
      const count = typeof limits === 'function' ? limits(result.value).length : 1
      if (isCounted(count)) installed.push({ plugin, config: result.value })
      else issues.push({ path, why: `brings ${count} limits; 1 to ${LIMITS_MAX} are judged` })
    } else issues.push(...schemaFaults(result.issues, plugin.config, ['plugins', plugin.name]))
  }
  const [first] = issues
  if (first !== undefined) throw toConfigError(issues, first.path)
  return installed
}

/** A plugin without an overlay brings nothing that could be too many. */
const NO_LIMITS = { length: 1 }

function isCounted(limits: number): boolean {
  return limits >= 1 && limits <= LIMITS_MAX
}

function isTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function contractFaults(plugin: Plugin, all: readonly Plugin[]): readonly string[] {
  const faults: string[] = []
  const fault = (why: string) => faults.push(`${plugin.name}: ${why}.`)
  if (plugin.contract !== 1) fault(`speaks contract ${String(plugin.contract)}, this build speaks 1`)
  if (!/^[a-z][a-z0-9-]*$/.test(plugin.name)) fault('has a name that is not lower-case')
  if (TAKEN.includes(plugin.name)) fault('has a name that stands for core or for people')
  if (!/^\d+\.\d+\.\d+/.test(plugin.version)) fault(`has version ${plugin.version}, which is not semver`)
  if (all.filter((other) => other.name === plugin.name).length > 1) fault('is listed twice')
  if (plugin.broker !== undefined && plugin.agent !== undefined)
    fault('is agent and broker at once; make it two plugins')
  if (plugin.broker !== undefined && all.find((other) => other.broker !== undefined) !== plugin)
    fault('is a second broker')
  if (plugin.overlay !== undefined && all.find((other) => other.overlay !== undefined) !== plugin)
    fault('is a second overlay')
  const limits = plugin.overlay?.limits ?? NO_LIMITS
  if (typeof limits !== 'function' && !isCounted(limits.length))
    fault(`brings ${limits.length} limits; 1 to ${LIMITS_MAX} are judged`)
  for (const type of plugin.emits) {
    const owner = OWNERS[type]
    if (CORE_ONLY.includes(type)) fault(`declares ${type}, which only core emits`)
    if (BROKER_ONLY.includes(type) && plugin.broker === undefined)
      fault(`declares ${type}, which only a broker emits`)
    if (owner !== undefined && owner !== plugin.name) fault(`declares ${type}, which belongs to ${owner}`)
    // What a service says is journaled as an input, and taken for a person's word.
    if (type === AMENDS && (plugin.agent === undefined || plugin.service !== undefined))
      fault(`declares ${type}, which belongs to people and to agents that are no service`)
    if (type === 'plan/proposed' && !PLANNERS.includes(plugin.name))
      fault(`declares ${type}, which belongs to ${PLANNERS.join(' and ')}`)
  }
  if (plugin.needs.includes('credentials') !== (plugin.credentials !== undefined))
    fault('must name one domain of credentials when it asks for that port, and only then')
  for (const port of plugin.needs) {
    const owner = PORT_OWNERS[port]
    if (owner !== undefined && owner !== plugin.name)
      fault(`asks for the port ${port}, which belongs to ${owner}`)
  }
  return faults
}
