import { describe, expect, it } from 'vitest'
import { houseOf, seatsOf, smallHouse } from '@/testing/plan'
import { addSeats, buildPlan } from './model'
import { SeatIndex, seatUnder } from './seatIndex'

const { event, zones } = smallHouse(4, 6)
const plan = buildPlan(event, zones)
const at = (id: string) => {
  const ref = plan.seat.get(id)
  if (!ref) throw new Error(`no seat ${id}`)
  return ref
}

describe('the pointer', () => {
  it('finds the seat under it, and a near miss', () => {
    expect(plan.index.at(20, 10, 5)?.seat.id).toBe('A-2')
    expect(plan.index.at(23, 12, 5)?.seat.id).toBe('A-2')
    expect(plan.index.at(15, 100, 5)).toBeNull()
  })

  it('finds what is in view', () => {
    expect(plan.index.within({ x: 5, y: 5, width: 20, height: 10 }).map((r) => r.seat.id).sort()).toEqual(['A-1', 'A-2'])
  })
})

describe('the seat that a point means', () => {
  // Thirty apart, and beside them three apart: the usual pitch is that of the fine zone.
  const house = houseOf([seatsOf('W', [[0, 0], [30, 0], [60, 0]]), seatsOf('F', Array.from({ length: 9 }, (_, i) => [78 + 3 * i, 0]))])
  const under = (x: number, y: number, least = 0) => seatUnder(house.zones, x, y, least)?.seat.id

  it.each([
    ['on its disc, far from its middle', 11, 0, 'W-1'],
    ['between two', 14, 0, 'W-1'],
    ['as near as that, of a fine zone', 78, 11, undefined],
    ['near a fine one', 81, 1.5, 'F-2'],
    ['nearer to a fine one, yet well within a wide one', 70, 0, 'W-3'],
    ['beyond all', 30, 19, undefined],
  ])('%s', (_, x, y, id) => {
    expect(house.pitch).toBe(3)
    expect(under(x, y)).toBe(id)
  })

  it('is at least so near, px being what they are', () => {
    expect(under(81, 4, 5)).toBe('F-2')
  })
})

describe('arrow keys', () => {
  it.each([
    ['B-3', 'left', 'B-2'], ['B-3', 'right', 'B-4'], ['B-3', 'up', 'A-3'], ['B-3', 'down', 'C-3'],
  ] as const)('from %s %s is %s', (from, direction, to) => {
    expect(plan.index.next(at(from), direction)?.seat.id).toBe(to)
  })

  it('end at the edge', () => {
    expect(plan.index.next(at('A-1'), 'left')).toBeNull()
    expect(plan.index.next(at('A-1'), 'up')).toBeNull()
  })
})

describe('the pitch', () => {
  it('is the usual distance of neighbours', () => {
    expect(plan.pitch).toBe(10)
  })

  it('of a house without seats is something to draw by', () => {
    const empty = new SeatIndex([])
    expect(empty.pitch()).toBeGreaterThan(0)
    expect(empty.at(0, 0, 10)).toBeNull()
    expect(empty.within({ x: 0, y: 0, width: 9, height: 9 })).toEqual([])
  })
})

describe('a plan whose seats come zone by zone', () => {
  const { event, zones } = smallHouse(4, 6)
  const [A] = zones
  if (!A) throw new Error('no zone')

  it('stands before they do, and finds what is there', () => {
    const plan = buildPlan(event)
    expect(plan.zones.map((z) => [z.id, z.loaded, z.offers.length])).toEqual([['A', false, 0], ['G', true, 1]])
    expect(plan.seats).toBe(24)
    expect(plan.pitch).toBeGreaterThan(8)
    expect(plan.pitch).toBeLessThan(14)
    expect(plan.index.at(20, 10, Infinity)).toBeNull()
    expect(addSeats(plan, A)).toBe(true)
    expect(addSeats(plan, A)).toBe(false)
    expect(plan.index.at(20, 10, 5)?.seat.id).toBe('A-2')
    expect(plan.zone.get('A')?.offers).toEqual([{ category: 1, seats: 18 }, { category: 0, seats: 6 }])
  })

  it('takes from the event what the zone is told to be', () => {
    const told = { ...event, zones: event.zones.map((z) => (z.id === 'A' ? { ...z, pitch: 9, categories: [{ id: 'vip', seats: 24 }], accessible: 2 } : z)) }
    const plan = buildPlan(told)
    expect(plan.pitch).toBe(9)
    expect(plan.zone.get('A')).toMatchObject({ category: 0, accessible: 2, offers: [{ category: 0, seats: 24 }] })
  })

  it('finds the nearest of several zones, and goes on from one to the other', () => {
    const right = { ...A, id: 'B', seats: A.seats.map((s) => ({ ...s, id: `right-${s.id}`, x: s.x + 100 })) }
    const second = { ...event, zones: [...event.zones, ...event.zones.filter((z) => z.id === 'A').map((z) => ({ ...z, id: 'B', outline: z.outline.map(([x, y]): [number, number] => [x + 100, y]) }))] }
    const plan = buildPlan(second, [A, right])
    const last = plan.seat.get('B-6')
    if (!last) throw new Error('no seat')
    expect(plan.index.next(last, 'right')?.seat.id).toBe('right-B-1')
    expect(plan.index.at(100, 20, Infinity)?.seat.id).toBe('right-B-1')
    expect(plan.index.within({ x: 55, y: 5, width: 60, height: 10 }).map((r) => r.seat.id).sort()).toEqual(['A-6', 'right-A-1'])
  })
})

describe('a plan', () => {
  it('knows zones, seats and their categories', () => {
    expect(plan.zones.map((z) => [z.id, z.kind, z.seats.length])).toEqual([['A', 'seats', 24], ['G', 'general', 0]])
    expect(at('A-1').zone.categories[0]).toBe(0)
    expect(at('B-1').zone.categories[at('B-1').index]).toBe(1)
    expect(plan.zone.get('G')?.price).toBe(90_000)
  })
})
