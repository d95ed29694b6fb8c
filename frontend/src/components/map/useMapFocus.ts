import { nextTick, ref, shallowRef, type ShallowRef } from 'vue'
import type { Place } from '@/seatmap/steps'

/**
 * Where the keyboard is on the map. A screen reader says what gets the focus, not what is renamed under it: so the focus goes back
 * and forth between two elements of which one is always the present place. They are no part of the drawing, and no redraw touches them.
 */
export function useMapFocus(surface: Readonly<ShallowRef<HTMLElement | null>>, stand: (at: 0 | 1) => HTMLElement | null) {
  const place = shallowRef<Place | null>(null)
  /** What each of the two stands for. */
  const stands = shallowRef<readonly [Place | null, Place | null]>([null, null])
  const current = ref<0 | 1>(0)
  /** The keyboard is in the map: then its ring is drawn. Its place is kept while it is elsewhere. */
  const here = ref(false)
  const inside = () => surface.value?.matches(':focus, :focus-within') ?? false

  /** `take`: the focus comes to the map, wherever it was. */
  async function go(to: Place | null, take = false): Promise<void> {
    const focus = take || inside()
    if (focus) here.value = true
    place.value = to
    if (!to) {
      if (focus) surface.value?.focus({ preventScroll: true })
      stands.value = [null, null]
      return
    }
    const other = current.value === 0 ? 1 : 0
    stands.value = other === 0 ? [to, stands.value[1]] : [stands.value[0], to]
    await nextTick()
    if (place.value !== to) return
    if (focus) stand(other)?.focus({ preventScroll: true })
    current.value = other
    stands.value = other === 0 ? [to, null] : [null, to]
  }

  function leave(event: FocusEvent): void {
    const to = event.relatedTarget
    if (!(to instanceof Node && surface.value?.contains(to))) here.value = false
  }

  /** Pressed by a mouse the map has the focus too, and no ring is to be drawn. */
  function enter(event: FocusEvent): void {
    if (event.target !== surface.value || surface.value?.matches(':focus-visible')) here.value = true
  }

  return { place, stands, current, here, go, leave, enter }
}
