import { describe, expect, it, vi } from 'vitest'
import { atNow, heldSeat, NOW, openHouse, settled } from '@/testing/stores'
import { useBookings } from './bookings'

atNow()

const booking = (status: string, id = 'k1') => ({ id, reference: '7KQ2MXAB', status, event: 'small', seats: [heldSeat('A-1')], total: { amount: 150_000, currency: 'KRW' }, created_at: NOW })

describe('bookings', () => {
  it('are told by the socket, and a late word never undoes a decision', async () => {
    const { push, served, hold } = await openHouse()
    const bookings = useBookings()
    await served()
    await push({ type: 'booking', booking: booking('pending') })
    expect(hold.marks.get('A-1')).toBe('owned')
    await push({ type: 'booking', booking: booking('confirmed') })
    await push({ type: 'booking', booking: booking('pending') })
    expect(bookings.byId.get('k1')?.status).toBe('confirmed')
    await push({ type: 'booking', booking: booking('cancelled') })
    expect(bookings.byId.get('k1')?.status).toBe('cancelled')
    await push({ type: 'booking', booking: booking('confirmed') })
    expect(bookings.byId.get('k1')?.status).toBe('cancelled')
    expect(hold.marks.size).toBe(0)
  })

  it('never get back a seat that was given back', () => {
    const bookings = useBookings()
    bookings.take({ ...booking('confirmed', 'k9'), status: 'confirmed', cancelled: [heldSeat('A-2')] })
    expect(bookings.take({ ...booking('confirmed', 'k9'), status: 'confirmed' }).cancelled).toHaveLength(1)
  })

  it('in a list that comes late undo nothing, and what the list does not have yet stays', async () => {
    const { push, served, routes } = await openHouse()
    const bookings = useBookings()
    await served()
    routes['GET /bookings'] = () => ({ status: 200, body: { bookings: [booking('pending')] } })
    const loading = bookings.load()
    await push({ type: 'booking', booking: booking('confirmed') })
    await push({ type: 'booking', booking: booking('pending', 'k2') })
    await loading
    expect(bookings.list.map((b) => [b.id, b.status])).toEqual([['k1', 'confirmed'], ['k2', 'pending']])
  })

  it.each([['a pending one', false], ['the list', true]])('that were decided while the connection was away are asked for: %s', async (_, list) => {
    const { push, served, wire, routes } = await openHouse()
    const bookings = useBookings()
    await served()
    if (list) await bookings.load()
    else await push({ type: 'booking', booking: booking('pending') })
    wire().ends(1006)
    await vi.advanceTimersByTimeAsync(500)
    routes['GET /bookings'] = () => ({ status: 200, body: { bookings: [booking('rejected')] } })
    await served()
    await settled()
    expect(bookings.byId.get('k1')?.status).toBe('rejected')
  })
})
