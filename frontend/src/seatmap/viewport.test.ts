import { describe, expect, it } from 'vitest'
import { centred, clamped, cssTransform, fit, levelOf, planToScreen, screenToPlan, transformBetween, visible } from './viewport'

const SIZE = { width: 400, height: 300 }
const HOUSE = { x: 100, y: 50, width: 1000, height: 600 }
const NONE = { top: 0, right: 0, bottom: 0, left: 0 }

describe('a view', () => {
  it('there and back is the same place', () => {
    const view = { x: -37, y: 12, k: 1.7 }
    const screen = planToScreen(view, 123, 456)
    const plan = screenToPlan(view, screen.x, screen.y)
    expect(plan.x).toBeCloseTo(123)
    expect(plan.y).toBeCloseTo(456)
  })

  it('fits a house between what covers the edges', () => {
    const view = fit(HOUSE, SIZE, { top: 50, right: 10, bottom: 0, left: 10 })
    const corner = planToScreen(view, HOUSE.x, HOUSE.y)
    const opposite = planToScreen(view, HOUSE.x + HOUSE.width, HOUSE.y + HOUSE.height)
    expect(corner.x).toBeCloseTo(10)
    expect(opposite.x).toBeCloseTo(390)
    expect(corner.y).toBeGreaterThanOrEqual(50)
    expect((corner.y - 50 + opposite.y) / 2).toBeCloseTo((opposite.y + corner.y - 50) / 2)
    expect(corner.y - 50).toBeCloseTo(300 - opposite.y)
  })

  it('fits no closer than allowed', () => {
    expect(fit({ x: 0, y: 0, width: 1, height: 1 }, SIZE, NONE, 3).k).toBe(3)
  })

  it('puts a point in the middle', () => {
    const view = centred(500, 200, 2, SIZE)
    expect(planToScreen(view, 500, 200)).toEqual({ x: 200, y: 150 })
  })

  it('shows this part of the plan', () => {
    expect(visible(centred(500, 200, 2, SIZE), SIZE)).toEqual({ x: 400, y: 125, width: 200, height: 150 })
  })

  it('cannot leave the house', () => {
    const lost = centred(5_000, -900, 2, SIZE)
    const back = clamped(lost, HOUSE, SIZE)
    expect(screenToPlan(back, 200, 150)).toEqual({ x: 1_100, y: 50 })
    const fine = centred(500, 200, 2, SIZE)
    expect(clamped(fine, HOUSE, SIZE)).toBe(fine)
  })
})

describe('a gesture', () => {
  it('moves the drawn layer to where a new drawing would be', () => {
    const settled = { x: 10, y: 20, k: 2 }
    const now = { x: -30, y: 5, k: 3 }
    const t = transformBetween(settled, now)
    const drawn = planToScreen(settled, 77, 88)
    const wanted = planToScreen(now, 77, 88)
    expect(drawn.x * t.scale + t.x).toBeCloseTo(wanted.x)
    expect(drawn.y * t.scale + t.y).toBeCloseTo(wanted.y)
  })

  it('that is over leaves no transform', () => {
    expect(cssTransform({ x: 1, y: 2, k: 3 }, { x: 1, y: 2, k: 3 })).toBe('none')
  })
})

describe('the level', () => {
  it.each([[2, 'outline'], [3.99, 'outline'], [4, 'paths'], [15.9, 'paths'], [16, 'seats'], [23.9, 'seats'], [24, 'numbers'], [60, 'numbers']] as const)('at %f px is %s', (pitch, level) => {
    expect(levelOf(pitch)).toBe(level)
  })
})
