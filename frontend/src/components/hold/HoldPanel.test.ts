import { enableAutoUnmount, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, speak } from '@/locales'
import { useHold } from '@/stores/hold'
import { useLive } from '@/stores/live'
import { showHouse } from '@/testing/house'
import { holdOf } from '@/testing/stores'
import HoldPanel from './HoldPanel.vue'

enableAutoUnmount(afterEach)
beforeEach(() => {
  setActivePinia(createPinia())
  speak('en')
  showHouse()
})

/** The panel with these seats held; giving back takes them out at once, as the store does. */
async function panel(...seats: string[]) {
  const hold = useHold()
  hold.hold = holdOf(...seats)
  vi.spyOn(hold, 'release').mockImplementation((ids) => {
    const left = hold.seats.filter((s) => !ids.includes(s.seat)).map((s) => s.seat)
    hold.hold = left.length > 0 ? holdOf(...left) : null
    return Promise.resolve()
  })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '<p />' } }] })
  const page = mount(HoldPanel, { props: { open: true, asked: null }, attachTo: document.body, global: { plugins: [i18n, router] } })
  await vi.dynamicImportSettled() // the parts that come late
  await nextTick()
  /** Presses a button as the keyboard does. */
  async function press(selector: string): Promise<void> {
    const button = page.get(selector).element as HTMLButtonElement
    button.focus()
    button.click()
    await nextTick()
    await nextTick()
  }
  const focused = () => document.activeElement?.closest('[data-testid^=held-]')?.getAttribute('data-testid') ?? document.activeElement?.textContent
  return { press, focused, hold }
}

describe('giving back a seat by keyboard', () => {
  it.each([
    ['B-1', 'held-B-2'],
    ['B-2', 'held-B-3'],
    ['B-3', 'held-B-2'],
  ])('%s leads on to %s', async (seat, next) => {
    const { press, focused } = await panel('B-1', 'B-2', 'B-3')
    await press(`[data-testid=held-${seat}] button`)
    expect(focused()).toBe(next)
  })

  it('that was the last leads to the heading', async () => {
    const { press, focused } = await panel('B-1')
    await press('[data-testid=held-B-1] button')
    expect(focused()).toBe('Choose your seats')
  })

  it('and all of them leads to the heading', async () => {
    const { press, focused } = await panel('B-1', 'B-2')
    await press('[data-testid=release-all]')
    expect(focused()).toBe('Choose your seats')
  })
})

describe('a hold that ends elsewhere', () => {
  it('leaves the focus where it is', async () => {
    document.body.insertAdjacentHTML('beforeend', '<button id="map">map</button>')
    const { hold } = await panel('B-1')
    document.getElementById('map')?.focus()
    hold.hold = null
    await nextTick()
    await nextTick()
    expect(document.activeElement?.id).toBe('map')
  })
})

describe('outside the sale', () => {
  it.each([
    ['upcoming', 'Not yet on sale Seats go on sale December 5, 2026 at 10:00 AM'],
    ['paused', 'Sale paused The sale is paused for a moment'],
    ['ended', 'Sale ended No more seats are sold for this event.'],
  ] as const)('%s: says why instead of a button that does nothing', (phase, why) => {
    const live = useLive()
    if (!live.event) throw new Error('no event')
    live.event = { ...live.event, phase, sale: { opens_at: '2026-12-05T01:00:00.000Z', closes_at: null } }
    const page = mount(HoldPanel, { props: { open: true, asked: null }, global: { plugins: [i18n] } })
    const words = page.get('.intro').findAll('h2, p').map((it) => it.text()).join(' ').replace(/\(.*?\)|Sat, /g, '')
    expect(words).toContain(why)
    expect(page.find('[data-testid=book]').exists()).toBe(false)
  })
})

describe('the filters', () => {
  it.each([
    ['fold the sheet again that they unfolded', false],
    ['leave the sheet open that was', true],
  ])('%s', async (_, open) => {
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '<p />' } }] })
    const page = mount(HoldPanel, { props: { open, asked: null, 'onUpdate:open': (is: boolean) => page.setProps({ open: is }) }, global: { plugins: [i18n, router] } })
    await page.get('[data-testid=filters]').trigger('click')
    expect(page.props('open')).toBe(true)
    await page.get('[data-testid=filters]').trigger('click')
    expect(page.props('open')).toBe(open)
  })
})
