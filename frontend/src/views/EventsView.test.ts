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

it('says that more events could not be read, and tries again', async () => {
  const { event } = smallHouse()
  const pages: (() => Response)[] = [
    () => Response.json({ events: [event], next: 'a' }),
    () => Response.json({ code: 'unavailable' }, { status: 503 }),
    () => Response.json({ events: [{ ...event, id: 'other', title: 'Other' }] }),
  ]
  vi.stubGlobal('fetch', () => Promise.resolve(pages.shift()?.()))
  const at = { template: '<p />' }
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: at }, { path: '/events/:event', name: 'event', component: at }] })
  const page = mount(EventsView, { global: { plugins: [createPinia(), i18n, router] } })
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
