import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { fetchLinkedBooking } from '@/api/bookings'
import { ApiError } from '@/api/http'
import { useLoad } from '@/composables/useLoad'
import type { Booking } from '@/protocol/shapes'
import { useBookings } from '@/stores/bookings'
import { useConnection } from '@/stores/connection'
import { keyIn, useLinks } from '@/stores/links'
import { useSession } from '@/stores/session'

export interface Opened {
  booking: ComputedRef<Booking | null>
  /** It is this buyer's own; otherwise a link shows it, and nothing can be done to it. */
  own: ComputedRef<boolean>
  problem: Ref<string | null>
  /** There is a key, and it does not open the booking. */
  wrongKey: ComputedRef<boolean>
  run: () => Promise<void>
}

/** A booking by its address: the buyer's own, or one that the key in the address shows. Who only looks is made no guest. */
export function useOpened(id: string): Opened {
  const bookings = useBookings()
  const session = useSession()
  const links = useLinks()
  const connection = useConnection()
  const route = useRoute()
  const router = useRouter()

  const shown = shallowRef<Booking | null>(null)
  const own = computed(() => bookings.byId.has(id))
  const booking = computed(() => bookings.byId.get(id) ?? shown.value)
  const { problem, run } = useLoad(read)

  async function read(): Promise<void> {
    const key = links.keyOf(id)
    // Who was sent a link is asked for no booking of his own.
    if (session.buyer !== null && (key === null || links.isOwn(id))) {
      connection.connect() // decisions arrive by themselves
      try {
        await bookings.read(id)
        return
      } catch (cause) {
        if (key === null || !(cause instanceof ApiError) || cause.status !== 404) throw cause
      }
    }
    if (key === null) throw new ApiError('not_found', 404)
    try {
      shown.value = await fetchLinkedBooking(id, key)
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 404) shown.value = null // the link was taken back
      throw cause
    }
  }

  // Also for another link that is opened on this page: then only the fragment changes.
  watch(
    () => route.hash,
    (hash) => {
      const key = keyIn(hash)
      if (key === null) return
      const kept = links.receive(id, key)
      void run()
      // Whoever looks over a shoulder, or at the history later, finds an address that opens nothing.
      if (kept) void router.replace({ ...route, hash: '' })
    },
    { immediate: true },
  )
  if (keyIn(route.hash) === null) void run()

  return { booking, own, problem, wrongKey: computed(() => problem.value === 'not_found' && links.keyOf(id) !== null), run }
}
