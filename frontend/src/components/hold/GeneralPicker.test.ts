import { enableAutoUnmount, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { i18n, speak } from '@/locales'
import type { ZoneModel } from '@/seatmap/model'
import { useHold } from '@/stores/hold'
import { showHouse } from '@/testing/house'
import { holdOf } from '@/testing/stores'
import GeneralPicker from './GeneralPicker.vue'

enableAutoUnmount(afterEach)
beforeEach(() => {
  setActivePinia(createPinia())
  speak('en')
})
afterEach(() => {
  vi.unstubAllGlobals()
})

function picker(asked = false) {
  const zone = showHouse().zone.get('G') as ZoneModel
  return mount(GeneralPicker, { props: { zone, asked }, global: { plugins: [i18n] } })
}

describe('how many places', () => {
  it('is never shown as more than one may still take', async () => {
    const page = picker()
    for (let i = 0; i < 3; i++) await page.get('[aria-label=More]').trigger('click')
    expect(page.get('output').text()).toBe('4')
    useHold().hold = holdOf('B-1', 'B-2')
    await nextTick()
    expect(page.get('output').text()).toBe('2')
    expect(page.get('header').text()).toContain('₩90,000 × 2₩180,000')
    expect(page.get('[data-testid=take-G]').text()).toBe('Take 2 places')
    const take = vi.spyOn(useHold(), 'holdQuantity').mockResolvedValue()
    await page.get('[data-testid=take-G]').trigger('click')
    expect(take).toHaveBeenCalledWith('G', 2)
  })
})

describe('a zone that was pointed at', () => {
  it.each([
    [true, 'auto'],
    [false, 'smooth'],
  ])('comes into view; less motion wished %s: %s', async (reduced, behavior) => {
    vi.stubGlobal('matchMedia', (query: string) => ({ matches: query.includes('reduced-motion') && reduced, addEventListener: vi.fn(), removeEventListener: vi.fn() }))
    const scroll = vi.spyOn(Element.prototype, 'scrollIntoView')
    await picker().setProps({ asked: true })
    expect(scroll).toHaveBeenCalledWith({ block: 'center', behavior })
    scroll.mockRestore()
  })
})
