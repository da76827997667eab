/** Pauses: nothing opens for an agent, a symbol or a strategy until a person takes the pause back. */

import type { Context } from 'hono'
import { ArkError } from '../../errors.ts'
import type { Guard } from '../auth.ts'
import { type App, type Door, type Env, kernelOf } from '../door.ts'
import { limitBody } from '../json.ts'
import { pageOf } from '../pages.ts'
import { invalidBody } from '../problems.ts'
import { readAct, say } from './act.ts'
import { PauseBody } from './bodies.ts'

export function mountPauses(app: App, door: Door, guard: Guard): void {
  app.get('/v1/pauses', guard.read, (c) => c.json(pageOf(c, Object.keys(pausesOf(door)).map(toPause))))
  app.post('/v1/pause', guard.role('operator'), limitBody, (c) => request(door, c, true))
  app.post('/v1/unpause', guard.role('operator'), limitBody, (c) => request(door, c, false))
}

async function request(door: Door, c: Context<Env>, paused: boolean): Promise<Response> {
  const { agent, symbol, strategy, reason } = await readAct(door, c, PauseBody)
  // A misspelt agent would be paused in vain.
  if (agent !== undefined && paused && !door.ark.installed.some(({ plugin }) => plugin.name === agent))
    throw invalidBody([{ pointer: '/agent', message: 'is no plugin of this box' }])
  const key =
    agent !== undefined
      ? `agent:${agent}`
      : symbol !== undefined
        ? `symbol:${symbol}`
        : `strategy:${strategy}`
  if (!paused && !Object.hasOwn(pausesOf(door), key))
    throw new ArkError('NOT_FOUND', key, `${key} is not paused.`)
  const payload = { key, paused, principal: c.var.principal.id, reason }
  const { seq } = await say(door, c, { type: 'pause/requested', payload })
  return c.json({ key, paused, seq })
}

function pausesOf(door: Door): object {
  return kernelOf(door).context.lists.paused
}

function toPause(key: string): object {
  const colon = key.indexOf(':')
  return { key, kind: key.slice(0, colon), name: key.slice(colon + 1) }
}
