/**
 * A strategy that watches before it may act: its indicators warm up on the rows before a moment, and what it
 * advises there reaches nobody. Called for the test windows of a walk-forward.
 */

import type { Plugin, TimeMs } from '#core/contract.ts'
import { NOTHING } from '#core/math.ts'

export function quietUntil(plugins: readonly Plugin[], time: TimeMs): readonly Plugin[] {
  return plugins.map((plugin) => (plugin.emits.includes('pattern/recognised') ? hush(plugin, time) : plugin))
}

function hush(plugin: Plugin, time: TimeMs): Plugin {
  const { agent } = plugin
  if (agent === undefined) return plugin
  return {
    ...plugin,
    agent: {
      stateVersion: agent.stateVersion,
      initial: (config) => agent.initial(config),
      reduce: (state, event, config, world) => {
        const drafts = agent.reduce(state, event, config, world)
        return event.time < time ? NOTHING : drafts
      },
    },
  }
}
