import { describe, expect, it, vi } from 'vitest'
import { houseOf, seatsOf, smallHouse } from '@/testing/plan'
import { Camera } from './camera'
import { grow } from './geometry'
import { buildPlan, type SeatRef, type ZoneModel } from './model'

// Before d3-timer is loaded, which takes the clock of that moment.
vi.hoisted(() => vi.useFakeTimers())

const { event, zones } = smallHouse(4, 6)
const plan = buildPlan(event, zones)
const seat = (id: string) => plan.seat.get(id) as SeatRef
const middle = (of: { width: number; height: number }) => ({ x: of.width / 2, y: of.height / 2 })

/** A camera on a surface of 400 x 300 px; `still`: it glides nowhere. */
function camera(still = true, of = plan) {
  const onJump = vi.fn()
  const made = new Camera(document.createElement('div'), of, { insets: () => ({ top: 0, right: 0, bottom: 0, left: 0 }), still: () => still, onMove: () => undefined, onJump })
  made.resize({ width: 400, height: 300 })
  return { camera: made, onJump }
}

/** How much of the screen the house takes with the names beside its rows, in the direction it fills. */
function filled(shown: Camera): number {
  const { width, height } = grow(plan.content, plan.pitch)
  return Math.max((width * shown.view.k) / shown.size.width, (height * shown.view.k) / shown.size.height)
}

describe('a map that shows the whole house', () => {
  it('goes on doing so when the window changes', () => {
    const { camera: shown } = camera()
    expect(filled(shown)).toBeCloseTo(1)
    shown.resize({ width: 200, height: 250 })
    expect(filled(shown)).toBeCloseTo(1)
  })

  it('does so again when asked to', () => {
    const { camera: shown } = camera()
    shown.showSeat(seat('C-3'))
    shown.fit()
    shown.resize({ width: 200, height: 250 })
    expect(filled(shown)).toBeCloseTo(1)
  })

  it('does so also when it was on its way elsewhere', () => {
    const { camera: shown } = camera(false)
    shown.showSeat(seat('C-3'))
    vi.advanceTimersByTime(150)
    expect(shown.whole).toBe(false)
    shown.fit()
    vi.advanceTimersByTime(1_000)
    expect(shown.whole).toBe(true)
    shown.resize({ width: 200, height: 250 })
    expect(filled(shown)).toBeCloseTo(1)
  })

  it('does so no more when it is sent elsewhere before it set out', () => {
    const { camera: shown } = camera(false)
    shown.fit()
    shown.showSeat(seat('C-3'))
    vi.advanceTimersByTime(1_000)
    expect(shown.whole).toBe(false)
  })
})

describe('zones whose seats are much closer than most', () => {
  it('can be come to near enough for a finger', () => {
    const wide = seatsOf('A', Array.from({ length: 12 }, (_, i) => [10 + 20 * i, 10]))
    const fine = seatsOf('B', Array.from({ length: 5 }, (_, i) => [10 + 4 * i, 60]))
    const house = houseOf([wide, fine])
    const { camera: shown } = camera(true, house)
    const at = () => shown.screenOf(house.seat.get('B-3') as SeatRef)
    shown.showSeat(house.seat.get('B-3') as SeatRef)
    for (let tap = 0; tap < 6; tap++) shown.zoomInAt(at().x, at().y)
    expect(house.pitch).toBe(20)
    expect(4 * shown.view.k).toBeGreaterThanOrEqual(24)
  })
})

describe('a map that came closer', () => {
  it('keeps its middle and its scale when the window changes', () => {
    const { camera: shown } = camera()
    shown.zoomInAt(200, 150)
    shown.showSeat(seat('C-3'))
    const { k } = shown.view
    const size = { width: 300, height: 200 }
    shown.resize(size)
    expect(shown.view.k).toBe(k)
    expect(shown.screenOf(seat('C-3'))).toEqual(middle(size))
  })
})

describe('the moves', () => {
  it('bring a seat to the middle, and say that the map has come to rest', () => {
    const { camera: shown, onJump } = camera()
    onJump.mockClear()
    shown.showSeat(seat('B-2'))
    expect(shown.screenOf(seat('B-2'))).toEqual(middle(shown.size))
    expect(onJump).toHaveBeenCalled()
  })

  it('leave the map alone for a seat that is well in view', () => {
    const { camera: shown } = camera()
    shown.showSeat(seat('C-3'))
    const before = shown.view
    shown.reveal(seat('C-4'))
    expect(shown.view).toEqual(before)
  })

  it('bring a seat at the edge to the middle', () => {
    const { camera: shown } = camera()
    shown.resize({ width: 200, height: 200 })
    shown.showSeat(seat('C-3'))
    shown.reveal(seat('C-5'))
    expect(shown.screenOf(seat('C-5'))).toEqual(middle(shown.size))
  })

  it('show a zone whole', () => {
    const { camera: shown } = camera()
    const zone = plan.zone.get('A') as ZoneModel
    shown.showZone(zone)
    const view = shown.visible()
    expect(view.x).toBeLessThanOrEqual(zone.bounds.x)
    expect(view.y).toBeLessThanOrEqual(zone.bounds.y)
    expect(view.x + view.width).toBeGreaterThanOrEqual(zone.bounds.x + zone.bounds.width)
    expect(view.y + view.height).toBeGreaterThanOrEqual(zone.bounds.y + zone.bounds.height)
  })
})
