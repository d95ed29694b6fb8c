import { describe, expect, it } from 'vitest'
import { smallHouse } from '@/testing/plan'
import { buildPlan, type ZoneModel } from './model'
import type { Mark } from './paint'
import { SeatLayer } from './seatLayer'
import { svg } from './svg'

function rig() {
  const { event, zones } = smallHouse(2, 3)
  const plan = buildPlan(event, zones)
  const root = svg('svg')
  const layer = new SeatLayer(plan, root)
  const zone = plan.zone.get('A') as ZoneModel
  const paths = () => [...root.querySelectorAll('path')].filter((p) => p.getAttribute('d'))
  const discs = (name: string) => paths().filter((p) => p.closest(`.look-${name}`)).reduce((n, p) => n + (p.getAttribute('d')?.match(/h0/g)?.length ?? 0), 0)
  return { layer, zone, paths, discs }
}

const NO_MARKS = new Map<string, Mark>()

describe('seats', () => {
  it('are one path per category and state, not one element each', () => {
    const { layer, paths, discs } = rig()
    layer.update('A', new Uint8Array(6), NO_MARKS)
    expect(layer.flush()).toBe(2)
    expect(paths()).toHaveLength(2)
    expect(discs('available')).toBe(6)
  })

  it('rebuild only the classes that changed', () => {
    const { layer, discs } = rig()
    layer.update('A', new Uint8Array(6), NO_MARKS)
    layer.flush()
    const changed: number[] = []
    layer.update('A', Uint8Array.of(0, 0, 0, 0, 2, 0), NO_MARKS, (i) => changed.push(i))
    expect(changed).toEqual([4])
    expect(layer.flush()).toBe(2) // the category it left, and the booked ones
    expect(discs('available')).toBe(5)
    expect(discs('booked')).toBe(1)
    layer.update('A', Uint8Array.of(0, 0, 0, 0, 2, 0), NO_MARKS)
    expect(layer.flush()).toBe(0)
  })

  it('show ours over whatever the map says', () => {
    const { layer, zone } = rig()
    const marks = new Map<string, Mark>([['A-1', 'mine'], ['A-2', 'owned']])
    layer.update('A', Uint8Array.of(1, 2, 1, 3, 0, 0), marks)
    expect(zone.seats.map((_, i) => layer.look('A', i))).toEqual(['mine', 'owned', 'held', 'blocked', 'available', 'available'])
  })

  it('are nothing before the first picture', () => {
    expect(rig().layer.look('A', 0)).toBeNull()
  })
})

describe('a chosen category', () => {
  it('dims the others, and paths that are made later too', () => {
    const { layer, paths } = rig()
    layer.update('A', new Uint8Array(6), NO_MARKS)
    layer.flush()
    layer.filter((category) => category === 0)
    expect(paths().map((p) => p.classList.contains('dim'))).toEqual([false, true])
    layer.update('A', Uint8Array.of(0, 0, 0, 2, 0, 0), NO_MARKS)
    layer.flush()
    expect(paths().find((p) => p.classList.contains('booked'))?.classList.contains('dim')).toBe(true)
    layer.filter(null)
    expect(paths().some((p) => p.classList.contains('dim'))).toBe(false)
  })
})
