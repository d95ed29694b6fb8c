import { enableAutoUnmount, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { i18n, speak } from '@/locales'
import { ZoneState } from '@/protocol/zoneState'
import { buildPlan } from '@/seatmap/model'
import { useLive } from '@/stores/live'
import { useNews } from '@/stores/news'
import { showHouse } from '@/testing/house'
import { smallHouse } from '@/testing/plan'
import SeatList from './SeatList.vue'

enableAutoUnmount(afterEach)
beforeEach(() => {
  setActivePinia(createPinia())
  speak('en')
})

function list() {
  showHouse((seats) => {
    const [first, second] = seats
    if (first) first.accessible = true
    if (second) second.companion = true
    for (const seat of seats.filter((s) => s.row === 'C')) seat.row = ''
  })
  return mount(SeatList, { attachTo: document.body, global: { plugins: [i18n] } })
}

describe('a seat in the list', () => {
  it.each([
    ['A-1', 'Row A, seat 1, Wheelchair place, VIP, ₩180,000, Available'],
    ['A-2', 'Row A, seat 2, Companion seat, VIP, ₩180,000, Available'],
    ['B-3', 'Row B, seat 3, R, ₩150,000, Available'],
    ['C-3', 'Seat 3, R, ₩150,000, Available'],
  ])('%s is called %s', (id, name) => {
    expect(list().get(`[data-seat="${id}"]`).attributes('aria-label')).toBe(name)
  })
})

describe('the headings', () => {
  it('name rows, with what they cost; seats without a row are the zone', () => {
    expect(list().findAll('h3').map((h) => h.text().replace(/\s+/g, ' '))).toEqual(['Row A VIP ₩180,000', 'Row B R ₩150,000', 'Stalls R ₩150,000'])
  })
})

describe('the way out', () => {
  it('comes before the seats', () => {
    expect(list().findAll('button')[0]?.text()).toBe('Back to the map')
  })

  it('is Escape, too', async () => {
    const page = list()
    await page.get('[data-seat="A-1"]').trigger('keydown', { key: 'Escape' })
    expect(page.emitted('close')).toHaveLength(1)
  })
})

describe('by keyboard', () => {
  const stops = (page: ReturnType<typeof list>) => page.findAll('[data-seat][tabindex="0"]').map((b) => b.attributes('data-seat'))
  const focused = () => document.activeElement?.getAttribute('data-seat')

  it('a row is one stop of the Tab key', () => {
    expect(stops(list())).toEqual(['A-1', 'B-1', 'C-1'])
  })

  it.each([
    ['A-1', ['ArrowRight'], 'A-2'],
    ['A-1', ['ArrowLeft'], 'A-1'],
    ['A-1', ['End'], 'A-5'],
    ['A-4', ['Home'], 'A-1'],
    ['A-3', ['ArrowDown'], 'B-3'],
    ['B-2', ['ArrowUp'], 'A-2'],
    ['A-2', ['ArrowUp'], 'A-2'],
    ['A-5', ['ArrowDown', 'ArrowDown', 'ArrowDown'], 'C-5'],
  ])('from %s %j comes to %s', async (from, keys, to) => {
    const page = list()
    page.get<HTMLElement>(`[data-seat="${from}"]`).element.focus()
    for (const key of keys) await page.get(`[data-seat="${focused()}"]`).trigger('keydown', { key })
    expect(focused()).toBe(to)
  })

  it('the stop is where the focus last was', async () => {
    const page = list()
    page.get<HTMLElement>('[data-seat="B-4"]').element.focus()
    await nextTick()
    expect(stops(page)).toEqual(['A-1', 'B-4', 'C-1'])
  })
})

describe('with free seats only', () => {
  it('what cannot be had is away, but never the seat under the focus', async () => {
    const page = list()
    const live = useLive()
    const ids = () => page.findAll('[data-seat^="A-"]').map((b) => b.attributes('data-seat'))
    live.zones.get('A')?.states.set([2])
    live.version++
    await page.get('input[type=checkbox]').setValue(true)
    expect(ids()).toEqual(['A-2', 'A-3', 'A-4', 'A-5'])
    page.get<HTMLElement>('[data-seat="A-2"]').element.focus()
    live.zones.get('A')?.states.set([2], 1)
    live.version++
    await nextTick()
    expect(ids()).toEqual(['A-2', 'A-3', 'A-4', 'A-5'])
    page.get<HTMLElement>('[data-seat="A-3"]').element.focus()
    await nextTick()
    expect(ids()).toEqual(['A-3', 'A-4', 'A-5'])
  })
})

describe('a zone', () => {
  it('without numbered seats is had by count', async () => {
    const page = list()
    await page.get('select').setValue('G')
    expect(page.get('[data-testid=general-G]').text()).toContain('Take 1 place')
    expect(useNews().zone).toBe('G')
  })

  it('of which nobody knows yet what is free has no seats to choose', async () => {
    const page = list()
    const live = useLive()
    const state = new ZoneState(15)
    live.zones.set('A', state)
    live.version++
    await nextTick()
    expect([page.findAll('[data-seat]').length, page.get('.rows').attributes('aria-busy')]).toEqual([0, 'true'])
    state.snapshot({ type: 'snapshot', event: 'small', zone: 'A', epoch: 1, version: 1, states: '2'.repeat(15) })
    live.version++
    await nextTick()
    expect(page.get('[data-seat=A-1]').attributes('data-state')).toBe('booked')
    expect(page.get('.rows').attributes('aria-busy')).toBe('false')
  })

  it('whose seats do not come says so, and can be asked for again', async () => {
    const page = list()
    const live = useLive()
    live.plan = buildPlan(smallHouse().event)
    vi.spyOn(live, 'load').mockResolvedValue(false)
    await page.get('select').setValue('G')
    await page.get('select').setValue('A')
    await vi.waitFor(() => page.get('[role=alert]'))
    expect(page.get('[role=alert]').text()).toContain('Stalls could not be loaded')
    expect(page.get('[role=alert] button').text()).toBe('Try again')
  })
})
