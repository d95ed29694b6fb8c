import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Pace } from './pace'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

it('sends a second’s worth at once and the rest in turn', async () => {
  const pace = new Pace(10)
  let sent = 0
  for (let i = 0; i < 25; i++) pace.push(() => sent++, false)
  expect(sent).toBe(10)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(sent).toBeGreaterThanOrEqual(19)
  expect(sent).toBeLessThanOrEqual(20)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(sent).toBe(25)
})

it('lets a buyer’s wish overtake joins', async () => {
  const pace = new Pace(1)
  const order: string[] = []
  pace.push(() => order.push('a'), false)
  pace.push(() => order.push('join'), false)
  pace.push(() => order.push('hold 1'), true)
  pace.push(() => order.push('hold 2'), true)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(order).toEqual(['a', 'hold 1', 'hold 2', 'join'])
})

it('forgets what waits', async () => {
  const pace = new Pace(1)
  let sent = 0
  pace.push(() => sent++, false)
  pace.push(() => sent++, false)
  pace.clear()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(sent).toBe(1)
})
