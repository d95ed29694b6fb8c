import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ACCESSIBLE, PLAIN } from '@/seatmap/paint'
import { atNow, holdOf, openHouse, settled } from '@/testing/stores'
import { useAdvice } from './advice'
import { useBest } from './best'
import { useChoosing } from './choosing'
import { useToasts } from './toasts'

atNow()
beforeEach(() => {
  sessionStorage.clear()
})

async function house() {
  const open = await openHouse()
  await open.served()
  const choosing = useChoosing()
  const seat = (id: string) => {
    const [ref] = choosing.refs([id])
    if (!ref) throw new Error(`no seat ${id}`)
    return ref
  }
  const names = (seats: readonly { seat: { id: string } }[] | undefined | null) => seats?.map((s) => s.seat.id).join(' ')
  const asked = () => open.wire().sent.filter((m) => m.type === 'hold').map((m) => ('seats' in m ? m.seats : undefined))
  return { ...open, choosing, seat, names, asked, toasts: useToasts() }
}

describe('the party', () => {
  it('is remembered for the visit, and never larger than what the buyer may still hold', async () => {
    const { choosing, push } = await house()
    choosing.party = 3
    expect(sessionStorage.getItem('jari.party')).toBe('3')
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1', 'A-2'), cause: 'changed' })
    expect([choosing.room, choosing.party]).toEqual([2, 2])
    await push({ type: 'hold', event: 'small', hold: holdOf('A-1', 'A-2', 'A-3', 'A-4'), cause: 'changed' })
    expect([choosing.room, choosing.party]).toEqual([0, 1])
    await push({ type: 'hold', event: 'small', hold: null, cause: 'changed' })
    expect(choosing.party).toBe(3)
  })

  it('is what a click takes: free seats together, none that others or the buyer have', async () => {
    const { choosing, seat, names, push } = await house()
    choosing.party = 2
    expect(names(choosing.partyOf(seat('B-2'))?.seats)).toBe('B-1 B-2')
    await push({ type: 'changes', event: 'small', zone: 'A', epoch: 1, from: 10, version: 11, changes: [[5, 1]] })
    expect(names(choosing.partyOf(seat('B-2'))?.seats)).toBe('B-2 B-3')
    await push({ type: 'hold', event: 'small', hold: holdOf('B-3'), cause: 'changed' })
    expect(names(choosing.partyOf(seat('B-2'))?.seats)).toBe('B-2')
    expect(choosing.partyOf(seat('B-3'))).toBeNull()
  })
})

describe('the filter', () => {
  it('goes by category, by price and by kind of place, all at once', async () => {
    const { choosing } = await house()
    expect([choosing.wanted, choosing.narrowed]).toEqual([null, 0])
    choosing.narrow({ categories: new Set([0]) })
    expect([choosing.wanted?.(0, PLAIN), choosing.wanted?.(1, PLAIN)]).toEqual([true, false])
    choosing.narrow({ categories: new Set() }) // none chosen is all
    expect(choosing.wanted).toBeNull()
    choosing.narrow({ price: [100_000, 150_000] })
    expect([choosing.wanted?.(0, PLAIN), choosing.wanted?.(1, PLAIN)]).toEqual([false, true])
    choosing.narrow({ accessible: true })
    expect([choosing.wanted?.(1, PLAIN), choosing.wanted?.(1, ACCESSIBLE), choosing.narrowed]).toEqual([false, true, 2])
    choosing.clear()
    expect(choosing.wanted).toBeNull()
  })

  it('binds a party, but not the seat that is clicked all the same', async () => {
    const { choosing, seat, names } = await house()
    choosing.party = 2
    choosing.narrow({ categories: new Set([1]) })
    expect(names(choosing.partyOf(seat('B-1'))?.seats)).toBe('B-1 B-2')
    expect(names(choosing.partyOf(seat('A-1'))?.seats)).toBe('A-1 A-2')
  })
})

