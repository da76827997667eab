import { describe, expect, it } from 'vitest'
import type { Input } from '#core/cycle/kernel.ts'
import {
  closeQueue,
  createQueue,
  enqueue,
  enqueueFirst,
  enqueueInTurn,
  letIn,
  nextWaiting,
  type Queue,
} from '#core/cycle/queue.ts'
import { ArkError } from '#core/errors.ts'

function inputOf(name: string): Input {
  return { kind: 'event', source: name, draft: { type: 'clock/ticked', payload: {} }, time: 0 }
}

/** Takes everything out, in the order in which the cycle would. */
function drain(queue: Queue): readonly string[] {
  const names: string[] = []
  for (let next = nextWaiting(queue); next !== undefined; next = nextWaiting(queue))
    names.push(next.input.source)
  return names
}

describe('a full queue [COMP_QUEUE]', () => {
  it('refuses at once with QUEUE_FULL and its place, and takes the next when there is room', async () => {
    const queue = createQueue(2)
    const first = enqueue(queue, 'inputs', inputOf('a'), 0)
    void enqueue(queue, 'inputs', inputOf('b'), 0)
    await expect(enqueue(queue, 'inputs', inputOf('c'), 0)).rejects.toMatchObject({
      code: 'QUEUE_FULL',
      where: 'queue',
    })
    nextWaiting(queue)?.resolve({ seq: 1, traceId: 't' })
    await expect(first).resolves.toEqual({ seq: 1, traceId: 't' })
    void enqueue(queue, 'inputs', inputOf('d'), 0)
    expect(drain(queue)).toEqual(['b', 'd'])
  })

  it('never refuses control, and lets it go first', async () => {
    const queue = createQueue(1)
    void enqueue(queue, 'inputs', inputOf('a'), 0)
    for (const name of ['halt', 'lease', 'isolate']) void enqueue(queue, 'control', inputOf(name), 0)
    expect(drain(queue)).toEqual(['halt', 'lease', 'isolate', 'a'])
  })

  it('lets feeds in one by one, in the order of their calls, and nobody past them', async () => {
    const queue = createQueue(1)
    void enqueue(queue, 'inputs', inputOf('a'), 0)
    for (const name of ['x', 'y']) void enqueueInTurn(queue, inputOf(name), 0)
    expect(queue.inputs.map(({ input }) => input.source)).toEqual(['a'])
    nextWaiting(queue)
    // Room is free, but x and y were first.
    const late = enqueueInTurn(queue, inputOf('z'), 0)
    expect(queue.inputs).toEqual([])
    for (const expected of ['x', 'y', 'z']) {
      letIn(queue)
      expect(queue.inputs.map(({ input }) => input.source)).toEqual([expected])
      nextWaiting(queue)?.resolve({ seq: 1, traceId: '' })
    }
    await expect(late).resolves.toEqual({ seq: 1, traceId: '' })
  })

  it('makes no feed wait for nothing', () => {
    const queue = createQueue(1)
    void enqueueInTurn(queue, inputOf('x'), 0)
    expect(drain(queue)).toEqual(['x'])
  })
})

describe('a closed queue', () => {
  it('refuses whatever waits and whatever comes, control too, and wakes the cycle', async () => {
    const queue = createQueue(1)
    const waiting = [
      enqueue(queue, 'inputs', inputOf('a'), 0),
      enqueue(queue, 'control', inputOf('b'), 0),
      enqueueInTurn(queue, inputOf('c'), 0),
    ]
    const outcomes = Promise.allSettled(waiting)
    let woken = 0
    queue.wake = () => void woken++
    closeQueue(queue, new ArkError('STOPPING', 'queue', 'Enough.'))
    expect(woken).toBe(1)
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STOPPING' } })
    for (const lane of ['inputs', 'control'] as const)
      await expect(enqueue(queue, lane, inputOf('c'), 0)).rejects.toMatchObject({
        code: 'STOPPING',
        where: 'queue',
      })
    expect(drain(queue)).toEqual([])
  })
})

it('lets what a run opens with in before everything that waits, in its own order', async () => {
  const queue = createQueue(2)
  void enqueue(queue, 'inputs', inputOf('a'), 0)
  void enqueue(queue, 'control', inputOf('halt'), 0)
  const accepted = enqueueFirst(queue, [inputOf('started'), inputOf('lease')], 0)
  expect(queue.control.map(({ input }) => input.source)).toEqual(['started', 'lease', 'halt'])
  nextWaiting(queue)?.resolve({ seq: 1, traceId: 't' })
  await expect(accepted[0]).resolves.toEqual({ seq: 1, traceId: 't' })
  expect(drain(queue)).toEqual(['lease', 'halt', 'a'])
})

it('wakes the cycle for every input', () => {
  const queue = createQueue(2)
  let woken = 0
  queue.wake = () => void woken++
  void enqueue(queue, 'inputs', inputOf('a'), 0)
  void enqueue(queue, 'control', inputOf('b'), 0)
  expect(woken).toBe(2)
})
