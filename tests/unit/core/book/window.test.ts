import { describe, expect, it } from 'vitest'
import { createWindow, medianMove, observe, priceBefore, splitWindow, volumeOf } from '#core/book/window.ts'

const MINUTE = 60_000
/** End of the n-th minute: it still belongs to that minute. */
const end = (minute: number) => (1_000 + minute) * MINUTE

function minutes(count: number, price = (minute: number) => 100 + minute) {
  const window = createWindow()
  for (let minute = 1; minute <= count; minute++) observe(window, end(minute), price(minute), 10)
  return window
}

describe('the volume of the last minutes', () => {
  it('is missing while nothing was ever seen, and 0 when nothing was seen lately', () => {
    expect(volumeOf(createWindow(), end(1), 5)).toBeNaN()
    expect(volumeOf(minutes(3), end(60), 5)).toBe(0)
  })

  it('counts whole minutes, the running one included', () => {
    const window = minutes(8)
    expect(volumeOf(window, end(8), 5)).toBe(50)
    expect(volumeOf(window, end(8) + 1, 5)).toBe(40)
    observe(window, end(8) + 30_000, 109, 7)
    expect(volumeOf(window, end(8) + 30_000, 5)).toBe(47)
    expect(volumeOf(window, end(8) + 30_000, 1)).toBe(7)
  })

  it('forgets what has gone round, and takes no row from before it', () => {
    const window = minutes(40)
    expect(volumeOf(window, end(40), 16)).toBe(160)
    observe(window, end(10), 1, 1_000_000)
    expect(volumeOf(window, end(40), 16)).toBe(160)
  })
})

describe('an earlier price', () => {
  it('is the newest that is old enough', () => {
    const window = minutes(8)
    expect(priceBefore(window, end(8), 5)).toBe(103)
    expect(priceBefore(window, end(10), 5)).toBe(105)
    expect(priceBefore(window, end(3), 5)).toBeNaN()
    expect(priceBefore(createWindow(), end(3), 5)).toBeNaN()
  })
})

describe('the median five-minute move', () => {
  it('is missing before there is one, and counts no move over a gap', () => {
    expect(medianMove(minutes(4))).toBeNaN()
    const window = createWindow()
    for (const minute of [1, 30, 60]) observe(window, end(minute), 100 + minute, 0)
    expect(medianMove(window)).toBeNaN()
  })

  it('is the middle one of its size, whatever its direction', () => {
    const prices = [100, 101, 99, 99, 105]
    const window = minutes(25, (minute) => prices[Math.floor((minute - 1) / 5)] ?? 0)
    expect([...window.moves].map((move) => Math.round(move / 1e5) / 1e3)).toEqual([0.01, 0.02, 0, 0.061])
    expect(medianMove(window)).toBe(Math.round((2 / 101) * 1e8))
  })

  it('keeps three hours at most', () => {
    expect(minutes(600).moves).toHaveLength(36)
  })
})

it('a split moves nothing: what was seen before it is told in the new units', () => {
  const window = minutes(9, () => 300)
  splitWindow(window, 3, 1)
  expect(priceBefore(window, end(9), 5)).toBe(100)
  expect(volumeOf(window, end(9), 5)).toBe(150)
  // The first row after it begins the next five minutes, at the new price.
  observe(window, end(11), 100, 30)
  expect(window.moves.slice(-1)).toEqual([0])
  const fresh = createWindow()
  splitWindow(fresh, 3, 1)
  expect(fresh).toEqual(createWindow())
})
