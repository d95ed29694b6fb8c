import { describe, expect, it } from 'vitest'
import type { Box } from '@/protocol/shapes'
import { rig } from '@/testing/seatLayer'
import type { SeatRef } from './model'
import type { Mark } from './paint'

describe('from 4 px', () => {
  it('seats are one path per category and state, not one element each', () => {
    const { update, show, all, seatsIn } = rig()
    update()
    show('paths')
    expect(all('path')).toHaveLength(2)
    expect(all('path').map((p) => p.getAttribute('d'))).toEqual(['M10 10h0M20 10h0M30 10h0', 'M10 20h0M20 20h0M30 20h0'])
    expect(seatsIn('path.available')).toBe(6)
  })

  it('only classes are rebuilt whose seats changed', () => {
    const { update, show, rest, all, seatsIn } = rig()
    update()
    show('paths')
    const [vip] = all('path')
    const written: unknown[] = []
    const setAttribute = vip?.setAttribute.bind(vip)
    if (vip) vip.setAttribute = (name, value) => (written.push(name), setAttribute?.(name, value))
    expect(update(0, 0, 0, 0, 2, 0)).toEqual([4])
    rest()
    expect(seatsIn('path.available')).toBe(5)
    expect(seatsIn('path.booked')).toBe(1)
    expect(written).toEqual([])
    update(2, 0, 0, 0, 2, 0)
    rest()
    expect(written).toEqual(['d'])
    expect(update(2, 0, 0, 0, 2, 0)).toEqual([])
  })

  it('a class without seats leaves no path behind', () => {
    const { update, show, rest, all } = rig()
    update(1)
    show('paths')
    expect(all('path.held')).toHaveLength(1)
    update(0)
    rest()
    expect(all('path.held')).toHaveLength(0)
  })
})

describe('from 16 px', () => {
  it('each seat in view has an element, and the paths are not seen', () => {
    const { update, show, all } = rig(4, 4)
    update(1, 2)
    show('paths')
    show('seats', 2, { x: 5, y: 5, width: 20, height: 10 })
    expect(all('.ground.covered')).toHaveLength(1)
    expect(all('.pool path').map((p) => [p.getAttribute('class'), /^M\S+ \S+?(?=m)/.exec(p.getAttribute('d') ?? '')?.[0]]).sort()).toEqual([['seat booked', 'M20 10'], ['seat held', 'M10 10']])
  })

  it('a change touches the element of its seat alone', () => {
    const { update, show, rest, all } = rig()
    update()
    show('seats')
    const touched = new Set<Element>()
    for (const path of all('.pool path')) {
      const setAttribute = path.setAttribute.bind(path)
      path.setAttribute = (name, value) => (touched.add(path), setAttribute(name, value))
    }
    update(0, 0, 1)
    rest()
    expect([...touched].map((p) => p.getAttribute('class'))).toEqual(['seat held'])
  })

  it('elements are used again for what comes into view', () => {
    const { update, show, all } = rig(4, 8)
    update()
    show('seats', 1, { x: 5, y: 5, width: 30, height: 10 })
    const before = new Set(all('.pool path'))
    expect(before.size).toBe(3)
    show('seats', 1, { x: 45, y: 5, width: 30, height: 10 })
    expect(all('.pool path').every((p) => before.has(p))).toBe(true)
  })

  it('there are at most 3,000, nearest the middle first; the rest stays paths', () => {
    const { plan, update, show, all } = rig(70, 70)
    update()
    show('seats', 1, plan.content)
    expect(all('.pool path')).toHaveLength(3_000)
    expect(all('.paths path').length).toBeGreaterThan(0)
    const inMiddle = all('.pool path').some((p) => p.getAttribute('d')?.startsWith('M360 360m'))
    const atCorner = all('.pool path').some((p) => p.getAttribute('d')?.startsWith('M10 10m'))
    expect([inMiddle, atCorner]).toEqual([true, false])
  })

  it('seats that come again are seen again', () => {
    const { layer, zone, update, show, all } = rig()
    update()
    const seen = () => all('.pool .sheet:not(.hidden) path').length
    for (const away of [() => { show('paths', 1) }, () => { layer.close(zone); update() }]) {
      show('seats', 2)
      expect(seen()).toBe(6)
      away()
      show('seats', 2)
      expect(seen()).toBe(6)
    }
  })

  it('paths are seen where the view has come to, until its seats have elements', () => {
    const { layer, plan, slices, update, show, all } = rig(4, 8)
    update()
    const [here, there] = [5, 45].map((x) => ({ x, y: 5, width: 30, height: 10 })) as [Box, Box]
    show('seats', 1, here)
    const covered = () => all('.ground.covered').length
    expect(covered()).toBe(1)
    layer.move()
    layer.settle('seats', 1, there, plan.content)
    expect(covered()).toBe(0)
    while (slices.busy) slices.run(1_000)
    expect(covered()).toBe(1)
  })

  it('seats are paths again further away', () => {
    const { update, show, all } = rig()
    update()
    show('seats', 2)
    show('paths', 1)
    expect([all('.pool path').length, all('.paths path').length]).toEqual([0, 2])
    show('outline', 0.2)
    expect(all('path')).toHaveLength(0)
  })
})

describe('from 24 px', () => {
  it('free seats have their numbers, at most 600 of them', () => {
    const { plan, update, show, rest, all } = rig(30, 30)
    update(2)
    show('numbers', 3, plan.content)
    expect(all('.numbers text')).toHaveLength(600)
    show('numbers', 3, { x: 5, y: 5, width: 20, height: 10 })
    expect(all('.numbers text').map((t) => t.textContent)).toEqual(['2'])
    update(2, 1)
    rest()
    expect(all('.numbers text')).toHaveLength(0)
  })
})

describe('seats', () => {
  it('of ours show over whatever the map says', () => {
    const { layer, zone } = rig()
    const marks = new Map<string, Mark>([['A-1', 'mine'], ['A-2', 'owned']])
    layer.update(zone, Uint8Array.of(1, 2, 1, 3, 0, 0), marks)
    expect(zone.index?.seats.map((ref) => layer.look(ref))).toEqual(['mine', 'owned', 'held', 'blocked', 'available', 'available'])
  })

  it('are nothing before the first picture, and nothing once nobody watches', () => {
    const { layer, zone, update, show, all } = rig()
    const ref = zone.index?.seats[0] as SeatRef
    expect(layer.look(ref)).toBeNull()
    update()
    show('seats')
    layer.close(zone)
    show('seats')
    expect([layer.open.size, all('path').length]).toEqual([0, 0])
  })
})

describe('what is wanted', () => {
  it('keeps its colours, all else is dimmed, also what is drawn later', () => {
    const { layer, update, show, rest, all } = rig()
    update()
    show('paths')
    layer.filter((category) => category === 0)
    expect(all('.paths path').map((p) => p.classList.contains('dim'))).toEqual([false, true])
    update(0, 0, 0, 2, 0, 0)
    rest()
    expect(all('.paths path.booked').map((p) => p.classList.contains('dim'))).toEqual([true])
    show('numbers', 3)
    expect(all('.pool .dim').flatMap((g) => [...g.children]).length).toBe(3)
    expect(all('.numbers text')).toHaveLength(3)
    layer.filter(null)
    rest()
    expect(all('.dim')).toHaveLength(0)
    expect(all('.numbers text')).toHaveLength(5)
  })
})
