import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
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
