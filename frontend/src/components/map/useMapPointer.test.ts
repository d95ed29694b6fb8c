import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, shallowRef } from 'vue'
import { buildPlan, type SeatRef } from '@/seatmap/model'
import { smallHouse } from '@/testing/plan'
import { useMapPointer } from './useMapPointer'

const { event, zones } = smallHouse()
const plan = buildPlan(event, zones)
const seat = plan.seat.get('B-2') as SeatRef

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A map with seats `pitch` px apart and one seat under the pointer. */
function surface(pitch: number, under: SeatRef | null = seat, shows = true) {
  const camera = { pitch, showZone: vi.fn(), zoomInAt: vi.fn() }
  const map = { level: 'seats' as const, plan, camera, seatAt: () => under, zoneAt: () => seat.zone, shows: () => shows, hoverZone: vi.fn() }
  const pick = vi.fn(() => true)
  const hovered = shallowRef<SeatRef | null>(null)
  const page = mount(
    defineComponent(() => {
      const on = useMapPointer({ surface: shallowRef(null), view: shallowRef(map), hovered, clear: vi.fn(), pick, general: vi.fn() })
      return () => h('div', { onPointerdown: on.down, onClick: on.click })
    }),
  )
  /** A press as browsers tell it where a click is a plain MouseEvent. */
  const press = (pointerType: string) => {
    page.element.dispatchEvent(new PointerEvent('pointerdown', { pointerType }))
    page.element.dispatchEvent(new MouseEvent('click'))
  }
  return { camera, pick, hovered, press, page }
}

describe('seats too near each other for a finger', () => {
  it('are come closer to by a tap', () => {
    const { camera, pick, press } = surface(10)
    press('touch')
    expect(camera.zoomInAt).toHaveBeenCalledOnce()
    expect(pick).not.toHaveBeenCalled()
  })

  it('are come closer to by a tap between two rows, too', () => {
    const { camera, press } = surface(10, null)
    press('touch')
    expect(camera.zoomInAt).toHaveBeenCalledOnce()
    press('mouse')
    expect(camera.zoomInAt).toHaveBeenCalledOnce()
  })

  it('are chosen by a mouse, also after a tap', () => {
    const { camera, pick, press } = surface(10)
    press('touch')
    press('mouse')
    expect(camera.zoomInAt).toHaveBeenCalledOnce()
    expect(pick).toHaveBeenCalledWith(seat)
  })
})

describe('a seat that is at least 24 px wide for a finger', () => {
  it.each([[23.9, false], [24, true]] as const)('at %f px: %s', (pitch, chosen) => {
    const { pick, press } = surface(pitch)
    press('touch')
    expect(pick.mock.calls.length > 0).toBe(chosen)
  })
})

describe('two taps on the ground', () => {
  it('come closer, one does not', () => {
    const { camera, press } = surface(30, null)
    press('touch')
    expect(camera.zoomInAt).not.toHaveBeenCalled()
    press('touch')
    expect(camera.zoomInAt).toHaveBeenCalledOnce()
    press('touch')
    expect(camera.zoomInAt).toHaveBeenCalledOnce()
  })
})

describe('an outline', () => {
  it('is gone to, at whatever level its neighbours are drawn', () => {
    const { camera, pick, press } = surface(30, null, false)
    press('mouse')
    expect(camera.showZone).toHaveBeenCalledWith(seat.zone)
    expect(pick).not.toHaveBeenCalled()
  })
})

describe('a tapped seat', () => {
  it('is named for a moment, once its new look is painted', () => {
    const { hovered, press } = surface(30)
    press('touch')
    expect(hovered.value).toBeNull()
    vi.advanceTimersByTime(20)
    expect(hovered.value).toBe(seat)
    vi.runAllTimers()
    expect(hovered.value).toBeNull()
  })

  it('leaves no timer behind', () => {
    const { page, press } = surface(30)
    press('touch')
    page.unmount()
    expect(vi.getTimerCount()).toBe(0)
  })
})
