/**
 * What waits for the cycle: a bounded queue of inputs, and a control lane beside it that is never full.
 *
 * An input is either taken, and then never dropped, or refused at once with QUEUE_FULL. Control inputs go
 * first.
 */

import type { Accepted } from '../contract.ts'
import { ArkError } from '../errors.ts'
import type { Input } from './kernel.ts'

export interface Waiting {
  readonly input: Input
  /** Monotonic ms. */
  readonly since: number
  readonly resolve: (accepted: Accepted) => void
  readonly reject: (error: unknown) => void
}

export interface Queue {
  readonly capacity: number
  readonly inputs: Waiting[]
  readonly control: Waiting[]
  /** Feeds that wait for room, oldest first. */
  readonly crowd: (() => void)[]
  wake: () => void
  closed: boolean
}

export function createQueue(capacity: number): Queue {
  return { capacity, inputs: [], control: [], crowd: [], wake: () => undefined, closed: false }
}

export function enqueue(
  queue: Queue,
  lane: 'inputs' | 'control',
  input: Input,
  since: number,
): Promise<Accepted> {
  if (queue.closed) return Promise.reject(new ArkError('STOPPING', 'queue', 'ARK is stopping.'))
  if (lane === 'inputs' && queue.inputs.length >= queue.capacity) {
    return Promise.reject(new ArkError('QUEUE_FULL', 'queue', `${queue.capacity} inputs are waiting.`))
  }
  return new Promise((resolve, reject) => {
    queue[lane].push({ input, since, resolve, reject })
    queue.wake()
  })
}

/** In front of all that waits, in the order given: what a run opens with comes before anything said to it. */
export function enqueueFirst(
  queue: Queue,
  inputs: readonly Input[],
  since: number,
): readonly Promise<Accepted>[] {
  const waiting = queue.control.splice(0)
  const accepted = inputs.map((input) => enqueue(queue, 'control', input, since))
  queue.control.push(...waiting)
  return accepted
}

/**
 * For feeds: waits for room, in the order of the calls, so that history is read no faster than it is
 * journaled.
 */
export function enqueueInTurn(queue: Queue, input: Input, since: number): Promise<Accepted> {
  const enter = () => enqueue(queue, 'inputs', input, since)
  const full = queue.crowd.length > 0 || queue.inputs.length >= queue.capacity
  if (queue.closed || !full) return enter()
  return new Promise((resolve, reject) => {
    queue.crowd.push(() => enter().then(resolve, reject))
  })
}

export function nextWaiting(queue: Queue): Waiting | undefined {
  return queue.control.shift() ?? queue.inputs.shift()
}

export function letIn(queue: Queue): void {
  while (queue.crowd.length > 0 && queue.inputs.length < queue.capacity) queue.crowd.shift()?.()
}

/** Refuses whatever still waits: nothing of it was acknowledged. */
export function closeQueue(queue: Queue, error: ArkError): void {
  queue.closed = true
  for (const waiting of [...queue.control.splice(0), ...queue.inputs.splice(0)]) waiting.reject(error)
  for (const enter of queue.crowd.splice(0)) enter()
  queue.wake()
}
