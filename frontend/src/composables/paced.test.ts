import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import { paced } from './paced'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('what is paced follows at once, then now and then, and never stays behind', () => {
  const version = ref(0)
  const seen = paced(version, 400)
  version.value++
  expect(seen.value).toBe(1)
  for (let i = 0; i < 10; i++) version.value++
  expect(seen.value).toBe(1)
  vi.advanceTimersByTime(400)
  expect(seen.value).toBe(2)
  vi.advanceTimersByTime(4_000)
  expect(seen.value).toBe(2)
  expect(vi.getTimerCount()).toBe(0)
  version.value++
  expect(seen.value).toBe(3)
})
