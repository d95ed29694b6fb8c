import { nextTick, onBeforeUnmount, ref, type Ref } from 'vue'
import { ApiError } from '@/api/http'
import { useBookings } from '@/stores/bookings'
import { useHold } from '@/stores/hold'
import { useLive } from '@/stores/live'
import { useSession } from '@/stores/session'

export interface OpenEvent {
  /** The code of why it cannot be opened. */
  problem: Ref<string | null>
  /** Looks at the event live, and at the buyer's hold in it. */
  open: () => Promise<void>
  /** Looks away, which also happens when the component goes. */
  close: () => void
  /** The panel beside the map is open. */
  sheet: Ref<boolean>
  /** The zone without seats that the panel asks about. */
  general: Ref<string | null>
  showGeneral: (zone: string) => Promise<void>
}

/** An event with its map and the panel beside it: of a page, or of an element in somebody else's. */
export function useOpenEvent(event: () => string): OpenEvent {
  const live = useLive()
  const hold = useHold()
  const bookings = useBookings()
  const session = useSession()
  const problem = ref<string | null>(null)
  const sheet = ref(false)
  const general = ref<string | null>(null)

  async function open(): Promise<void> {
    const id = event()
    try {
      if (!(await live.open(id))) return
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause
      if (id === event()) problem.value = cause.code
      return
    }
    problem.value = null
    hold.start()
    // Own bookings only add marks to the map: without a session there are none, and failing they come later.
    if (session.session && !bookings.loaded) void bookings.load().catch(() => undefined)
  }

  function close(): void {
    hold.stop()
    live.close()
  }
  onBeforeUnmount(close)

  /** The same zone may be asked for again. */
  async function showGeneral(zone: string): Promise<void> {
    general.value = null
    sheet.value = true
    await nextTick()
    general.value = zone
  }

  return { problem, open, close, sheet, general, showGeneral }
}
