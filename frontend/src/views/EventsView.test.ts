import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, speak } from '@/locales'
import { smallHouse } from '@/testing/plan'
import EventsView from './EventsView.vue'

enableAutoUnmount(afterEach)
beforeEach(() => {
  speak('en')
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const at = { template: '<p />' }
function list() {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: at }, { path: '/events/:event', name: 'event', component: at }] })
  return mount(EventsView, { global: { plugins: [createPinia(), i18n, router] } })
}

it('says with each event what is left, also to who hears its link', async () => {
  const { event } = smallHouse()
  const events = [
    { ...event, id: 'some', available: 1234, capacity: 2000 },
    { ...event, id: 'few', available: 7, capacity: 2000 },
    { ...event, id: 'unknown' },
    { ...event, id: 'gone', phase: 'sold_out', available: 0, capacity: 2000 },
    { ...event, id: 'later', phase: 'upcoming', available: 2000, capacity: 2000, sale: { opens_at: '2026-12-05T01:00:00.000Z', closes_at: null } },
  ]
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ events, next: '' })))
  const page = list()
  await flushPromises()
  const told = () => page.findAll('article').map((card) => card.find('[data-testid=left]')).map((left) => (left.exists() ? left.text() : null))
  expect(told().slice(0, 4)).toEqual(['1,234 left', 'Only 7 left', null, null])
  expect(told()[4]).toMatch(/^On sale from /)
  const [card] = page.findAll('article')
  expect(card?.get('h2 a').attributes('aria-describedby')).toBe(card?.get('[data-testid=left]').attributes('id'))
  speak('ko')
  await flushPromises()
  expect(told().slice(0, 4)).toEqual(['1,234석 남음', '7석만 남음', null, null])
})

it('says that more events could not be read, and tries again', async () => {
  const { event } = smallHouse()
  const pages: (() => Response)[] = [
    () => Response.json({ events: [event], next: 'a' }),
    () => Response.json({ code: 'unavailable' }, { status: 503 }),
    () => Response.json({ events: [{ ...event, id: 'other', title: 'Other' }] }),
  ]
  vi.stubGlobal('fetch', () => Promise.resolve(pages.shift()?.()))
  const page = list()
  await flushPromises()
  const more = () => page.get('.more button')
  await more().trigger('click')
  await flushPromises()
  expect(page.get('[role=alert]').text()).toContain('The server is away')
  expect(page.findAll('article')).toHaveLength(1)
  await more().trigger('click')
  await flushPromises()
  expect(page.find('[role=alert]').exists()).toBe(false)
  expect(page.findAll('article')).toHaveLength(2)
})
