import { describe, expect, it } from 'vitest'
import type { Box } from '@/protocol/shapes'
import { smallHouse } from '@/testing/plan'
import { boxOf, overlaps } from './geometry'
import { placeLabels, rowMarks } from './labels'
import { buildPlan } from './model'

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
    const labels = placeLabels(plan, em, () => wide)
    const boxes = labels.map((l) => ({ x: l.x - wide / 2, y: l.y - em / 2, width: wide, height: em }))
    expect(labels.map((l) => l.zone.id)).toEqual(['L', 'R', 'B'])
    for (const [i, box] of boxes.entries()) {
      expect(plan.zones.some((z) => overlaps(z.bounds, box))).toBe(false)
      expect(boxes.some((other, n) => n !== i && overlaps(other, box))).toBe(false)
    }
  })

  it('that fit nowhere are left out', () => {
    expect(placeLabels(threeHalls(), 8, () => 900)).toEqual([])
  })
})

describe('row names', () => {
  it('stand at both ends of a row, on no seat', () => {
    const plan = threeHalls()
    const marks = rowMarks(plan)
    expect(marks.filter((m) => m.text === 'A').length).toBeGreaterThanOrEqual(4)
    for (const mark of marks) expect(plan.index.at(mark.x, mark.y, plan.pitch * 0.5)).toBeNull()
  })

  it('are not put to chairs around a table', () => {
    const { event } = smallHouse(1, 8)
    const chairs = Array.from({ length: 8 }, (_, i) => ({ id: `c${i}`, row: 'T1', number: String(i), x: 40 + 12 * Math.cos((i * Math.PI) / 4), y: 30 + 12 * Math.sin((i * Math.PI) / 4), category: 'r' }))
    expect(rowMarks(buildPlan(event, [{ id: 'A', plan: 'h1', seats: chairs }]))).toEqual([])
  })

  it('never touch each other', () => {
    const marks = rowMarks(threeHalls())
    for (const [i, a] of marks.entries()) {
      for (const b of marks.slice(i + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(3)
    }
  })
})
