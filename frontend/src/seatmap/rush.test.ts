import { describe, expect, it } from 'vitest'
import { Rush } from './rush'

describe('a rush', () => {
  it('is many changes in this second and the one before', () => {
    const rush = new Rush()
    expect(rush.calm(5, 5_100)).toBe(true)
    expect(rush.calm(7, 5_300)).toBe(true)
    expect(rush.calm(1, 5_400)).toBe(false)
    expect(rush.calm(1, 6_900)).toBe(false)
    expect(rush.calm(1, 7_000)).toBe(true)
  })

  it('is many at once', () => {
    expect(new Rush().calm(500, 1_000)).toBe(false)
  })

  it('is over after a pause', () => {
    const rush = new Rush()
    rush.calm(500, 1_000)
    expect(rush.calm(1, 9_000)).toBe(true)
  })
})
