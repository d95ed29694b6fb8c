import { describe, expect, it } from 'vitest'
import { rig } from '@/testing/seatLayer'
import type { ZoneModel } from './model'

describe('a change with an element of its own', () => {
  it('moves only when it is stirred, and once', () => {
    const { layer, zone, update, show, rest } = rig()
    update()
    show('seats')
    const moved: Element[] = []
    Element.prototype.animate = function (this: Element) {
      moved.push(this)
      return new Animation()
    }
    update(1)
    rest()
    expect(moved).toHaveLength(0)
    layer.stir(zone, update(0, 1))
    rest()
    expect(moved.map((e) => e.getAttribute('class'))).toEqual(['seat available', 'seat held'])
    update(1)
    rest()
    expect(moved).toHaveLength(2)
  })
})

it('a change is drawn over the paths until these, which are drawn in pieces, say the same', () => {
  const { layer, plan, update, show, rest, all, seatsIn } = rig()
  update()
  show('paths')
  layer.move()
  update(2)
  layer.settle('paths', 1, plan.content)
  layer.flush()
  expect([seatsIn('.fresh .booked'), seatsIn('.paths .booked')]).toEqual([1, 0])
  rest()
  expect([all('.fresh path').length, seatsIn('.paths .booked')]).toEqual([0, 1])
})

it('a change that was drawn over paths in the making lies over no element that knows a later one', () => {
  const { layer, plan, slices, update, show, rest, seatsIn } = rig(4, 2)
  update()
  show('paths')
  update(2)
  layer.settle('seats', 1, plan.content)
  slices.run(0) // the first zone has had its turn, and more are to come
  update(1)
  layer.flush()
  expect(seatsIn('.fresh .held')).toBe(1)
  rest()
  update(0)
  layer.flush()
  expect([seatsIn('.fresh .held'), seatsIn('.fresh .cover')]).toEqual([0, 0])
  layer.move()
  layer.flush()
  expect(seatsIn('.fresh .available')).toBe(1)
})

describe('while the map moves', () => {
  it('a change is drawn over what is there, which stays as it is until the map rests', () => {
    for (const level of ['paths', 'seats'] as const) {
      const { layer, update, show, rest, all, seatsIn } = rig()
      update()
      show(level)
      const drawn = level === 'paths' ? '.paths path' : '.pool path'
      const before = all(drawn).map((p) => p.outerHTML)
      layer.move()
      update(2, 1)
      layer.flush()
      expect(all(drawn).map((p) => p.outerHTML)).toEqual(before)
      expect(['.fresh .cover', '.fresh .booked', '.fresh .held'].map(seatsIn)).toEqual([2, 1, 1])
      update(0, 1)
      layer.flush()
      expect(['.fresh .cover', '.fresh .booked', '.fresh .held', '.fresh .available'].map(seatsIn)).toEqual([2, 0, 1, 1])
      show(level)
      expect(all('.fresh path')).toHaveLength(0)
      expect(all(`${drawn}.held`)).toHaveLength(1)
      update(2)
      rest()
      expect(all('.fresh path')).toHaveLength(0)
      expect(all(`${drawn}.booked`)).toHaveLength(1)
    }
  })

  it('a seat that was drawn as an own one is covered to its corners', () => {
    const { layer, plan, show, all, update } = rig()
    update()
    layer.update(plan.zones[0] as ZoneModel, new Uint8Array(6), new Map([['A-1', 'owned'], ['A-2', 'mine']]))
    show('paths')
    layer.move()
    update()
    layer.flush()
    const widths = (part: string) => all('.fresh .cover').filter((c) => c.getAttribute('d')?.includes(part)).map((c) => Number(c.getAttribute('stroke-width')))
    const corner = 1.36 // of a radius, by shapes.ts
    const radius = 0.4 * 10
    expect(widths('M10 10h0')).toEqual([expect.closeTo(1.45 * 2 * radius)])
    expect(widths('M10 10h0')[0]).toBeGreaterThan(corner * 2 * radius)
    expect(widths('M20 10h0')).toEqual([expect.closeTo(1.2 * 2 * radius)])
  })

  it('paths show below the elements, also of seats that changed while those covered them', () => {
    const { layer, update, show, rest, all, seatsIn } = rig()
    update()
    show('paths')
    show('seats')
    update(0, 2)
    rest()
    expect([all('.ground.covered').length, seatsIn('.fresh .booked')]).toEqual([1, 0])
    layer.move()
    layer.flush()
    expect([all('.ground.covered').length, seatsIn('.fresh .booked')]).toEqual([0, 1])
  })

  it('what is drawn over an element stays until the map rests, also when paths are drawn on the way', () => {
    const { layer, plan, slices, update, show, seatsIn } = rig()
    update()
    show('paths')
    show('seats')
    layer.move()
    update(2)
    layer.flush()
    layer.pass('seats', plan.content)
    while (slices.busy) slices.run(1_000)
    expect(seatsIn('.fresh .booked')).toBe(1)
    show('seats')
    expect(seatsIn('.fresh .booked')).toBe(0)
  })

  it('elements are neither made nor removed, however far it goes', () => {
    const { layer, plan, update, show, all } = rig(4, 8)
    update()
    show('seats', 1, { x: 5, y: 5, width: 30, height: 10 })
    const before = all('.pool path').map((p) => p.outerHTML)
    layer.move()
    layer.pass('numbers', plan.content)
    layer.flush()
    expect(all('.pool path').map((p) => p.outerHTML)).toEqual(before)
    show('seats', 1, { x: 45, y: 5, width: 30, height: 10 })
    expect(all('.pool path').map((p) => p.outerHTML)).not.toEqual(before)
  })
})
