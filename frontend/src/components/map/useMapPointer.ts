import { onBeforeUnmount, ref, type ShallowRef } from 'vue'
import type { MapView } from '@/seatmap/mapView'
import type { SeatRef } from '@/seatmap/model'

/** A finger needs seats this far apart, px; nearer than that a tap first comes closer. */
const FINGER_PITCH = 18
const MOUSE_PITCH = 6
/** How long a tapped seat is named, ms: there is no pointer that hovers. */
const NAMED = 2_600

/** What of the map a pointer needs. */
type Pointed = Pick<MapView, 'level' | 'seatAt' | 'zoneAt'> & { camera: Pick<MapView['camera'], 'pitch' | 'showZone' | 'zoomInAt'> }

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
  /** Pressed since the focus came or a key was used: then no ring needs to show where the keyboard is. */
  const inHand = ref(false)
  /** Of the press that a click ends: the click itself does not say it in every browser. */
  let pressed = ''

  onBeforeUnmount(() => {
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
    hovered.value = view.value?.seatAt(at.x, at.y) ?? null
  }

  function leave(event: PointerEvent): void {
    if (event.pointerType !== 'touch') hovered.value = null
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
    if (map.level === 'outline') {
      if (zone) map.camera.showZone(zone)
      return
    }
    if (!seat) {
      hovered.value = null
      clear()
      return
    }
    if (map.camera.pitch < (finger ? FINGER_PITCH : MOUSE_PITCH)) {
      map.camera.zoomInAt(at.x, at.y)
      return
    }
    clear()
    pick(seat)
    if (finger) name(seat)
  }

  function name(seat: SeatRef): void {
    hovered.value = seat
    clearTimeout(unname)
    unname = setTimeout(() => {
      hovered.value = null
    }, NAMED)
  }

  return { inHand, down, move, leave, click }
}
