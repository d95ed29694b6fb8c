import { describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/api/http'
import { atNow, heldSeat, holdOf, keepSession, NOW, openHouse, settled } from '@/testing/stores'
import { useCheckout } from './checkout'

atNow()

const booking = (status: string) => ({ booking: { id: 'k1', reference: '7KQ2MXAB', status, event: 'small', seats: [heldSeat('A-1')], total: { amount: 150_000, currency: 'KRW' }, created_at: NOW } })
const attempt = (key: string, hold: string, ...seats: string[]) => localStorage.setItem('jari.attempt.small', JSON.stringify({ key, buyer: 'b1', hold, seats, contact: {} }))
const ROUTE = 'POST /events/small/bookings'

describe('booking', () => {
  it('keeps one key until the server has decided', async () => {
    const { routes, calls } = await openHouse()
    await settled()
    const checkout = useCheckout()
    const answers = [503, 503, 202]
    routes[ROUTE] = () => {
      const status = answers.shift() ?? 202
      return status === 202 ? { status, body: booking('pending') } : { status, body: { code: 'unavailable' }, headers: { 'Retry-After': '2' } }
    }
    checkout.contact.name = ' Kim '
    const made = checkout.book(holdOf('A-1'))
    await vi.advanceTimersByTimeAsync(0)
    expect(checkout.stepIn('small')).toBe('waiting')
    await vi.advanceTimersByTimeAsync(1_900)
    expect(calls.filter((c) => c.route === ROUTE)).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(20_000)
    expect((await made).status).toBe('pending')
    const sent = calls.filter((c) => c.route === ROUTE)
    expect(sent).toHaveLength(3)
    expect(new Set(sent.map((c) => c.headers.get('Idempotency-Key'))).size).toBe(1)
    expect(sent[0]?.body).toEqual({ name: 'Kim', seats: ['A-1'] })
    expect(checkout.stepIn('small')).toBe('idle')
    expect(checkout.resume('small')).toBeNull()
  })

  it('goes on with the same key after the page was closed', async () => {
    const { routes, calls } = await openHouse()
    await settled()
    attempt('kept', 'h1', 'A-1', 'A-2')
    routes[ROUTE] = () => ({ status: 202, body: booking('confirmed') })
    await useCheckout().resume('small')
    const sent = calls.find((c) => c.route === ROUTE)
    expect(sent?.headers.get('Idempotency-Key')).toBe('kept')
    expect(sent?.body).toEqual({ seats: ['A-1', 'A-2'] })
    expect(localStorage.getItem('jari.attempt.small')).toBeNull()
  })

  it('takes another key for another hold', async () => {
    const { routes, calls } = await openHouse()
    await settled()
    attempt('kept', 'h0', 'A-1')
    routes[ROUTE] = () => ({ status: 202, body: booking('pending') })
    await useCheckout().book(holdOf('A-1'))
    expect(calls.find((c) => c.route === ROUTE)?.headers.get('Idempotency-Key')).not.toBe('kept')
  })

  it('forgets the key when it was decided against', async () => {
    const { routes } = await openHouse()
    await settled()
    routes[ROUTE] = () => ({ status: 410, body: { code: 'hold_expired' } })
    const refused = await useCheckout().book(holdOf('A-1')).catch((e: unknown) => e)
    expect(refused).toBeInstanceOf(ApiError)
    expect((refused as ApiError).code).toBe('hold_expired')
    expect(localStorage.getItem('jari.attempt.small')).toBeNull()
  })

  it('takes another key for other seats of the same hold', async () => {
    const { routes, calls } = await openHouse()
    await settled()
    attempt('kept', 'h1', 'A-1')
    routes[ROUTE] = () => ({ status: 202, body: booking('pending') })
    await useCheckout().book(holdOf('A-1', 'A-2'))
    const sent = calls.find((c) => c.route === ROUTE)
    expect(sent?.headers.get('Idempotency-Key')).not.toBe('kept')
    expect(sent?.body).toEqual({ seats: ['A-1', 'A-2'] })
  })

  it('asks for the seats it began with, whatever is held by then, and ends with the mismatch', async () => {
    const { routes, calls, served, push } = await openHouse()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' })
    const checkout = useCheckout()
    const answers = [500, 422]
    routes[ROUTE] = () => ({ status: answers.shift() ?? 422, body: { code: answers.length > 0 ? 'internal' : 'idempotency_mismatch' } })
    const made = checkout.book(holdOf('A-1')).catch((e: unknown) => e)
    await settled()
    await push({ type: 'hold', event: 'small', hold: null, cause: 'expired' })
    await push({ type: 'hold', event: 'small', hold: { ...holdOf('A-2', 'A-3'), id: 'h2' }, cause: 'changed' })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(((await made) as ApiError).code).toBe('idempotency_mismatch')
    expect(calls.filter((c) => c.route === ROUTE).map((c) => c.body)).toEqual([{ seats: ['A-1'] }, { seats: ['A-1'] }])
    expect(checkout.stepIn('small')).toBe('idle')
    expect(localStorage.getItem('jari.attempt.small')).toBeNull()
  })

  it('is the booking that an earlier try has made, though the server finds no hold any more', async () => {
    const { routes } = await openHouse()
    await settled()
    const answers = [{ status: 500, code: 'internal' }, { status: 410, code: 'hold_expired' }]
    routes[ROUTE] = () => {
      const { status, code } = answers.shift() ?? { status: 410, code: 'hold_expired' }
      return { status, body: { code } }
    }
    routes['GET /bookings'] = () => ({ status: 200, body: { bookings: [booking('confirmed').booking] } })
    const made = useCheckout().book(holdOf('A-1'))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await made).toMatchObject({ id: 'k1', status: 'confirmed' })
  })

  it('is not given up while nobody can say whether it was made', async () => {
    const { routes, calls } = await openHouse()
    await settled()
    attempt('kept', 'h1', 'A-1')
    routes[ROUTE] = () => ({ status: 410, body: { code: 'hold_expired' } })
    routes['GET /bookings'] = () => ({ status: 503, body: { code: 'unavailable' } })
    const made = useCheckout().resume('small')?.catch((e: unknown) => e)
    await settled()
    expect(useCheckout().stepIn('small')).toBe('waiting')
    routes['GET /bookings'] = () => ({ status: 200, body: { bookings: [] } })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(((await made) as ApiError).code).toBe('hold_expired')
    expect(calls.filter((c) => c.route === ROUTE)).toHaveLength(2)
  })

  it('shows the seats as booked as soon as the server says that they may be', async () => {
    const { hold, routes } = await openHouse()
    await settled()
    routes[ROUTE] = () => ({ status: 503, body: { code: 'unavailable', ...booking('pending') }, headers: { 'Retry-After': '2' } })
    void useCheckout().book(holdOf('A-1'))
    await settled()
    expect(hold.marks.get('A-1')).toBe('owned')
  })

  it('waits in one event and is asked for in another', async () => {
    const { routes } = await openHouse()
    await settled()
    const checkout = useCheckout()
    routes[ROUTE] = () => ({ status: 503, body: { code: 'unavailable' } })
    routes['POST /events/other/bookings'] = () => ({ status: 202, body: booking('pending') })
    const first = checkout.book(holdOf('A-1'))
    await settled()
    expect(checkout.stepIn('small')).toBe('waiting')
    expect(checkout.stepIn('other')).toBe('idle')
    await checkout.book({ ...holdOf('A-1'), event: 'other' })
    expect(checkout.stepIn('small')).toBe('waiting')
    routes[ROUTE] = () => ({ status: 202, body: booking('pending') })
    const resumed = checkout.resume('small') // a page that is opened meanwhile waits for the same
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await resumed).toBe(await first)
  })

  it('of another buyer is nobody else’s to go on with', async () => {
    const { routes, calls } = await openHouse()
    await settled()
    attempt('kept', 'h1', 'A-1')
    keepSession('b2')
    window.dispatchEvent(new StorageEvent('storage', { key: 'jari.session' }))
    routes[ROUTE] = () => ({ status: 202, body: booking('pending') })
    expect(useCheckout().resume('small')).toBeNull()
    expect(calls.some((c) => c.route === ROUTE)).toBe(false)
  })

  it('that waits ends when the buyer has become another one', async () => {
    const { routes, calls } = await openHouse()
    await settled()
    routes[ROUTE] = () => ({ status: 500, body: { code: 'internal' } })
    const made = useCheckout().book(holdOf('A-1')).catch((e: unknown) => e)
    await settled()
    keepSession('b2')
    window.dispatchEvent(new StorageEvent('storage', { key: 'jari.session' }))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(((await made) as ApiError).code).toBe('unauthorized')
    expect(calls.filter((c) => c.route === ROUTE)).toHaveLength(1)
  })
})
