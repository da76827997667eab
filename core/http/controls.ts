/**
 * The standing controls: a scenario, played by the same gate on a world of its own.
 *
 * It never sees the running kernel, so no permit, no event and no change of mode can come of it; nothing is
 * kept and nothing is counted.
 */

import { ArkError } from '../errors.ts'
import { listRules } from '../gate/catalogue.ts'
import { sealRoot } from '../gate/seal.ts'
import { play } from '../scenario/play.ts'
import { type Scenario, ScenarioSchema } from '../scenario/schema.ts'
import type { Guard } from './auth.ts'
import type { App, Door } from './door.ts'
import type { Verdict } from './evaluate.ts'
import { limitBody, readBody } from './json.ts'
import { invalidBody } from './problems.ts'

const STEPS_MAX = 50

/** The last step's verdict, and in short what the steps before it were answered. */
interface ControlVerdict extends Verdict {
  /** The control that was asked for. */
  readonly rule: string
  /** False when a step did not answer as it expects. */
  readonly passed: boolean
  readonly steps: readonly ControlStep[]
}

interface ControlStep {
  readonly number: number
  readonly allowed: boolean
  readonly deniedBy: readonly string[]
  readonly unknown: readonly string[]
  readonly held: readonly string[]
  readonly limits: readonly string[]
  /** Null where the step expects nothing. */
  readonly passed: boolean | null
}

export function mountControls(app: App, door: Door, guard: Guard): void {
  app.post('/v1/controls/:rule', guard.role('operator'), limitBody, async (c) => {
    const rule = c.req.param('rule')
    if (!listRules().some((entry) => entry.rule === rule))
      throw new ArkError('NOT_FOUND', 'rule', 'There is no rule of this name; GET /v1/rules lists them.')
    const scenario = await readBody(c, ScenarioSchema)
    if (scenario.steps.length > STEPS_MAX)
      throw invalidBody([{ pointer: '/steps', message: `wants at most ${STEPS_MAX} steps` }])
    return c.json(judge(door, rule, scenario))
  })
}

function judge({ ark, hash }: Door, rule: string, scenario: Scenario): ControlVerdict {
  const rulesetDigest = sealRoot()
  const played = play(scenario, { installed: ark.installed, hash, rulesetDigest })
  const last = played.steps.at(-1)
  if (last === undefined) throw new ArkError('ASSERTION', 'steps', 'A scenario has one step or more.')
  const { allowed, cancelFirst, deniedBy, held, limitResults, mode, nearest, rules, unknown } = last.answer
  return {
    rule,
    decisionId: `control-${hash.randomHex(8)}`,
    allowed,
    deniedBy,
    unknown,
    held,
    rules,
    limits: limitResults,
    ...(cancelFirst.length === 0 ? {} : { cancelFirst }),
    ...(nearest === undefined ? {} : { nearest }),
    mode,
    graveyardDigest: rulesetDigest,
    asOfSeq: 0,
    passed: played.passed,
    steps: played.steps.map(({ answer, differences, number }) => ({
      number,
      allowed: answer.allowed,
      deniedBy: answer.deniedBy,
      unknown: answer.unknown,
      held: answer.held,
      limits: answer.limits,
      passed: differences === undefined ? null : differences.length === 0,
    })),
  }
}
