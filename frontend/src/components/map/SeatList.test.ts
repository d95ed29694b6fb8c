import { enableAutoUnmount, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { i18n, speak } from '@/locales'
import { showHouse } from '@/testing/house'
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
    const buttons = list().findAll('button').map((b) => b.attributes('aria-label'))
    expect(buttons[0]).toBe('Close')
  })
})
