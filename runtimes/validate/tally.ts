/** What a validation has seen so far, and the six lines that it ends with. */

export interface Tally {
  /** Monotonic ms. */
  began: number
  /** Of the last pass of the measured time: when its turn came, which a box that is too slow delays. */
  lastTurn: number
  /** Between two turns, ms. */
  interval: number
  /** Passes of the measured time whose decision came back. */
  answered: number
  errors: number
  /** Of the same: from the sending of a signal or order to the sight of its decision, ms. */
  readonly latencies: number[]
  /** By rule: violations that were denied by exactly the expected set, and those that were not. */
  readonly rules: Map<string, { right: number; wrong: number }>
  /** Good orders that were judged, and how many of them were denied. */
  good: number
  falseDenials: number
  /** Passes that were given a trace, and how many of these have no hole. */
  traces: number
  whole: number
  /** What was wrong, in words; the first ones. */
  readonly problems: string[]
}

export interface Report {
  readonly passed: boolean
  readonly throughputHz: number
  readonly targetHz: number
  readonly errors: number
  readonly p95LatencyMs: number | null
  readonly violationsDenied: number
  readonly rules: number
  readonly goodOrders: number
  readonly falseDenials: number
  readonly traces: number
  readonly tracesWhole: number
  readonly problems: readonly string[]
}

export const RULES = 26
const P95_MS_MAX = 400
const PROBLEMS_KEPT = 20

export function createTally(): Tally {
  return {
    began: 0,
    lastTurn: 0,
    interval: 0,
    answered: 0,
    errors: 0,
    latencies: [],
    rules: new Map(),
    good: 0,
    falseDenials: 0,
    traces: 0,
    whole: 0,
    problems: [],
  }
}

export function noteError(tally: Tally, problem: string): void {
  tally.errors++
  noteProblem(tally, problem)
}

export function noteProblem(tally: Tally, problem: string): void {
  if (tally.problems.length < PROBLEMS_KEPT) tally.problems.push(problem)
}

export function noteViolation(tally: Tally, rules: readonly string[], right: boolean): void {
  for (const rule of rules) {
    const known = tally.rules.get(rule) ?? { right: 0, wrong: 0 }
    if (right) known.right++
    else known.wrong++
    tally.rules.set(rule, known)
  }
}

export function toReport(tally: Tally, targetHz: number): Report {
  const { errors, falseDenials, good, traces, whole } = tally
  const seconds = (tally.lastTurn - tally.began + tally.interval) / 1_000
  const throughputHz = tally.answered === 0 ? 0 : tally.answered / seconds
  const report = {
    throughputHz,
    targetHz,
    errors,
    p95LatencyMs: percentile(tally.latencies, 0.95),
    violationsDenied: [...tally.rules.values()].filter(({ right, wrong }) => right > 0 && wrong === 0).length,
    rules: RULES,
    goodOrders: good,
    falseDenials,
    traces,
    tracesWhole: whole,
    problems: tally.problems,
  }
  return { ...report, passed: judge(report).every(({ holds }) => holds) }
}

interface Line {
  readonly holds: boolean
  readonly text: string
}

/** Nothing measured is nothing shown: a figure without data does not hold. */
function judge(report: Omit<Report, 'passed'>): readonly Line[] {
  const { errors, falseDenials, goodOrders, p95LatencyMs, throughputHz, targetHz } = report
  const { rules, traces, tracesWhole, violationsDenied } = report
  const p95 = p95LatencyMs === null ? 'no data' : `${p95LatencyMs.toFixed(1)}ms`
  return [
    {
      holds: throughputHz >= targetHz,
      text: `Throughput: ${throughputHz.toFixed(2)} Hz (target: ≥${toRate(targetHz)})`,
    },
    { holds: errors === 0, text: `Errors: ${errors}` },
    {
      holds: p95LatencyMs !== null && p95LatencyMs <= P95_MS_MAX,
      text: `P95 latency: ${p95} (target: ≤${P95_MS_MAX}ms)`,
    },
    {
      holds: violationsDenied === rules,
      text: `Violations correctly denied: ${violationsDenied}/${rules}`,
    },
    { holds: goodOrders > 0 && falseDenials === 0, text: `False denials: ${falseDenials}` },
    { holds: traces > 0 && tracesWhole === traces, text: `Trace continuity: ${tracesWhole}/${traces}` },
  ]
}

function toRate(hz: number): string {
  return Number.isInteger(hz) ? hz.toFixed(1) : String(hz)
}

export function tellReport(report: Report): string {
  const lines = judge(report).map(({ holds, text }) => `${holds ? '✓' : '✗'} ${text}`)
  const verdict = report.passed ? 'PASSED ✅' : 'FAILED ❌'
  return [...lines, '', `Synthetic validation ${verdict}`].join('\n')
}

/** Nearest rank; null of nothing. */
function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.slice().sort((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * share) - 1] ?? null
}
