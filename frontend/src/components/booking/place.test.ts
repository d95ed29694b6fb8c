import { describe, expect, it } from 'vitest'
import type { HeldSeat } from '@/protocol/shapes'
import { heldSeat } from '@/testing/stores'
import { smallHouse } from '@/testing/plan'
import { alternativeTo } from './alternative'
import { closeUp, placeIn } from './place'

const { event, zones } = smallHouse()
const zonePlan = zones.find((z) => z.id === 'A')
if (!zonePlan) throw new Error('the small house has no zone A')
const plan = zonePlan
const seats = new Map(plan.seats.map((s) => [s.id, s]))
const held = plan.seats.slice(0, 2).map((s) => heldSeat(s.id))
const standing: HeldSeat = { ...heldSeat('G:1'), zone: 'G' }

describe('where seats are', () => {
  it('is marked in the house, whose every zone is drawn once', () => {
    const place = placeIn(event, held, seats)
    expect(place?.marks.map((m) => [m.id, m.x, m.y])).toEqual(plan.seats.slice(0, 2).map((s) => [s.id, s.x, s.y]))
    expect(`${place?.zones}${place?.own}`.match(/M/g)).toHaveLength(event.zones.length)
    expect(place?.own.match(/M/g)).toHaveLength(1)
  })

  it('of places without numbers is their zone, marked once', () => {
    const place = placeIn(event, [standing, { ...standing, seat: 'G:2' }], seats)
    expect(place?.marks.map((m) => m.id)).toEqual(['G'])
    expect(closeUp(event, [standing], seats, new Map())).toBeNull()
  })

  it('is seen among the neighbours, none of them twice', () => {
    const withPitch = { ...event, zones: event.zones.map((z) => ({ ...z, pitch: 30 })) }
    const close = closeUp(withPitch, held, seats, new Map([['A', plan.seats]]))
    expect(close?.marks).toHaveLength(2)
    const others = close?.others.match(/M/g) ?? []
    expect(others.length).toBeGreaterThan(0)
    expect(others.length).toBeLessThanOrEqual(plan.seats.length - 2)
    for (const seat of plan.seats.slice(0, 2)) expect(close?.others).not.toContain(`M${seat.x} ${seat.y}h0`)
  })
})

describe('instead of seats that were not given', () => {
  const states = (taken: readonly number[]) => plan.seats.map((_, i) => (taken.includes(i) ? '2' : '0')).join('')

  it('the same are offered when they are free again', () => {
    expect(alternativeTo(event, held, plan, states([]))).toMatchObject({ zone: 'A', same: true })
  })

  it('others together are, none of them taken', () => {
    const other = alternativeTo(event, held, plan, states([0]))
    expect(other?.same).toBe(false)
    expect(other?.seats).toHaveLength(2)
    expect(other?.seats.every((s) => s.index !== 0)).toBe(true)
  })

  it('nothing is where all are taken, or nothing of the zone was asked for', () => {
    expect(alternativeTo(event, held, plan, states(plan.seats.map((_, i) => i)))).toBeNull()
    expect(alternativeTo(event, [standing], plan, states([]))).toBeNull()
  })
})
