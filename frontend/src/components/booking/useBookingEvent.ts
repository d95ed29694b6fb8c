import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { useFormat } from '@/composables/useFormat'
import { type SeatLine, useSeatLine } from '@/composables/useSeatLine'
import type { Booking, EventInfo, HeldSeat, Seat } from '@/protocol/shapes'
import { useEvents } from '@/stores/events'

/** How long a ticket waits for its event's name, ms: then it shows what it has. */
const PATIENCE = 1_500

/** The event of a booking, and its seats by name. What cannot be read is shown by its ids: a ticket must not fail for that. */
export function useBookingEvent(booking: () => Booking | null) {
  const events = useEvents()
  const words = useSeatLine()
  const { money } = useFormat()
  const event = shallowRef<EventInfo | null>(null)
  /** The event is known, or not to be waited for. */
  const settled = shallowRef(false)
  const late = setTimeout(() => (settled.value = true), PATIENCE)
  onScopeDispose(() => {
    clearTimeout(late)
  })
  const zones = shallowRef(new Map<string, Seat[]>())
  const seats = computed(() => new Map([...zones.value.values()].flatMap((list) => list.map((s) => [s.id, s] as const))))

  watch(
    () => booking()?.event,
    async (id) => {
      if (id === undefined) return
      try {
        const info = await events.event(id, true)
        event.value = info
        settled.value = true
        const wanted = new Set([...(booking()?.seats ?? []), ...(booking()?.cancelled ?? [])].map((s) => s.zone))
        const seated = info.zones.filter((z) => z.kind === 'seats' && wanted.has(z.id)).map((z) => z.id)
        if (seated.length === 0) return
        zones.value = new Map((await events.zones(info, seated)).map((z) => [z.id, z.seats]))
      } catch {
        // Names stay ids.
      } finally {
        settled.value = true
      }
    },
    { immediate: true },
  )

  const line = computed(() => (held: HeldSeat): SeatLine => {
    const zone = event.value?.zones.find((z) => z.id === held.zone)
    const seat = seats.value.get(held.seat)
    const category = event.value?.categories.find((c) => c.id === (seat?.category ?? zone?.category))
    const place = zone?.kind === 'general' ? null : undefined
    return words({ id: held.seat, zone: zone?.label ?? held.zone, seat: seat ?? place, category, price: money.value(held.price) })
  })

  return { event, settled, seats, zones, line }
}
