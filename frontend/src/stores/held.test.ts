import { describe, expect, it, vi } from 'vitest'
import { atNow, heldSeat, holdOf, NOW, openHouse, settled } from '@/testing/stores'
import { useCheckout } from './checkout'
import { useToasts } from './toasts'

atNow()

const keys = () => useToasts().toasts.map((t) => t.key)

describe('the hold', () => {
  it('of another tab is ours too', async () => {
    const { hold, served, push } = await openHouse()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('C-1'), cause: 'changed' })
    expect(hold.marks.get('C-1')).toBe('mine')
  })

  it('of another event is none of ours', async () => {
    const { hold, served, push } = await openHouse()
    await served()
    await push({ type: 'hold', event: 'other', hold: { ...holdOf('C-1'), event: 'other' }, cause: 'changed' })
    expect(hold.hold).toBeNull()
  })

  it('that runs out says so and remembers its seats', async () => {
    const { hold, served, push } = await openHouse()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' })
    await push({ type: 'hold', event: 'small', hold: null, cause: 'expired' })
    expect(hold.ended).toBe('expired')
    expect(hold.lapsed?.seats.map((s) => s.seat)).toEqual(['A-1'])
    expect(hold.marks.size).toBe(0)
    expect(keys()).toEqual(['toast.expired'])
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' })
    expect(hold.ended).toBeNull()
  })

  it('that is booked ends without a word', async () => {
    const { hold, served, push } = await openHouse()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' })
    await push({ type: 'hold', event: 'small', hold: null, cause: 'booked' })
    expect(hold.ended).toBeNull()
    expect(keys()).toEqual([])
  })

  it('that is gone after a reconnect is not passed over in silence', async () => {
    const { hold, served, push, wire, wires } = await openHouse()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' })
    wire().ends(1006)
    await vi.advanceTimersByTimeAsync(500)
    expect(wires).toHaveLength(2)
    await served()
    expect(hold.hold).toBeNull()
    expect(hold.ended).toBe('gone')
  })

  it('comes with a new guest when the token is refused', async () => {
    const { hold, routes, calls } = await openHouse()
    await settled()
    let refused = 0
    routes['GET /events/small/hold'] = () => (refused++ === 0 ? { status: 401, body: { code: 'unauthorized' } } : { status: 200, body: { now: NOW, hold: holdOf('A-1') } })
    const before = calls.filter((c) => c.route === 'POST /sessions').length
    await hold.refresh()
    expect(calls.filter((c) => c.route === 'POST /sessions')).toHaveLength(before + 1)
    expect(hold.marks.get('A-1')).toBe('mine')
  })
})

describe('words that cross each other', () => {
  /** Keeps the answers to GET hold until the test gives them. */
  function slowly() {
    const quick = globalThis.fetch
    const waiting: ((hold: object | null) => void)[] = []
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      if (!url.endsWith('/hold') || (init.method ?? 'GET') !== 'GET') return quick(url, init)
      return new Promise<Response>((resolve) => waiting.push((hold) => resolve(new Response(JSON.stringify({ now: NOW, hold })))))
    })
    return waiting
  }

  it('the older answer of HTTP does not take back what the socket has given', async () => {
    const { hold, served, answer } = await openHouse()
    await served()
    const waiting = slowly()
    void hold.refresh()
    void hold.holdSeats('A', ['A-1'])
    await settled()
    await answer('hold', { type: 'held', now: NOW, hold: holdOf('A-1') })
    waiting[0]?.(null)
    await settled()
    expect(hold.count).toBe(1)
    expect(hold.ended).toBeNull()
    expect(waiting).toHaveLength(2) // asked once more
    waiting[1]?.(holdOf('A-1'))
    await settled()
    expect(hold.count).toBe(1)
    expect(waiting).toHaveLength(2)
  })

  it('a notice that waited is no news after a newer answer: the server is asked', async () => {
    const { hold, served, wire, push, routes, calls } = await openHouse()
    await served()
    void hold.holdSeats('A', ['A-1'])
    void hold.holdSeats('A', ['A-2'])
    await settled()
    const [first, second] = wire().sent.filter((m) => m.type === 'hold')
    await push({ type: 'held', id: first?.id, now: NOW, hold: holdOf('A-1') })
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' })
    await vi.advanceTimersByTimeAsync(200)
    await push({ type: 'held', id: second?.id, now: NOW, hold: holdOf('A-1', 'A-2') })
    routes['GET /events/small/hold'] = () => ({ status: 200, body: { now: NOW, hold: holdOf('A-1', 'A-2', 'A-3') } })
    const before = calls.length
    await vi.advanceTimersByTimeAsync(200)
    expect(hold.count).toBe(2) // the first one's own time is over by now
    await vi.advanceTimersByTimeAsync(100)
    expect(calls.slice(before).map((c) => c.route)).toEqual(['GET /events/small/hold'])
    expect(hold.count).toBe(3)
  })
})

