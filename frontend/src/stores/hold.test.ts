import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { holdOf, NOW, openHouse, settled } from '@/testing/stores'
import { useToasts } from './toasts'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse(NOW) })
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const keys = () => useToasts().toasts.map((t) => t.key)

describe('a click', () => {
  it('shows the seat as ours at once, then as the server says', async () => {
    const { hold, served, answer, wire } = await openHouse()
    await served()
    void hold.holdSeats('A', ['A-1'])
    expect(hold.marks.get('A-1')).toBe('mine')
    expect(hold.count).toBe(1)
    await settled()
    expect(wire().asked('hold')).toMatchObject({ event: 'small', zone: 'A', seats: ['A-1'] })
    await answer('hold', { type: 'held', now: NOW, hold: holdOf('A-1') })
    expect(hold.adding.size).toBe(0)
    expect(hold.seats.map((s) => s.seat)).toEqual(['A-1'])
    expect(hold.total).toBe(150_000)
  })

  it('falls back with a reason when refused, and shows what the seat is now', async () => {
    const { hold, served, answer } = await openHouse()
    await served()
    void hold.holdSeats('A', ['A-1'])
    await settled()
    await answer('hold', { type: 'refused', code: 'seat_unavailable', seats: [{ zone: 'A', seat: 'A-1', state: 1 }] })
    expect(hold.marks.size).toBe(0)
    expect(hold.told.get('A-1')).toBe(1)
    expect(keys()).toEqual(['refused.seat_unavailable'])
    await vi.advanceTimersByTimeAsync(3_001)
    expect(hold.told.get('A-1')).toBeUndefined()
  })

  it('beyond the cap asks nobody', async () => {
    const { hold, served, answer, wire } = await openHouse()
    await served()
    void hold.holdSeats('A', ['A-1'])
    await settled()
    await answer('hold', { type: 'held', now: NOW, hold: holdOf('A-1', 'A-2', 'A-3', 'A-4') })
    const before = wire().sent.length
    await hold.holdSeats('A', ['A-5'])
    expect(wire().sent).toHaveLength(before)
    expect(keys()).toEqual(['refused.hold_limit'])
  })

  it('keeps a second wish while the first is answered', async () => {
    const { hold, served, wire, push } = await openHouse()
    await served()
    void hold.holdSeats('A', ['A-1'])
    void hold.holdSeats('A', ['A-2'])
    await settled()
    const [first, second] = wire().sent.filter((m) => m.type === 'hold')
    await push({ type: 'held', id: first?.id, now: NOW, hold: holdOf('A-1') })
    expect([...hold.marks.keys()].sort()).toEqual(['A-1', 'A-2'])
    await push({ type: 'held', id: second?.id, now: NOW, hold: holdOf('A-1', 'A-2') })
    // The notice of the first change comes late: it must not take the second seat away even for a moment.
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' })
    expect([...hold.marks.keys()].sort()).toEqual(['A-1', 'A-2'])
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1', 'A-2'), cause: 'changed' })
    await vi.advanceTimersByTimeAsync(300)
    expect([...hold.marks.keys()].sort()).toEqual(['A-1', 'A-2'])
  })

  it('goes over HTTP while the socket is away', async () => {
    const { hold, served, wire, routes, calls } = await openHouse()
    await served()
    wire().ends(1006)
    routes['POST /events/small/hold'] = () => ({ status: 200, body: { now: NOW, hold: holdOf('B-1') } })
    await hold.holdSeats('A', ['B-1'])
    expect(calls.at(-1)).toMatchObject({ route: 'POST /events/small/hold', body: { zone: 'A', seats: ['B-1'] } })
    expect(hold.seats.map((s) => s.seat)).toEqual(['B-1'])
  })

  it('is asked again over HTTP when the connection went before the answer: what one holds already is success', async () => {
    const { hold, served, wire, routes, calls } = await openHouse()
    await served()
    routes['POST /events/small/hold'] = () => ({ status: 200, body: { now: NOW, hold: holdOf('B-1') } })
    const wish = hold.holdSeats('A', ['B-1'])
    await settled()
    wire().ends(1006)
    await wish
    expect(calls.filter((c) => c.route === 'POST /events/small/hold')).toHaveLength(1)
    expect(hold.marks.get('B-1')).toBe('mine')
  })

  it('for any places is not asked twice: it would take twice as many', async () => {
    const { hold, served, wire, calls } = await openHouse()
    await served()
    const wish = hold.holdQuantity('G', 2)
    await settled()
    wire().ends(1006)
    await wish
    expect(calls.some((c) => c.route === 'POST /events/small/hold')).toBe(false)
    expect(keys()).toEqual(['refused.unavailable'])
  })
})

describe('giving back', () => {
  it('is shown at once and stays so until the map says it', async () => {
    const { hold, served, answer, push } = await openHouse()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1', 'A-2'), cause: 'changed' })
    void hold.release(['A-1'])
    expect([...hold.marks.keys()]).toEqual(['A-2'])
    await settled()
    await answer('release', { type: 'released', now: NOW, hold: holdOf('A-2') })
    expect(hold.seats.map((s) => s.seat)).toEqual(['A-2'])
    expect(hold.told.get('A-1')).toBe(0)
  })
})

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
