import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref, type Ref } from 'vue'
import { usePending } from './usePending'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A page that waits for a decision; each question is answered when the test says so. */
function waiting(status: Ref<string>) {
  const answers: (() => void)[] = []
  const ask = vi.fn(() => new Promise<void>((resolve) => answers.push(resolve)))
  const page = mount(
    defineComponent(() => {
      const { slow } = usePending(() => status.value === 'pending', ask)
      return () => h('p', slow.value ? 'slow' : '')
    }),
  )
  const answer = async () => {
    answers.pop()?.()
    await vi.advanceTimersByTimeAsync(0)
  }
  return { ask, answer, page }
}

describe('a pending booking', () => {
  it('is asked about, less often the longer it takes, and in the end called slow', async () => {
    const status = ref('pending')
    const { ask, answer, page } = waiting(status)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(ask).toHaveBeenCalledTimes(1)
    await answer()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(ask).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(400)
    expect(ask).toHaveBeenCalledTimes(2)
    expect(page.text()).toBe('')
    for (let i = 0; i < 4; i++) {
      await answer()
      await vi.advanceTimersByTimeAsync(5_000)
    }
    expect(page.text()).toBe('slow')
    status.value = 'confirmed'
    await vi.advanceTimersByTimeAsync(0)
    expect(page.text()).toBe('')
  })

  it('is not asked about once it is decided', async () => {
    const status = ref('pending')
    const { ask } = waiting(status)
    status.value = 'confirmed'
    await vi.advanceTimersByTimeAsync(10_000)
    expect(ask).not.toHaveBeenCalled()
  })

  it('is forgotten with its page, even while a question is on its way', async () => {
    const { answer, page } = waiting(ref('pending'))
    await vi.advanceTimersByTimeAsync(1_000)
    page.unmount()
    await answer()
    expect(vi.getTimerCount()).toBe(0)
  })
})
