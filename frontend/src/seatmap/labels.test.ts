import { describe, expect, it } from 'vitest'
import type { Box } from '@/protocol/shapes'
import { smallHouse } from '@/testing/plan'
import { boxOf, grow, overlaps } from './geometry'
import { Obstacles, roomFor, rowMarks } from './labels'
import { buildPlan } from './model'
import { Room } from './text'

/** Two halls side by side, and a third behind them, all of the same shape. */
function threeHalls() {
  const { event, zones } = smallHouse(3, 5)
  const seats = zones[0]?.seats ?? []
  const at = [[0, 0], [70, 0], [0, 70]] as const
  const ids = ['L', 'R', 'B']
  const moved = at.map(([dx, dy], i) => ({ id: ids[i] ?? '', plan: 'h1', seats: seats.map((s) => ({ ...s, id: `${ids[i]}${s.id}`, x: s.x + dx, y: s.y + dy })) }))
  event.zones = moved.map(({ id, seats: own }, i) => {
    const [dx, dy] = at[i] ?? [0, 0]
    const outline: [number, number][] = [[dx, dy], [dx + 60, dy], [dx + 60, dy + 40], [dx, dy + 40]]
    return { id, label: `Hall ${id}`, kind: 'seats', capacity: own.length, bounds: boxOf(outline) as Box, outline }
  })
  return buildPlan(event, moved)
}

describe('zone labels', () => {
  it('lie on no zone and on no other label', () => {
    const plan = threeHalls()
    const em = 8
    const wide = 30
    const room = new Room(20)
    const obstacles = new Obstacles(plan)
    const boxes = plan.zones.map((zone) => {
      const box = obstacles.beside(zone, em, wide, grow(plan.content, 40), room)
      if (!box) throw new Error(`no place for ${zone.id}`)
      expect(room.take(box)).toBe(true)
      return box
    })
    for (const [i, box] of boxes.entries()) {
      expect(plan.zones.some((z) => overlaps(z.bounds, box))).toBe(false)
      expect(boxes.some((other, n) => n !== i && overlaps(other, box))).toBe(false)
    }
  })

  it('that fit nowhere are left out', () => {
    const plan = threeHalls()
    expect(plan.zones.map((zone) => new Obstacles(plan).beside(zone, 8, 900, grow(plan.content, 40), new Room(20)))).toEqual([null, null, null])
  })

  it('on a zone are as large as it has room for', () => {
    const [zone] = threeHalls().zones
    if (!zone) throw new Error('no zone')
    const em = roomFor(zone, 4, 1)
    expect(em * 4).toBeLessThanOrEqual(zone.bounds.width)
    expect(em).toBeGreaterThan(10)
    expect(roomFor(zone, 4, 2)).toBeLessThanOrEqual(em)
  })
})

describe('row names', () => {
  it('stand at both ends of a row, on no seat', () => {
    const plan = threeHalls()
    const marks = plan.zones.flatMap((z) => [...rowMarks(plan, z)].flat())
    expect(marks.filter((m) => m.text === 'A').length).toBeGreaterThanOrEqual(4)
    for (const mark of marks) expect(plan.index.at(mark.x, mark.y, plan.pitch * 0.5)).toBeNull()
  })

  it('are short for a table with seats in a line', () => {
    const { event } = smallHouse(1, 4)
    const seats = Array.from({ length: 4 }, (_, i) => ({ id: `c${i}`, row: 'Table 5', number: String(i), x: 20 + 10 * i, y: 20, category: 'r' }))
    const plan = buildPlan(event, [{ id: 'A', plan: 'h1', seats }])
    expect(plan.zones.flatMap((z) => [...rowMarks(plan, z)].flat()).map((mark) => mark.text)).toEqual(['5', '5'])
  })

  it('are not put to chairs around a table', () => {
    const { event } = smallHouse(1, 8)
    const chairs = Array.from({ length: 8 }, (_, i) => ({ id: `c${i}`, row: 'T1', number: String(i), x: 40 + 12 * Math.cos((i * Math.PI) / 4), y: 30 + 12 * Math.sin((i * Math.PI) / 4), category: 'r' }))
    const plan = buildPlan(event, [{ id: 'A', plan: 'h1', seats: chairs }])
    expect(plan.zones.flatMap((z) => [...rowMarks(plan, z)].flat())).toEqual([])
  })
})
