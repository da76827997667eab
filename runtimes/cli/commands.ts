/**
 * The table of commands: what `ark --help` lists and what dispatch.ts goes by. A command is loaded when it is
 * called.
 */

import type { Command } from './cli.ts'

interface Entry {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<Command>
}

export const COMMANDS: readonly Entry[] = [
  {
    name: 'start',
    summary: 'run: the first-run replay once, then a paper market',
    load: async () => (await import('./start.ts')).start,
  },
  {
    name: 'backtest',
    summary: 'the same pipeline over history of your own',
    load: async () => (await import('./backtest.ts')).backtest,
  },
  {
    name: 'replay',
    summary: 'recompute the journal and compare',
    load: async () => (await import('./replay.ts')).replay,
  },
  {
    name: 'explain',
    summary: 'one decision or trace, in words',
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'rules',
    summary: 'the 26 rules: list, show, verify their seal',
    load: async () => (await import('./rules.ts')).rules,
  },
  {
    name: 'status',
    summary: 'what runs, and what is on disk',
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'stop',
    summary: 'stop the running box cleanly',
    load: async () => (await import('./stop.ts')).stop,
  },
  {
    name: 'halt',
    summary: 'no order opens until somebody resumes',
    load: async () => (await import('./halt.ts')).halt,
  },
  {
    name: 'resume',
    summary: 'take a halt back',
    load: async () => (await import('./halt.ts')).resume,
  },
  {
    name: 'identity',
    summary: 'who may do what: create, list, revoke, rotate',
    load: async () => (await import('./identity.ts')).identity,
  },
  {
    name: 'plugin',
    summary: 'the plugins of this build',
    load: async () => (await import('./plugin.ts')).plugin,
  },
  {
    name: 'bench',
    summary: 'measure this machine, runtime and build',
    load: async () => (await import('./bench.ts')).bench,
  },
]