describe('the best seats', () => {
  const proposal = (seats: string[], more = true) => ({ status: 200, body: { seats: seats.map((s) => ({ zone: 'A', seat: s, price: { amount: 150_000, currency: 'KRW' } })), adjacent: true, more } })

  it('are asked for with the party and the filter, and shown before they are held', async () => {
    const { choosing, routes, calls, names, asked } = await house()
    const best = useBest()
    choosing.party = 2
    await settled()
    routes['GET /events/small/best'] = () => proposal(['B-2', 'B-3'])
    await best.find()
    expect(names(best.seats)).toBe('B-2 B-3')
    expect(names(choosing.proposed)).toBe('B-2 B-3')
    expect(names(choosing.sights)).toBe('B-2 B-3')
    expect(asked()).toEqual([])
    expect(calls.filter((c) => c.route === 'GET /events/small/best')).toHaveLength(1)
  })

  it('are taken by name', async () => {
    const { choosing, routes, answer, asked, hold } = await house()
    const best = useBest()
    routes['GET /events/small/best'] = () => proposal(['B-2', 'B-3'])
    await best.find()
    void best.take()
    await settled()
    expect(asked()).toEqual([['B-2', 'B-3']])
    await answer('hold', { type: 'held', now: '2026-12-05T09:00:01.000Z', hold: holdOf('B-2', 'B-3') })
    expect([best.proposal, choosing.proposed, hold.count]).toEqual([null, null, 2])
  })

  it('that somebody else took are followed by the next', async () => {
    const { routes, answer, names } = await house()
    const best = useBest()
    routes['GET /events/small/best'] = () => proposal(['B-2', 'B-3'])
    await best.find()
    routes['GET /events/small/best'] = () => proposal(['C-2', 'C-3'])
    void best.take()
    await settled()
    await answer('hold', { type: 'refused', code: 'seat_unavailable', seats: [{ zone: 'A', seat: 'B-2', state: 1 }] })
    await settled()
    expect(names(best.seats)).toBe('C-2 C-3')
  })

  it('that there are not are no proposal, and another filter is another question', async () => {
    const { choosing, routes, toasts } = await house()
    const best = useBest()
    routes['GET /events/small/best'] = () => proposal(['B-2'])
    await best.find()
    choosing.narrow({ accessible: true })
    await settled()
    expect([best.proposal, choosing.proposed]).toEqual([null, null])
    routes['GET /events/small/best'] = () => ({ status: 409, body: { code: 'seat_unavailable' } })
    await best.find()
    expect(toasts.toasts.map((t) => t.key)).toEqual(['refused.too_few'])
  })
})

describe('advice', () => {
  it('before an orphan offers as many seats beside, and the same seat again takes it as it is', async () => {
    const { choosing, seat, names, push, toasts, asked } = await house()
    const advice = useAdvice()
    choosing.party = 2
    await push({ type: 'changes', event: 'small', zone: 'A', epoch: 1, from: 10, version: 11, changes: [[9, 1]] }) // B-5
    const party = { seats: choosing.refs(['B-2', 'B-3']), orphans: choosing.refs(['B-1', 'B-4']) }
    expect(advice.orphan(seat('B-2'), party)).toBe(true)
    expect(names(choosing.proposed)).toMatch(/^B-1 B-2$|^B-3 B-4$/)
    expect(toasts.toasts).toMatchObject([{ key: 'advice.orphan', actions: [{ name: 'main' }, { name: 'other' }] }])
    expect(advice.answered(seat('B-2'))).toBe(true) // one press too many is no answer
    expect(asked()).toEqual([])
    await vi.advanceTimersByTimeAsync(500)
    expect(advice.answered(seat('B-2'))).toBe(true)
    await settled()
    expect(asked()).toEqual([['B-2', 'B-3']])
    expect([toasts.toasts, choosing.proposed]).toEqual([[], null])
  })

  it('after a single seat goes as soon as nobody is alone any more', async () => {
    const { choosing, hold, seat, answer, push, toasts } = await house()
    const advice = useAdvice()
    await push({ type: 'hold', event: 'small', hold: holdOf('B-2'), cause: 'changed' })
    advice.afterOne(seat('B-2'), { seats: choosing.refs(['B-2']), orphans: choosing.refs(['B-1']) })
    expect(toasts.toasts).toHaveLength(1)
    void hold.holdSeats('A', ['B-1'])
    await settled()
    expect(toasts.toasts).toHaveLength(0)
    await answer('hold', { type: 'held', now: '2026-12-05T09:00:01.000Z', hold: holdOf('B-1', 'B-2') })
  })

  it('that fewer are together names what there is and what is nearest; another seat ends it', async () => {
    const { choosing, seat, names, push, toasts } = await house()
    const advice = useAdvice()
    choosing.party = 3
    await push({ type: 'changes', event: 'small', zone: 'A', epoch: 1, from: 10, version: 11, changes: [[7, 1]] }) // B-3
    const party = choosing.partyOf(seat('B-1'))
    if (!party) throw new Error('no party')
    advice.tooFew(seat('B-1'), party)
    expect(names(choosing.proposed)).toBe('C-1 C-2 C-3')
    expect(toasts.toasts).toMatchObject([{ key: 'advice.tooFew', values: { n: 2 } }])
    expect(advice.answered(seat('C-5'))).toBe(false)
    expect([toasts.toasts, choosing.proposed]).toEqual([[], null])
  })
})

it('seats of several zones are held all or none', async () => {
  const { choosing, hold, seat } = await house()
  const done: string[][] = []
  vi.spyOn(hold, 'holdSeats').mockImplementation((zone) => Promise.resolve(zone === 'A'))
  vi.spyOn(hold, 'release').mockImplementation((ids) => {
    done.push(ids)
    return Promise.resolve()
  })
  const elsewhere = { ...seat('B-2'), zone: { ...seat('B-2').zone, id: 'other' } }
  expect(await choosing.take([seat('B-1'), elsewhere])).toBe(false)
  expect(done).toEqual([['B-1']])
})

it('seats that came back because the time was over are pulsed', async () => {
  const { choosing, names, push } = await house()
  await push({ type: 'hold', event: 'small', hold: holdOf('B-1', 'B-2'), cause: 'changed' })
  await push({ type: 'hold', event: 'small', hold: null, cause: 'expired' })
  expect(names(choosing.flashes)).toBe('B-1 B-2')
})
