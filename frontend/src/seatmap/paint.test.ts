import { describe, expect, it } from 'vitest'
import { ACCESSIBLE, categoryOfClass, lookOf, lookOfClass, LOOKS, paintClass, PLAIN, seatingOfClass } from './paint'

describe('paint classes', () => {
  it('are taken apart as they were put together', () => {
    for (const look of LOOKS) {
      const paint = paintClass(look, ACCESSIBLE, 7)
      expect(lookOfClass(paint)).toBe(look)
      expect(seatingOfClass(paint)).toBe(ACCESSIBLE)
    }
    expect(categoryOfClass(paintClass('held', PLAIN, 7))).toBe(7)
  })

  it('need no category where its colour does not show', () => {
    expect(paintClass('booked', PLAIN, 3)).toBe(paintClass('booked', PLAIN, 5))
    expect(paintClass('mine', PLAIN, 3)).toBe(paintClass('mine', PLAIN, 5))
  })
})

it.each([[0, 'available'], [1, 'held'], [2, 'booked'], [3, 'blocked']] as const)('state %i looks %s, unless it is ours', (state, look) => {
  expect(lookOf(state, undefined)).toBe(look)
  expect(lookOf(state, 'mine')).toBe('mine')
})
