import { describe, expect, it, vi } from 'vitest'
import { atNow, holdOf, NOW, openHouse, settled } from '@/testing/stores'
import { useToasts } from './toasts'

atNow()

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
    expect(keys()).toEqual([]) // the panel says it, with what can be had instead
    expect(hold.refusal).toEqual({ code: 'seat_unavailable', asked: ['A-1'], seats: [{ zone: 'A', seat: 'A-1', state: 1 }] })
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
    expect(hold.refusal?.code).toBe('hold_limit')
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
    expect(keys()).toEqual(['refused.lost'])
  })
})

describe('an answer that nobody can give', () => {
  it('is no promise that nothing was changed: the server is asked what is held', async () => {
    const { hold, served, wire, routes } = await openHouse()
    await served()
    routes['GET /events/small/hold'] = () => ({ status: 200, body: { now: NOW, hold: holdOf('G:1', 'G:2') } })
    const wish = hold.holdQuantity('G', 2)
    await settled()
    wire().ends(1006)
    await wish
    await settled()
    expect(hold.count).toBe(2)
    expect(hold.busy).toBe(0)
  })

  it.each([500, 503, 504])('is the %i over HTTP too, unless seats were named', async (status) => {
    const { hold, served, wire, routes } = await openHouse()
    await served()
    wire().ends(1006)
    routes['POST /events/small/hold'] = () => ({ status, body: {} })
    await hold.holdQuantity('G', 2)
    expect(keys()).toEqual(['refused.lost'])
    await hold.holdSeats('A', ['A-1'])
    expect(keys()).toEqual(['refused.lost', status === 500 ? 'refused.internal' : 'refused.unavailable'])
  })

  it('is none when the wish had not left yet: it goes over HTTP', async () => {
    const { hold, wire, routes } = await openHouse()
    wire().opens() // the server does not say yet that it knows us
    await settled()
    routes['POST /events/small/hold'] = () => ({ status: 200, body: { now: NOW, hold: holdOf('G:1') } })
    const wish = hold.holdQuantity('G', 1)
    await settled()
    wire().ends(1006)
    await wish
    expect(hold.count).toBe(1)
    expect(keys()).toEqual([])
  })
})

describe('a wish that nothing fits', () => {
  it('was nobody else’s to be faster', async () => {
    const { hold, served, answer } = await openHouse()
    await served()
    void hold.holdQuantity('G', 4)
    await settled()
    await answer('hold', { type: 'refused', code: 'seat_unavailable', seats: [] })
    expect(keys()).toEqual(['refused.too_few'])
  })
})

describe('an answer for an event that was left', () => {
  it('is none of the next one', async () => {
    const { hold, live, served, wire, push } = await openHouse()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-2'), cause: 'changed' })
    void hold.holdSeats('A', ['A-1'])
    void hold.holdQuantity('G', 1)
    void hold.release(['A-2'])
    void hold.extend()
    await settled()
    const ids = ['hold', 'release', 'extend'].map((type) => wire().sent.filter((m) => m.type === type).map((m) => m.id)).flat()
    expect(ids).toHaveLength(4)
    hold.stop()
    live.close()
    expect(hold.busy).toBe(0)
    expect(hold.told.size).toBe(0)
    await live.open('small')
    hold.start()
    await settled()
    const [seats, places, release, extend] = ids
    await push({ type: 'held', id: seats, now: NOW, hold: holdOf('A-1') })
    await push({ type: 'refused', id: places, code: 'hold_limit', seats: [] })
    await push({ type: 'released', id: release, now: NOW, hold: holdOf('A-1') })
    await push({ type: 'extended', id: extend, now: NOW, hold: holdOf('A-1') })
    expect(hold.hold).toBeNull()
    expect(hold.busy).toBe(0)
    expect(hold.told.size).toBe(0)
    expect(keys()).toEqual([])
  })
})

describe('giving back', () => {
  it('shows the seat as free at once, and as ours again when it was refused', async () => {
    const { hold, served, push, answer } = await openHouse()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1', 'A-2'), cause: 'changed' })
    await push({ type: 'changes', event: 'small', zone: 'A', epoch: 1, from: 10, version: 11, changes: [[0, 1], [1, 1]] })
    void hold.release(['A-1'])
    expect(hold.told.get('A-1')).toBe(0)
    expect(hold.wishing).toBe(true)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(hold.told.get('A-1')).toBe(0)
    await answer('release', { type: 'refused', code: 'unavailable' })
    expect(hold.told.get('A-1')).toBeUndefined()
    expect(keys()).toEqual(['refused.unavailable'])
    expect(hold.wishing).toBe(false)
  })

  it('goes on over HTTP when its answer is lost', async () => {
    const { hold, served, push, wire, routes, calls } = await openHouse()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1', 'A-2'), cause: 'changed' })
    routes['DELETE /events/small/hold/seats/A-1'] = () => ({ status: 204 })
    const done = hold.release(['A-1'])
    await settled()
    wire().ends(1006)
    await done
    expect(calls.some((c) => c.route.startsWith('DELETE'))).toBe(true)
    expect(hold.seats.map((s) => s.seat)).toEqual(['A-2'])
  })

  it('and taking again at once keeps that order', async () => {
    const { hold, served, push, answer, wire } = await openHouse()
    await served()
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1'), cause: 'changed' })
    void hold.release(['A-1'])
    void hold.holdSeats('A', ['A-1'])
    await settled()
    expect(hold.marks.get('A-1')).toBe('mine')
    expect(wire().asked('hold')).toBeUndefined()
    await answer('release', { type: 'released', now: NOW, hold: null })
    expect(wire().asked('hold')).toMatchObject({ seats: ['A-1'] })
    await answer('hold', { type: 'held', now: NOW, hold: holdOf('A-1') })
    expect(hold.count).toBe(1)
  })

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
