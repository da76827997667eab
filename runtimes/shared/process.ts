/** What the process costs its host: the watchdog and the metrics read it. */

import { statfs } from 'node:fs/promises'
import type { ProcessPort } from '#core/contract.ts'

export function createProcessPort(dataDir: string): ProcessPort {
  return {
    cpuSeconds() {
      const usage = process.cpuUsage()
      return (usage.user + usage.system) / 1e6
    },
    rssBytes: () => process.memoryUsage.rss(),
    async diskFreeBytes() {
      const disk = await statfs(dataDir)
      // bavail, not bfree: the blocks that root keeps for itself are not ours to fill.
      return disk.bavail * disk.bsize
    },
  }
}
