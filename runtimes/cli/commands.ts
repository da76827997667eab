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
    name: 'runs',
    summary: 'the backtests that were kept: list, show, compare, export',
    load: async () => (await import('./runs.ts')).runs,
  },
  {
    name: 'sweep',
    summary: 'a backtest for every combination of parameters, over all cores',
    load: async () => (await import('./sweep.ts')).sweep,
  },
  {
    name: 'walk-forward',
    summary: 'choose parameters on one stretch of history, trade them on the next',
    load: async () => (await import('./walk-forward.ts')).walkForward,
  },
  {
    name: 'look-ahead',
    summary: 'catch a strategy that reads the future',
    load: async () => (await import('./look-ahead.ts')).lookAhead,
  },
  {
    name: 'parity',
    summary: 'a paper session once more as a backtest, and every difference',
    load: async () => (await import('./parity.ts')).parity,
  },
  {
    name: 'replay',
    summary: 'recompute the journal and compare',
    load: async () => (await import('./replay.ts')).replay,
  },
  {
    name: 'validate',
    summary: 'violate every rule of a running box, and see it deny',
    load: async () => (await import('./validate.ts')).validate,
  },
  {
    name: 'explain',
    summary: 'one decision or trace, in words',
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'risk',
    summary: 'what may still be sent: headroom of each limit',
    load: async () => (await import('./risk.ts')).risk,
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
    name: 'pause',
    summary: 'an agent, a symbol or a strategy opens nothing',
    load: async () => (await import('./pause.ts')).pause,
  },
  {
    name: 'unpause',
    summary: 'take a pause back',
    load: async () => (await import('./pause.ts')).unpause,
  },
  {
    name: 'rearm',
    summary: 'release what latched itself',
    load: async () => (await import('./rearm.ts')).rearm,
  },
  {
    name: 'flatten',
    summary: 'close positions at market',
    load: async () => (await import('./flatten.ts')).flatten,
  },
  {
    name: 'restrict',
    summary: 'the restricted list; two people take a symbol off it',
    load: async () => (await import('./restrict.ts')).restrict,
  },
  {
    name: 'override',
    summary: 'lift an operational limit for a while, by two people',
    load: async () => (await import('./override.ts')).override,
  },
  {
    name: 'approvals',
    summary: 'what waits for a person: list, approve, reject',
    load: async () => (await import('./approvals.ts')).approvals,
  },
  {
    name: 'orders',
    summary: 'list orders, cancel one, move a stop',
    load: async () => (await import('./orders.ts')).orders,
  },
  {
    name: 'drill',
    summary: 'show that a halt keeps openings out',
    load: async () => (await import('./drill.ts')).drill,
  },
  {
    name: 'identity',
    summary: 'who may do what: create, list, revoke, rotate',
    load: async () => (await import('./identity.ts')).identity,
  },
  {
    name: 'plugin',
    summary: 'what there is, and the way to a strategy of your own: list, new, test',
    load: async () => (await import('./plugin.ts')).plugin,
  },
  {
    name: 'config',
    summary: 'what a start would run with, and whether it is sound',
    load: async () => (await import('./config.ts')).config,
  },
  {
    name: 'doctor',
    summary: 'what is wrong with this box, and what to do about it',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'bench',
    summary: 'measure this machine, runtime and build',
    load: async () => (await import('./bench.ts')).bench,
  },
]
