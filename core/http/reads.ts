/** What is loaded, sealed, configured and allowed: the box about itself. */

import type { Ark } from '../ark.ts'
import { readPlugins } from '../cycle/stats.ts'
import { listRules } from '../gate/catalogue.ts'
import { modeOf, modeReasons } from '../gate/mode.ts'
import { sealHolds, sealRoot } from '../gate/seal.ts'
import { MASK, redactText } from '../secrets.ts'
import type { Guard } from './auth.ts'
import { type App, type Door, kernelOf, runOf } from './door.ts'
import { pageOf } from './pages.ts'

/** Wider than the scanner's: what is only shown may be hidden too often. */
const SECRET = /token|secret|passw|passphrase|credential|(?:api|private)[_-]?key/i

export function mountReads(app: App, door: Door, guard: Guard): void {
  const { ark } = door

  app.get('/v1/plugins', guard.read, (c) => c.json(pageOf(c, readPlugins(ark))))

  app.get('/v1/rules', guard.read, (c) =>
    c.json({ ...pageOf(c, listRules()), graveyardDigest: sealRoot(), sealHolds: sealHolds(door.hash) }),
  )

  app.get('/v1/mode', guard.read, (c) => {
    const { context, state } = kernelOf(door)
    const { runId, kind } = runOf(door).terms
    const reasons = modeReasons(context.mode)
    return c.json({ mode: modeOf(context.mode), reasons, runId, runKind: kind, asOfSeq: state.seq })
  })

  app.get('/v1/config', guard.read, (c) =>
    c.json({ configDigest: ark.configDigest, config: masked(withPluginSettings(ark)) }),
  )
}

/** With the settings that each plugin really has, defaults included. */
function withPluginSettings({ options, installed }: Ark): unknown {
  const plugins = Object.fromEntries(installed.map(({ plugin, config }) => [plugin.name, config]))
  return { ...options.config, plugins }
}

/**
 * A copy in which what stands under a telling name is gone; numbers and flags are settings, such as a rate
 * per token.
 */
export function masked(value: unknown, name = ''): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (SECRET.test(name)) return MASK
  if (typeof value === 'string') return redactText(value)
  if (Array.isArray(value)) return value.map((item) => masked(item))
  if (typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, masked(member, key)]))
}
