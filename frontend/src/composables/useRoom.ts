import { computed, inject, onMounted, onScopeDispose, provide, shallowRef, type InjectionKey, type Ref } from 'vue'

export interface Size {
  width: number
  height: number
}

/**
 * The room that an event is shown in: the page below its header, or an element in another's page. Its layout follows this room,
 * not the window; styles ask `@container room (...)` with the same limits.
 */
export interface Room {
  /** Narrow enough for the sheet at the foot instead of the column beside the map. */
  phone: Readonly<Ref<boolean>>
  /** Too small for what can be folded away. */
  narrow: Readonly<Ref<boolean>>
  /** One line for the heading, and all else for the map. */
  compact: Readonly<Ref<boolean>>
  element: Readonly<Ref<HTMLElement | null>>
  /** In another's page: its focus, its scrolling and all beside the room are not ours. */
  embedded: boolean
}

/** `@container room ((max-width: 860px) and (orientation: portrait)) or ((max-width: 720px) and (min-height: 480px)) or (max-width: 480px)` */
export const isPhone = ({ width, height }: Size) => (width <= 860 && height >= width) || (width <= 720 && height >= 480) || width <= 480
/** `@container room (max-width: 1100px) or (max-height: 450px)` */
const isNarrow = ({ width, height }: Size) => width <= 1100 || height <= 450

/** `@container room ((max-width: 860px) and (orientation: portrait)) or ((max-width: 720px) and (min-height: 480px)) or (max-width: 480px) or (max-height: 450px)` */
const isCompact = (size: Size) => isPhone(size) || size.height <= 450

const ROOM: InjectionKey<Room> = Symbol('room')

/** Makes an element the room of all that is in it. `first`: its size until it is measured. */
export function provideRoom(element: Readonly<Ref<HTMLElement | null>>, { embedded = false, first = windowSize() }: { embedded?: boolean; first?: Size } = {}): Room {
  const size = shallowRef(first)
  const room: Room = { phone: computed(() => isPhone(size.value)), narrow: computed(() => isNarrow(size.value)), compact: computed(() => isCompact(size.value)), element, embedded }
  let observer: ResizeObserver | undefined
  const measure = () => {
    const { clientWidth: width = 0, clientHeight: height = 0 } = element.value ?? {}
    if (width > 0 && height > 0) size.value = { width, height }
  }
  onMounted(() => {
    measure()
    observer = new ResizeObserver(measure)
    if (element.value) observer.observe(element.value)
  })
  onScopeDispose(() => observer?.disconnect())
  provide(ROOM, room)
  return room
}

/** The room around; outside of any, what fits the window now. */
export function useRoom(): Room {
  return inject(ROOM, alone, true)
}

function alone(): Room {
  const size = windowSize()
  return { phone: computed(() => isPhone(size)), narrow: computed(() => isNarrow(size)), compact: computed(() => isCompact(size)), element: shallowRef(null), embedded: false }
}

function windowSize(): Size {
  return { width: window.innerWidth, height: window.innerHeight }
}
