import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
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
  vi.restoreAllMocks()
  vi.useRealTimers()
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

describe('while the list is open', () => {
  const { event } = smallHouse()
  const other = { ...event, id: 'other', available: 40, capacity: 2000 }

  async function open() {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
    const asked: URLSearchParams[] = []
    let visible = true
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (visible ? 'visible' : 'hidden'))
    const server = { events: [{ ...event, available: 500, capacity: 2000 }, other] as object[], down: false }
    vi.stubGlobal('fetch', (url: string) => {
      const query = new URL(url, 'https://own.example').searchParams
      asked.push(query)
      if (server.down) return Promise.resolve(Response.json({ code: 'unavailable' }, { status: 503 }))
      if (!query.has('limit')) return Promise.resolve(Response.json({ events: [server.events[asked.length - 1]], next: asked.length === 1 ? 'a' : '' }))
      return Promise.resolve(Response.json({ events: server.events, next: '' }))
    })
    const page = list()
    await flushPromises()
    await page.get('.more button').trigger('click')
    await flushPromises()
    return {
      page,
      server,
      asked,
      told: () => page.findAll('article').map((card) => `${card.find('.badge').text()}: ${card.find('[data-testid=left]').exists() ? card.get('[data-testid=left]').text() : ''}`),
      pass: async (ms: number) => {
        vi.advanceTimersByTime(ms)
        await flushPromises()
      },
      look: async (at: boolean) => {
        visible = at
        document.dispatchEvent(new Event('visibilitychange'))
        await flushPromises()
      },
    }
  }

  it('it counts again, all pages at once, and says what opened and what is over; an error leaves what was said', async () => {
    const { asked, server, told, pass } = await open()
    expect(told()).toEqual(['On sale: 500 left', 'On sale: Only 40 left'])
    server.events = [{ ...event, phase: 'ended', zones: [] }, { ...other, available: 7, zones: [] }]
    await pass(29_000)
    expect(asked).toHaveLength(2)
    await pass(1_000)
    expect(asked.slice(2).map(String)).toEqual(['brief=true&limit=2'])
    expect(told()).toEqual(['Sale ended: ', 'On sale: Only 7 left'])
    server.down = true
    await pass(30_000)
    expect(asked).toHaveLength(4)
    expect(told()).toEqual(['Sale ended: ', 'On sale: Only 7 left'])
    server.down = false
    server.events = [{ ...event, phase: 'ended' }, { ...other, available: 6 }]
    await pass(30_000)
    expect(told()).toEqual(['Sale ended: ', 'On sale: Only 6 left'])
  })

  it('it asks for nothing while nobody looks, and at once when somebody does again', async () => {
    const { asked, server, told, pass, look, page } = await open()
    await look(false)
    await look(true)
    expect(asked).toHaveLength(2) // a moment ago
    await look(false)
    await pass(10 * 60_000)
    expect(asked).toHaveLength(2)
    server.events = [event, { ...other, available: 7 }]
    await look(true)
    expect(asked).toHaveLength(3)
    expect(told()[1]).toBe('On sale: Only 7 left')
    page.unmount()
    await look(true)
    await pass(60_000)
    expect(asked).toHaveLength(3)
  })
})
