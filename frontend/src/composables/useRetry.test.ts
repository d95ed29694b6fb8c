import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { useRetry } from './useRetry'

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})
afterEach(() => {
  vi.useRealTimers()
})

function begin() {
  const wanted = ref(true)
  const act = vi.fn()
  const scope = effectScope()
  const retry = scope.run(() => useRetry(wanted, act, () => 0))
  if (!retry) throw new Error('the scope is over')
  return { wanted, act, scope, ...retry }
}

describe('trying again', () => {
  it('waits longer each time', () => {
    const { act, seconds } = begin()
    expect(seconds.value).toBe(3)
    vi.advanceTimersByTime(2_000)
    expect(seconds.value).toBe(1)
    vi.advanceTimersByTime(1_000)
    expect(act).toHaveBeenCalledTimes(1)
    expect(seconds.value).toBe(6)
    vi.advanceTimersByTime(5_000)
    expect(act).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1_000)
    expect(act).toHaveBeenCalledTimes(2)
    vi.advanceTimersByTime(10 * 60_000)
    expect(seconds.value).toBeLessThanOrEqual(30)
    expect(act.mock.calls.length).toBeGreaterThan(15)
  })

  it('does so at once when the network is back', () => {
    const { act } = begin()
    window.dispatchEvent(new Event('online'))
    expect(act).toHaveBeenCalledTimes(1)
  })

  it('ends when it is no longer wanted, and with its component', async () => {
    const { act, wanted, scope } = begin()
    wanted.value = false
    await nextTick()
    vi.advanceTimersByTime(60_000)
    window.dispatchEvent(new Event('online'))
    expect(act).not.toHaveBeenCalled()
    wanted.value = true
    await nextTick()
    scope.stop()
    vi.advanceTimersByTime(60_000)
    window.dispatchEvent(new Event('online'))
    expect(act).not.toHaveBeenCalled()
  })
})
