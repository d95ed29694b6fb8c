import { describe, expect, it } from 'vitest'
import { ACCESSIBLE, COMPANION, LOOKS, PLAIN } from './paint'
import { shapeOf } from './shapes'

const SEATINGS = [PLAIN, ACCESSIBLE, COMPANION] as const

/** Where a path that is only relative moves and lines ends, from where it began. */
function end(rel: string): [number, number] {
  let [x, y] = [0, 0]
  let start = [0, 0]
  for (const [, command = '', rest = ''] of rel.matchAll(/([mlaz])([^mlaz]*)/g)) {
    const numbers = [...rest.matchAll(/-?[\d.]+/g)].map(Number)
    if (command === 'z') [x, y] = [start[0] ?? 0, start[1] ?? 0]
    else {
      x += numbers.at(-2) ?? 0
      y += numbers.at(-1) ?? 0
    }
    if (command === 'm') start = [x, y]
  }
  return [x, y]
}

describe('a seat is told by its shape', () => {
  it('without colour: each look, and each kind of place that can be had, is another', () => {
    const drawn = [...LOOKS.map((look) => shapeOf(look, PLAIN, 4).rel), ...SEATINGS.slice(1).flatMap((s) => [shapeOf('available', s, 4).rel, shapeOf('held', s, 4).rel])]
    expect(new Set(drawn).size).toBe(drawn.length)
  })

  it.each(LOOKS.flatMap((look) => SEATINGS.map((s) => [look, s] as const)))('%s, %i ends where it began, so that shapes can follow each other', (look, seating) => {
    const [x, y] = end(shapeOf(look, seating, 3.7).rel)
    expect(Math.hypot(x, y)).toBeLessThan(0.05)
  })

  it('a dot is as wide as its disc', () => {
    expect(shapeOf('available', PLAIN, 4)).toMatchObject({ dot: 8 })
    expect(shapeOf('available', ACCESSIBLE, 4).dot).toBe(0)
  })
})
