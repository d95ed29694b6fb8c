import { describe, expect, it } from 'vitest'
import type { Point } from '@/protocol/shapes'
import { boxOf, contains, inside, labelPoint, overlaps, polygonPath, union } from './geometry'

const SQUARE: Point[] = [[0, 0], [10, 0], [10, 10], [0, 10]]

/** Half a ring open to the top: its centroid lies outside of it. */
const ARC: Point[] = []
for (let a = 0; a <= 180; a += 10) ARC.push([100 + 100 * Math.cos((a * Math.PI) / 180), 100 * Math.sin((a * Math.PI) / 180)])
for (let a = 180; a >= 0; a -= 10) ARC.push([100 + 60 * Math.cos((a * Math.PI) / 180), 60 * Math.sin((a * Math.PI) / 180)])

describe('boxes', () => {
  it('unite', () => {
    expect(union([{ x: 0, y: 0, width: 2, height: 2 }, { x: 5, y: -1, width: 1, height: 1 }])).toEqual({ x: 0, y: -1, width: 6, height: 3 })
    expect(union([])).toBeNull()
  })

  it('go around points', () => {
    expect(boxOf(SQUARE)).toEqual({ x: 0, y: 0, width: 10, height: 10 })
    expect(boxOf([])).toBeNull()
  })

  it('that only touch do not overlap', () => {
    const a = { x: 0, y: 0, width: 10, height: 10 }
    expect(overlaps(a, { x: 10, y: 0, width: 5, height: 5 })).toBe(false)
    expect(overlaps(a, { x: 9, y: 9, width: 5, height: 5 })).toBe(true)
  })
})

describe('polygons', () => {
  it('know what is inside', () => {
    expect(inside(SQUARE, 5, 5)).toBe(true)
    expect(inside(SQUARE, 15, 5)).toBe(false)
    expect(inside(ARC, 100, 30)).toBe(false)
    expect(inside(ARC, 100, 80)).toBe(true)
  })

  it('contain a box or not', () => {
    expect(contains(SQUARE, { x: 1, y: 1, width: 8, height: 8 })).toBe(true)
    expect(contains(SQUARE, { x: 5, y: 1, width: 8, height: 8 })).toBe(false)
  })

  it('become path data', () => {
    expect(polygonPath([[0, 0], [1.005, 2], [3, 4.129]])).toBe('M0 0L1 2L3 4.13Z')
    expect(polygonPath([])).toBe('')
  })
})

describe('a label', () => {
  it('lies in the middle of a square', () => {
    const spot = labelPoint(SQUARE)
    expect(spot.x).toBeCloseTo(5, 0)
    expect(spot.y).toBeCloseTo(5, 0)
  })

  it('lies within a curved zone, where there is width for text', () => {
    const spot = labelPoint(ARC)
    expect(inside(ARC, spot.x, spot.y)).toBe(true)
    expect(Math.abs(spot.x - 100)).toBeLessThan(12)
  })

  it('of nothing is nowhere in particular', () => {
    expect(labelPoint([])).toEqual({ x: 0, y: 0 })
  })
})
