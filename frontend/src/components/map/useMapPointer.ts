import { onBeforeUnmount, ref, shallowRef, type ShallowRef } from 'vue'
import { afterPaint } from '@/composables/afterPaint'
import type { MapView } from '@/seatmap/mapView'
import type { SeatRef, ZoneModel } from '@/seatmap/model'

/** A finger needs seats this far apart, px (WCAG 2.5.8); nearer than that a tap first comes closer. */
const FINGER_PITCH = 24
const MOUSE_PITCH = 6
/** How long a tapped seat is named, ms: there is no pointer that hovers. */
const NAMED = 2_600
/** Two taps within so many ms and px are one double tap. */
const DOUBLE = 320
const NEAR = 30

/** What of the map a pointer needs. */
type Pointed = Pick<MapView, 'level' | 'plan' | 'seatAt' | 'zoneAt' | 'shows' | 'hoverZone'> & { camera: Pick<MapView['camera'], 'pitch' | 'showZone' | 'zoomInAt'> }

interface Pointer {
  surface: Readonly<ShallowRef<HTMLElement | null>>
  view: Readonly<ShallowRef<Pointed | null>>
  hovered: ShallowRef<SeatRef | null>
  /** The keyboard begins anew. */
  clear: () => void
  pick: (seat: SeatRef) => boolean
  /** A zone without numbered seats was chosen. */
  general: (zone: string) => void
}

/** The map by mouse, pen and finger: what is under it, and what a click or a tap does. */
export function useMapPointer({ surface, view, hovered, clear, pick, general }: Pointer) {
  let unname: ReturnType<typeof setTimeout> | undefined
  let forgetName: (() => void) | undefined
  /** Pressed since the focus came or a key was used: then no ring needs to show where the keyboard is. */
  const inHand = ref(false)
  /** An outline under the pointer. */
  const overZone = shallowRef<ZoneModel | null>(null)
  /** Of the press that a click ends: the click itself does not say it in every browser. */
  let pressed = ''
  /** The last click on what is no seat. */
  let last = { x: 0, y: 0, at: -Infinity }

  onBeforeUnmount(() => {
    forgetName?.()
    clearTimeout(unname)
  })

  function point(event: MouseEvent): { x: number; y: number } {
    const box = surface.value?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }

  function down(event: PointerEvent): void {
    pressed = event.pointerType
    inHand.value = true
  }

  function move(event: PointerEvent): void {
    if (event.pointerType === 'touch' || event.buttons !== 0) return
    const at = point(event)
    const seat = view.value?.seatAt(at.x, at.y) ?? null
    hovered.value = seat
    const zone = seat ? null : (view.value?.zoneAt(at.x, at.y) ?? null)
    overZone.value = zone && (zone.kind === 'general' || !view.value?.shows(zone)) ? zone : null
    view.value?.hoverZone(overZone.value)
  }

  function leave(event: PointerEvent): void {
    if (event.pointerType === 'touch') return
    hovered.value = null
    overZone.value = null
    view.value?.hoverZone(null)
  }

  function click(event: MouseEvent): void {
    const map = view.value
    if (!map) return
    const at = point(event)
    const finger = pressed === 'touch'
    const seat = map.seatAt(at.x, at.y)
    const zone = seat?.zone ?? map.zoneAt(at.x, at.y)
    if (!seat && zone?.kind === 'general') {
      general(zone.id)
      return
    }
    if (zone && !map.shows(zone)) {
      map.camera.showZone(zone)
      return
    }
    if (!seat && finger && zone && small(map, zone)) {
      map.camera.zoomInAt(at.x, at.y) // between two rows, where a finger would only by chance hit one of them
      return
    }
    if (!seat) {
      hovered.value = null
      clear()
      const twice = event.timeStamp - last.at < DOUBLE && Math.hypot(at.x - last.x, at.y - last.y) < NEAR
      if (twice) map.camera.zoomInAt(at.x, at.y)
      last = { ...at, at: twice ? -Infinity : event.timeStamp }
      return
    }
    if (small(map, seat.zone)) {
      map.camera.zoomInAt(at.x, at.y)
      return
    }
    clear()
    pick(seat)
    if (finger) name(seat)
  }

  /** The seats of a zone are too small to be hit. */
  function small({ camera, plan }: Pointed, zone: ZoneModel): boolean {
    return camera.pitch * (zone.pitch / plan.pitch) < (pressed === 'touch' ? FINGER_PITCH : MOUSE_PITCH)
  }

  function name(seat: SeatRef): void {
    forgetName?.()
    clearTimeout(unname)
    // The seat's own new look is what a finger waits for.
    forgetName = afterPaint(() => {
      hovered.value = seat
      unname = setTimeout(() => {
        hovered.value = null
      }, NAMED)
    })
  }

  return { inHand, overZone, down, move, leave, click }
}