describe('a hold that is over', () => {
  const held = { type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' }
  const over = { type: 'hold', event: 'small', hold: null, cause: 'changed' }
  const booking = (status: string) => ({ id: 'k1', reference: 'X', status, event: 'small', seats: holdOf('A-1').seats, total: { amount: 1, currency: 'KRW' }, created_at: NOW })

  const PAST = '2026-12-05T08:59:59.000Z'
  const AHEAD = '2026-12-05T09:05:00.000Z'

  /** Holds until then, and the connection goes away; it comes back when nothing is held, and that is told first or is the answer when asked. */
  async function away(until: string, first: 'socket' | 'asked', meanwhile: (house: Awaited<ReturnType<typeof openHouse>>) => void = () => undefined) {
    const house = await openHouse()
    await house.served()
    await house.push({ ...held, hold: { ...held.hold, expires_at: until } })
    house.wire().ends(1006)
    meanwhile(house)
    await vi.advanceTimersByTimeAsync(500)
    if (first === 'socket') {
      house.routes['GET /events/small/hold'] = () => ({ status: 503, body: { code: 'unavailable' } })
      await house.served()
      await house.push(over)
    } else await house.served()
    await settled()
    return house
  }

  it.each(['socket', 'asked'] as const)('past its time has expired, by whichever way it is learnt: %s', async (first) => {
    const { hold } = await away(PAST, first)
    expect(hold.ended).toBe('expired')
    expect(hold.lapsed?.seats.map((s) => s.seat)).toEqual(['A-1'])
    expect(keys()).toEqual(['toast.expired'])
  })

  it.each(['socket', 'asked'] as const)('before its time is gone: %s', async (first) => {
    const { hold } = await away(AHEAD, first)
    expect(hold.ended).toBe('gone')
    expect(hold.lapsed?.seats.map((s) => s.seat)).toEqual(['A-1'])
  })

  it.each(['socket', 'asked'] as const)('because it was booked in another window needs no word: %s', async (first) => {
    const { hold } = await away(AHEAD, first, ({ routes }) => {
      routes['GET /bookings'] = () => ({ status: 200, body: { bookings: [booking('confirmed')] } })
    })
    expect(hold.ended).toBeNull()
    expect(hold.marks.get('A-1')).toBe('owned')
  })

  it('and whose booking is told a moment later takes its word back', async () => {
    const { hold, push } = await away(AHEAD, 'socket')
    await push({ type: 'booking', booking: booking('pending') })
    expect(hold.ended).toBeNull()
    expect(hold.marks.get('A-1')).toBe('owned')
  })

  it.each([{}, { booking: booking('pending') }])('while it is being booked is no loss, nor past its time: %j', async (known) => {
    const { hold } = await away(PAST, 'asked', ({ routes }) => {
      routes['POST /events/small/bookings'] = () => ({ status: 503, body: { code: 'unavailable', ...known } })
      void useCheckout().book(holdOf('A-1'))
    })
    expect(useCheckout().stepIn('small')).toBe('waiting')
    expect(hold.ended).toBeNull()
    expect(keys()).toEqual([])
  })

  it('because all of it was given back is what the buyer wanted', async () => {
    const { hold, push, served, answer } = await openHouse()
    await served()
    await push(held)
    void hold.release(['A-1'])
    await settled()
    await push(over) // the notice may overtake the answer
    await answer('release', { type: 'released', now: NOW, hold: null })
    expect(hold.ended).toBeNull()
  })

  it('can be had again, with places without numbers by their count', async () => {
    const { hold, push, served, wire } = await openHouse()
    await served()
    const places = ['G:4', 'G:9'].map((seat) => ({ ...heldSeat(seat), zone: 'G' }))
    await push({ ...held, hold: { ...held.hold, seats: [heldSeat('A-1'), heldSeat('A-2'), ...places] } })
    await push({ ...over, cause: 'expired' })
    hold.holdAgain()
    await settled()
    expect(wire().sent.filter((m) => m.type === 'hold')).toMatchObject([{ zone: 'G', quantity: 2 }, { zone: 'A', seats: ['A-1', 'A-2'] }])
    expect(hold.ended).toBeNull()
  })

  it('is not explained under a new one', async () => {
    const { hold, push, served } = await openHouse()
    await served()
    await push(held)
    void push(over)
    await push({ ...held, hold: holdOf('A-2') })
    await settled()
    expect(hold.ended).toBeNull()
    expect(hold.count).toBe(1)
  })
})
