import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Box, EventInfo, ZonePlan } from '@/protocol/shapes'
import { arena, ballroom, maze } from '@/testing/houses'
import { smallHouse } from '@/testing/plan'
import { MapView } from './mapView'
import { buildPlan, type ZoneModel } from './model'
import type { Mark } from './paint'
import { LARGEST, SMALLEST, widthOf } from './text'

const NO_MARKS = new Map<string, Mark>()
const DESK = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'cancelAnimationFrame', 'setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A map of a house in a window, whose zones in view are watched as the page does it. */
function mapOf({ event, zones }: { event: EventInfo; zones: ZonePlan[] }, size = DESK) {
  const plan = buildPlan(event, zones)
  const surface = document.createElement('div')
  const ground = document.createElement('div')
  document.body.append(ground, surface)
  const states = new Map(plan.zones.map((z) => [z.id, Uint8Array.from(z.seats, (_, i) => (i % 7 === 3 ? 1 : i % 11 === 4 ? 2 : i % 31 === 9 ? 3 : 0))]))
  let watched: ZoneModel[] = []
  const words = (zone: ZoneModel) => ({ name: zone.label, more: ['₩110,000–₩220,000', '₩110K–₩220K', 'from ₩110K'] })
  const map: MapView = new MapView({ surface, ground }, plan, {
    words,
    insets: () => ({ top: 20, right: 20, bottom: 20, left: 20 }),
    still: () => true,
    onMove: () => undefined,
    onSettle: () => undefined,
  })
  const watch = () => {
    const next = map.level === 'outline' ? [] : map.zonesInView().slice(0, 16)
    for (const zone of watched) if (!next.includes(zone)) map.close(zone)
    for (const zone of next) if (!watched.includes(zone)) map.update(zone, states.get(zone.id) ?? new Uint8Array(0), NO_MARKS, false)
    watched = next
  }
  const rest = () => {
    while (vi.getTimerCount() > 0) vi.advanceTimersToNextFrame()
  }
  map.resize(size)
  /** Shows a point of the plan with seats so many px apart. */
  const go = (pitch: number, x = plan.content.x + plan.content.width / 2, y = plan.content.y + plan.content.height / 2) => {
    map.camera.show(x, y, pitch, false)
    watch()
    rest()
  }
  const picture = ground.querySelector('.map-picture') as HTMLElement
  const viewBox = () => picture.querySelector('svg')?.getAttribute('viewBox')
  return { map, plan, go, rest, picture, viewBox, nodes: () => picture.querySelectorAll('*').length + 1, layer: ground.querySelector<HTMLElement>('.map-layer') }
}

/** The boxes of all text that is shown, px, as wide as text is reckoned to be. */
function texts(picture: Element, k: number): { text: string; px: number; box: Box }[] {
  return [...picture.querySelectorAll('.names text, .area-text:not(.hidden)')].map((t) => {
    const px = Number(t.getAttribute('font-size')) * k
    const width = widthOf(t.textContent) * px
    return { text: t.textContent, px, box: { x: Number(t.getAttribute('x')) * k - width / 2, y: Number(t.getAttribute('y')) * k - px / 2, width, height: px } }
  })
}

/** By more than a pixel. */
const touch = (a: Box, b: Box) => a.x + a.width > b.x + 1 && b.x + b.width > a.x + 1 && a.y + a.height > b.y + 1 && b.y + b.height > a.y + 1

/** An arena whose middle block has seats so close that they are told apart only where others are 80 px apart. */
function crowd() {
  const made = arena(3, 3, 40, 30)
  const seats = made.zones[4]?.seats ?? []
  const [first] = seats
  if (first) seats.forEach((s) => ([s.x, s.y] = [600 + (s.x - first.x) * 0.3, 450 + (s.y - first.y) * 0.3]))
  return made
}

const HOUSES = { 'small house': () => smallHouse(), arena: () => arena(8, 5), ballroom: () => ballroom(50), maze, crowd }
const PITCHES = [2.5, 4, 16, 24, 80]

describe.each(Object.entries(HOUSES))('the picture of the %s', (_, house) => {
  it.each([['desk', DESK], ['phone', PHONE]] as const)('never has more than 5,000 nodes on a %s, and no text that touches or cannot be read', (_, size) => {
    const { go, picture, nodes, map } = mapOf(house(), size)
    for (const pitch of PITCHES) {
      go(pitch)
      expect(nodes()).toBeLessThanOrEqual(5_000)
      expect(picture.querySelectorAll('.pool path').length).toBeLessThanOrEqual(3_000)
      expect(picture.querySelectorAll('.numbers text').length).toBeLessThanOrEqual(600)
      const k = map.camera.view.k
      const shown = texts(picture, k)
      // Sizes are rounded to hundredths of a plan unit.
      expect(shown.filter(({ px }) => px < SMALLEST * 0.97 || px > LARGEST * 1.03)).toEqual([])
      expect(shown.flatMap((a, i) => shown.slice(i + 1).flatMap((b) => (touch(a.box, b.box) ? `${a.text} and ${b.text} at ${pitch} px` : [])))).toEqual([])
    }
  }, 60_000)
})

