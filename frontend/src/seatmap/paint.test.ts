import { describe, expect, it } from 'vitest'
import { ACCESSIBLE, categoryOfClass, lookOf, lookOfClass, LOOKS, paintClass, PLAIN, seatingOfClass, zoneWanted, type Wanted } from './paint'

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

describe('a zone', () => {
  const offers = [
    { category: 2, seats: 90 },
    { category: 5, seats: 10 },
  ]
  const only = (...categories: number[]): Wanted => (category) => categories.includes(category)
  const wheelchair: Wanted = (_, seating) => seating !== PLAIN

  it.each<[string, Wanted | null, number, boolean]>([
    ['no filter', null, 0, true],
    ['what most of it is', only(2), 0, true],
    ['what little of it is', only(1, 5), 0, true],
    ['what is not there', only(1, 3), 4, false],
    ['wheelchair places, of which it has some', wheelchair, 4, true],
    ['wheelchair places, of which it has none', wheelchair, 0, false],
    ['wheelchair places of what is not there', (category, seating) => category === 3 && seating !== PLAIN, 4, false],
  ])('and %s', (_, wanted, accessible, want) => {
    expect(zoneWanted({ offers, accessible }, wanted)).toBe(want)
  })

  it('of which nothing is known yet may have it', () => {
    expect(zoneWanted({ offers: [], accessible: 0 }, only(1))).toBe(true)
  })
})
