/**
 * One suite for Node, Deno and Bun. End-to-end tests start real processes, so they run one file at a time and
 * may take long.
 */

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
    setupFiles: ['tests/support/properties.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['tests/{unit,conformance,contract,property,simulation,golden}/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