describe('the level', () => {
  it('draws outlines, then paths, then an element for each seat, then numbers', () => {
    const { go, picture } = mapOf(arena(3, 3), PHONE)
    const drawn = () => ['.ground:not(.covered) .paths path', '.pool path', '.numbers text'].map((s) => picture.querySelectorAll(s).length > 0)
    go(3)
    expect([picture.dataset.level, ...drawn()]).toEqual(['outline', false, false, false])
    go(8)
    expect([picture.dataset.level, ...drawn()]).toEqual(['paths', true, false, false])
    go(20)
    expect([picture.dataset.level, ...drawn()]).toEqual(['seats', false, true, false])
    go(30)
    expect([picture.dataset.level, ...drawn()]).toEqual(['numbers', false, true, true])
    go(3)
    expect([picture.dataset.level, ...drawn()]).toEqual(['outline', false, false, false])
  })

  it('mixes seats of watched zones and outlines of the others in one picture', () => {
    const { go, picture } = mapOf(arena(8, 5))
    go(4.1)
    expect(picture.querySelectorAll('.outline.open')).toHaveLength(16)
    expect(picture.querySelectorAll('.zone-seats')).toHaveLength(16)
    expect(picture.querySelectorAll('.outline.seats:not(.open)').length).toBe(40 - 16)
  })

  it('dims the outlines of zones in which nothing is wanted', () => {
    const { map, plan, picture } = mapOf(arena(3, 3))
    const dim = () => picture.querySelectorAll('.outline.dim').length
    const without = (category: number) => plan.zones.filter((z) => z.offers.length > 0 && !z.offers.some((o) => o.category === category)).length
    map.filter((category) => category === 0)
    expect(dim()).toBe(without(0))
    map.filter((category) => category === 99)
    expect(dim()).toBe(plan.zones.length)
    map.filter(null)
    expect(dim()).toBe(0)
  })

  it('says on an outline what it is called and costs, in as many letters as fit', () => {
    const { go, picture } = mapOf(arena(3, 1, 60, 30))
    const said = (pitch: number) => {
      go(pitch)
      return [...new Set([...picture.querySelectorAll('.zone-name, .zone-more')].map((t) => t.textContent.replace(/^Block \d/, 'Block')))]
    }
    expect(said(3)).toEqual(['Block', '₩110,000–₩220,000'])
    expect(said(1.5)).toEqual(['Block', '₩110K–₩220K'])
    expect(said(1.15)).toEqual(['Block', 'from ₩110K'])
    expect(said(0.9)).toEqual(['Block'])
    expect(said(0.4)).toEqual([])
  })
})

describe('a gesture', () => {
  it('moves the picture alone, and draws anew when it pauses', () => {
    const { go, viewBox, map, layer, rest } = mapOf(arena(3, 3))
    go(8)
    const before = viewBox()
    map.camera.zoomBy(1.5)
    vi.advanceTimersByTime(100)
    expect(viewBox()).toBe(before)
    expect(layer?.style.transform).toMatch(/scale\(1\.(5|49)/)
    map.camera.zoomBy(1.2)
    vi.advanceTimersByTime(100)
    expect(viewBox()).toBe(before)
    rest()
    expect(viewBox()).not.toBe(before)
    expect(layer?.style.transform).toBe('none')
  })

  it('draws anew on its way where what is drawn does not reach', () => {
    const { go, viewBox, map, picture, rest } = mapOf(arena(3, 3))
    const written = () => picture.querySelector('.names')?.innerHTML
    go(30)
    const before = viewBox()
    const names = written()
    expect(names).not.toBe('')
    map.camera.zoomBy(0.1)
    vi.advanceTimersByTime(100)
    expect(viewBox()).not.toBe(before)
    expect(written()).toBe(names)
    const drawn = () => [picture.dataset.level, picture.querySelectorAll('.ground:not(.covered) .paths path').length > 0, picture.querySelectorAll('.pool path').length > 0]
    expect(drawn()).toEqual(['paths', true, true])
    rest()
    expect(drawn()).toEqual(['paths', true, false])
    expect(written()).not.toBe(names)
  })
})

describe('a flash', () => {
  const flashes = (picture: Element) => picture.querySelectorAll('.flash').length
  function flashed() {
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const made = mapOf(arena(3, 3))
    const seats = ['Z4-3-4', 'Z4-3-5'].flatMap((id) => made.plan.seat.get(id) ?? [])
    made.go(3)
    return { ...made, seats, wait: (ms: number) => (now += ms), to: () => made.map.camera.showSeats(seats, false) }
  }
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('is seen where seats are, and goes with them', () => {
    const { map, go, to, seats, picture, wait } = flashed()
    to()
    map.flash(seats)
    expect(flashes(picture)).toBe(2)
    wait(3_000)
    go(3)
    expect(flashes(picture)).toBe(0)
    go(8)
    expect(flashes(picture)).toBe(0)
  })

  it('of seats that the map then comes to is seen there', () => {
    const { map, to, seats, picture, wait } = flashed()
    map.flash(seats)
    expect(flashes(picture)).toBe(0)
    wait(600)
    to()
    expect(flashes(picture)).toBe(2)
  })

  it('that nobody could see is not made up for later', () => {
    const { map, to, seats, picture, wait } = flashed()
    map.flash(seats)
    wait(2_500)
    to()
    expect(flashes(picture)).toBe(0)
    for (let i = 0; i < 30; i++) map.flash(seats.slice(0, 1))
    expect(flashes(picture)).toBe(24)
    map.flash([])
    expect(flashes(picture)).toBe(0)
    map.flash(seats)
    expect(flashes(picture)).toBe(2)
  })
})

describe('a seat under the pointer', () => {
  it('is found where seats are drawn, and nowhere else', () => {
    const { go, map, plan } = mapOf(arena(3, 3))
    const seat = plan.zone.get('Z4')?.seats[210]
    if (!seat) throw new Error('no seat')
    const under = (pitch: number) => {
      go(pitch, seat.x, seat.y)
      return map.seatAt(DESK.width / 2, DESK.height / 2)?.seat.id
    }
    expect([under(3), under(8), under(20), under(30)]).toEqual([undefined, seat.id, seat.id, seat.id])
    expect(map.zoneAt(DESK.width / 2, DESK.height / 2)?.id).toBe('Z4')
  })
})
