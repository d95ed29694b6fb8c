import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { i18n, speak } from '@/locales'
import { useToasts } from '@/stores/toasts'
import AppToasts from './AppToasts.vue'

beforeEach(() => {
  setActivePinia(createPinia())
  speak('en')
})

async function said(key: string, values = {}): Promise<string> {
  const page = mount(AppToasts, { global: { plugins: [i18n] } })
  useToasts().show('problem', key, values)
  await nextTick()
  const text = page.get('[data-testid=toast] p').text()
  page.unmount()
  return text
}

describe('a refusal', () => {
  it('is said in words', async () => {
    expect(await said('refused.hold_expired')).toBe('Your time ran out before that arrived.')
  })

  it('of a kind that is not known yet is an internal one, not a raw key', async () => {
    expect(await said('refused.seat_on_fire')).toBe('Something went wrong on our side. Please try again.')
  })

  it('for a limit says the number, or none where it is not known', async () => {
    expect(await said('refused.hold_limit', { n: 4 })).toBe('You can have at most 4 seats for this event.')
    expect(await said('refused.hold_limit')).not.toMatch(/\d/)
  })

  it('for one seat of an unknown number speaks of one', async () => {
    expect(await said('refused.seat_unavailable')).toBe('Someone was faster: that seat has just been taken.')
  })
})

describe('a message', () => {
  const LONG = 60_000
  let page: ReturnType<typeof mount>
  const keys = () => useToasts().toasts.map((t) => t.key)
  const area = () => page.get('[data-testid=toasts]')
  const button = (n: number) => page.findAll<HTMLButtonElement>('[data-testid=toast] button')[n]?.element
  beforeEach(() => {
    vi.useFakeTimers()
    page = mount(AppToasts, { global: { plugins: [i18n] }, attachTo: document.body })
  })
  afterEach(() => {
    page.unmount()
    vi.useRealTimers()
  })

  it('of what went well goes by itself', () => {
    useToasts().show('good', 'toast.copied')
    vi.advanceTimersByTime(5_900)
    expect(keys()).toEqual(['toast.copied'])
    vi.advanceTimersByTime(200)
    expect(keys()).toEqual([])
  })

  it('does not go while the pointer is on it, nor one that comes then', async () => {
    useToasts().show('good', 'toast.copied')
    await area().trigger('pointerenter')
    vi.advanceTimersByTime(LONG)
    useToasts().show('good', 'toast.cancelled')
    vi.advanceTimersByTime(LONG)
    expect(keys()).toEqual(['toast.copied', 'toast.cancelled'])
    await area().trigger('pointerleave')
    vi.advanceTimersByTime(5_900)
    expect(keys()).toHaveLength(2)
    vi.advanceTimersByTime(200)
    expect(keys()).toEqual([])
  })

  it('does not go while the keyboard is in it', async () => {
    useToasts().show('good', 'toast.copied')
    await nextTick()
    button(0)?.focus()
    vi.advanceTimersByTime(LONG)
    expect(keys()).toEqual(['toast.copied'])
    button(0)?.blur()
    vi.advanceTimersByTime(LONG)
    expect(keys()).toEqual([])
  })

  it('of a problem stays until it could be read and the buyer does something else', async () => {
    useToasts().show('problem', 'refused.offline')
    await nextTick()
    document.body.click()
    vi.advanceTimersByTime(LONG)
    expect(keys()).toEqual(['refused.offline'])
    await page.get('[data-testid=toast] p').trigger('click')
    expect(keys()).toEqual(['refused.offline'])
    document.body.click()
    expect(keys()).toEqual([])
  })

  it('that is put away by the keyboard leads on to the next, and then back to where it was', async () => {
    const field = document.body.appendChild(document.createElement('input'))
    field.focus()
    useToasts().show('problem', 'refused.offline')
    useToasts().show('good', 'toast.copied')
    await nextTick()
    button(1)?.focus()
    button(1)?.click()
    await nextTick()
    expect(document.activeElement).toBe(button(0))
    vi.advanceTimersByTime(LONG)
    button(0)?.click()
    expect(document.activeElement).toBe(field)
    expect(keys()).toEqual([])
    field.remove()
  })
})
