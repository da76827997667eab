/**
 * Plays a scenario: each step against the kernel that the steps before it left, judged as a real order would
 * be, and its answer beside what was expected.
 *
 * `ark rules test` and POST /v1/controls/:rule call it. It keeps nothing, asks no clock and gives the same
 * answers on every runtime.
 */

import type { Mode, TimeMs } from '../contract.ts'
import type { Kernel } from '../cycle/kernel.ts'
import { modeOf } from '../gate/mode.ts'
import { type Said, SILENT } from './answer.ts'
import { compare, type Difference } from './compare.ts'
import { observeAgain } from './market.ts'
import { playOrder } from './order.ts'
import { advance, cancel, modify, publish, request } from './others.ts'
import type { Scenario, Step } from './schema.ts'
import { createStage, type ScenarioDeps } from './stage.ts'

export type StepKind = 'order' | 'cancel' | 'modify' | 'market' | 'publish' | 'request'

export interface Answer extends Said {
  /** After the step. */
  readonly mode: Mode
}

export interface PlayedStep {
  /** From 1. */
  readonly number: number
  readonly name: string
  readonly kind: StepKind
  readonly at: TimeMs
  readonly answer: Answer
  /** Undefined where the step expects nothing. */
  readonly differences: readonly Difference[] | undefined
}

export interface Played {
  readonly name: string
  readonly passed: boolean
  readonly steps: readonly PlayedStep[]
}

export function play(scenario: Scenario, deps: ScenarioDeps): Played {
  const kernel = createStage(scenario, deps)
  const steps = scenario.steps.map((step, index) => playStep(kernel, step, index + 1))
  const passed = steps.every(({ differences }) => differences === undefined || differences.length === 0)
  return { name: scenario.name ?? '', passed, steps }
}

function playStep(kernel: Kernel, step: Step, number: number): PlayedStep {
  if (step.at !== undefined) advance(kernel, step.at)
  const kind = kindOf(step)
  const said = answerTo(kernel, step, number)
  const answer = { ...said, mode: modeOf(kernel.context.mode) }
  const { expect } = step
  const differences = expect === undefined ? undefined : compare(expect, answer)
  return { number, name: step.name ?? '', kind, at: kernel.context.now, answer, differences }
}

/** An order may name itself, so that later steps can cancel it. */
function nameOf(order: object): string | undefined {
  return 'id' in order && typeof order.id === 'string' && order.id !== '' ? order.id : undefined
}

function kindOf(step: Step): StepKind {
  if (step.order !== undefined) return 'order'
  if (step.cancel !== undefined) return 'cancel'
  if (step.modify !== undefined) return 'modify'
  if (step.market !== undefined) return 'market'
  return step.publish === undefined ? 'request' : 'publish'
}

function answerTo(kernel: Kernel, step: Step, number: number): Said {
  if (step.order !== undefined)
    return playOrder(kernel, step, step.order, step.id ?? nameOf(step.order) ?? `step${number}`)
  if (step.cancel !== undefined) return cancel(kernel, step.cancel.id)
  if (step.modify !== undefined) return modify(kernel, step.modify)
  if (step.market !== undefined) return observeAgain(kernel, step.market)
  if (step.publish !== undefined) return publish(kernel, step.publish)
  return step.request === undefined ? SILENT : request(kernel, step.request)
}
