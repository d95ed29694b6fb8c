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
function surface(pitch: number) {
  const camera = { pitch, showZone: vi.fn(), zoomInAt: vi.fn() }
  const map = { level: 'seats' as const, camera, seatAt: () => seat, zoneAt: () => seat.zone }
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

  it('are chosen by a mouse, also after a tap', () => {
    const { camera, pick, press } = surface(10)
    press('touch')
    press('mouse')
    expect(camera.zoomInAt).toHaveBeenCalledOnce()
    expect(pick).toHaveBeenCalledWith(seat)
  })
})

describe('a tapped seat', () => {
  it('is named for a moment', () => {
    const { hovered, press } = surface(30)
    press('touch')
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
