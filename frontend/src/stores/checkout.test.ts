import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/api/http'
import { heldSeat, NOW, openHouse } from '@/testing/stores'
import { useBookings } from './bookings'
import { useCheckout } from './checkout'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse(NOW) })
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const booking = (status: string) => ({ booking: { id: 'k1', reference: '7KQ2MXAB', status, event: 'small', seats: [heldSeat('A-1')], total: { amount: 150_000, currency: 'KRW' }, created_at: NOW } })
const ROUTE = 'POST /events/small/bookings'

describe('booking', () => {
  it('keeps one key until the server has decided', async () => {
    const { routes, calls } = await openHouse()
    const checkout = useCheckout()
    const answers = [503, 503, 202]
    routes[ROUTE] = () => {
      const status = answers.shift() ?? 202
      return status === 202 ? { status, body: booking('pending') } : { status, body: { code: 'unavailable' }, headers: { 'Retry-After': '2' } }
    }
    checkout.contact.name = ' Kim '
    const made = checkout.book('small', 'h1')
    await vi.advanceTimersByTimeAsync(0)
    expect(checkout.step).toBe('waiting')
    await vi.advanceTimersByTimeAsync(1_900)
    expect(calls.filter((c) => c.route === ROUTE)).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(20_000)
    expect((await made).status).toBe('pending')
    const sent = calls.filter((c) => c.route === ROUTE)
    expect(sent).toHaveLength(3)
    expect(new Set(sent.map((c) => c.headers.get('Idempotency-Key'))).size).toBe(1)
    expect(sent[0]?.body).toEqual({ name: 'Kim' })
    expect(checkout.step).toBe('idle')
    expect(checkout.resume('small')).toBeNull()
  })

  it('goes on with the same key after the page was closed', async () => {
    const { routes, calls } = await openHouse()
    localStorage.setItem('jari.attempt.small', JSON.stringify({ key: 'kept', hold: 'h1', contact: {} }))
    routes[ROUTE] = () => ({ status: 202, body: booking('confirmed') })
    await useCheckout().resume('small')
    expect(calls.find((c) => c.route === ROUTE)?.headers.get('Idempotency-Key')).toBe('kept')
    expect(localStorage.getItem('jari.attempt.small')).toBeNull()
  })

  it('takes another key for another hold', async () => {
    const { routes, calls } = await openHouse()
    localStorage.setItem('jari.attempt.small', JSON.stringify({ key: 'kept', hold: 'h0', contact: {} }))
    routes[ROUTE] = () => ({ status: 202, body: booking('pending') })
    await useCheckout().book('small', 'h1')
    expect(calls.find((c) => c.route === ROUTE)?.headers.get('Idempotency-Key')).not.toBe('kept')
  })

  it('forgets the key when it was decided against', async () => {
    const { routes } = await openHouse()
    routes[ROUTE] = () => ({ status: 410, body: { code: 'hold_expired' } })
    const refused = await useCheckout().book('small', 'h1').catch((e: unknown) => e)
    expect(refused).toBeInstanceOf(ApiError)
    expect((refused as ApiError).code).toBe('hold_expired')
    expect(localStorage.getItem('jari.attempt.small')).toBeNull()
  })
})

describe('bookings', () => {
  it('are told by the socket, and a late word never undoes a decision', async () => {
    const { push, served, hold } = await openHouse()
    const bookings = useBookings()
    await served()
    await push({ type: 'booking', ...booking('pending') })
    expect(hold.marks.get('A-1')).toBe('owned')
    await push({ type: 'booking', ...booking('confirmed') })
    await push({ type: 'booking', ...booking('pending') })
    expect(bookings.byId.get('k1')?.status).toBe('confirmed')
    await push({ type: 'booking', ...booking('cancelled') })
    expect(bookings.byId.get('k1')?.status).toBe('cancelled')
    expect(hold.marks.size).toBe(0)
  })
})
