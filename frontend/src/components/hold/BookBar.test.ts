import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { i18n, speak } from '@/locales'
import { useToasts } from '@/stores/toasts'
import { atNow, holdOf, NOW, openHouse, settled } from '@/testing/stores'
import BookBar from './BookBar.vue'

enableAutoUnmount(afterEach)
atNow()
beforeEach(() => speak('en'))

const ROUTE = 'POST /events/small/bookings'
const taken = { status: 202, body: { booking: { id: 'k1', reference: 'X', status: 'pending', event: 'small', seats: holdOf('A-1').seats, total: { amount: 150_000, currency: 'KRW' }, created_at: NOW } } }
const away = { status: 503, body: { code: 'unavailable' } }

async function bar(...seats: string[]) {
  const house = await openHouse()
  await house.served()
  await house.push({ type: 'hold', event: 'small', hold: holdOf(...seats), cause: 'changed' })
  const goes = vi.fn()
  const show = () => mount(BookBar, { props: { onBooked: ({ id }) => goes(id) }, global: { plugins: [i18n] } })
  const keys = () => useToasts().toasts.map((t) => t.key)
  const page = show()
  const book = async (answer: { status: number; body: unknown }) => {
    house.routes[ROUTE] = () => answer
    await page.get('form').trigger('submit')
    await settled()
  }
  const leave = () => {
    page.unmount()
    house.hold.stop()
    house.live.close()
  }
  return { ...house, page, show, book, leave, goes, keys }
}

describe('the book button', () => {
  it.each(['upcoming', 'paused', 'ended'])('is not there while the sale is %s and nothing is held', async (phase) => {
    const { page, push } = await bar('A-1')
    const seen = () => page.find('[data-testid=book]').exists()
    const tell = (now: string) => push({ type: 'overview', event: 'small', phase: now, zones: [['A', 15, 0, 0], ['G', 50, 0, 0]] })
    await tell(phase)
    expect(seen()).toBe(true) // what is held may be booked
    await push({ type: 'hold', event: 'small', hold: null, cause: 'expired' })
    expect(seen()).toBe(false)
    await tell('on_sale')
    expect(seen()).toBe(true)
  })

  it('waits until it is known what there is to book', async () => {
    const { page, hold, calls, answer } = await bar('A-1', 'A-2')
    void hold.release(['A-1'])
    await settled()
    expect(page.get('button').attributes('disabled')).toBeDefined()
    await page.get('form').trigger('submit')
    expect(calls.some((c) => c.route === ROUTE)).toBe(false)
    await answer('release', { type: 'released', now: NOW, hold: holdOf('A-2') })
    expect(page.get('button').attributes('disabled')).toBeUndefined()
    await page.get('form').trigger('submit')
    await settled()
    expect(calls.find((c) => c.route === ROUTE)?.body).toEqual({ seats: ['A-2'] })
  })

  it('leads to the booking', async () => {
    const { book, goes } = await bar('A-1')
    await book(taken)
    expect(goes).toHaveBeenCalledWith('k1')
  })

  it('that was left leads nowhere: a message tells what became of the wish', async () => {
    const { book, leave, routes, goes, keys } = await bar('A-1')
    await book(away)
    leave()
    routes[ROUTE] = () => taken
    await vi.advanceTimersByTimeAsync(2_000)
    expect(goes).not.toHaveBeenCalled()
    expect(keys()).toEqual(['toast.resumed'])
  })

  it('that was left tells too when nothing came of it', async () => {
    const { book, leave, routes, keys } = await bar('A-1')
    await book(away)
    leave()
    routes[ROUTE] = () => ({ status: 410, body: { code: 'hold_expired' } })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(keys()).toEqual(['toast.unbooked'])
  })

  it('that comes back goes on waiting, and leads to the booking once', async () => {
    const { page, show, book, routes, goes, keys } = await bar('A-1')
    await book(away)
    page.unmount()
    const back = show()
    expect(back.get('button').text()).toBe('No answer yet. Trying again…')
    routes[ROUTE] = () => taken
    await vi.advanceTimersByTimeAsync(2_000)
    expect(goes).toHaveBeenCalledTimes(1)
    expect(keys()).toEqual([])
  })
})
