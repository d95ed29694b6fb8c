import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { Booking, EventInfo } from '@/protocol/shapes'
import { useEvents } from '@/stores/events'

export type Group = 'upcoming' | 'past' | 'over'

/** Where the end is not known an evening lasts this long, ms. */
const EVENING = 4 * 3600_000

/** Which group a booking is in; one whose event cannot be read counts as upcoming: better seen than missed. */
export function groupOf(booking: Booking, event: Pick<EventInfo, 'starts_at' | 'ends_at'> | undefined, now: number): Group {
  if (booking.status === 'cancelled' || booking.status === 'rejected') return 'over'
  if (!event) return 'upcoming'
  const end = event.ends_at === null ? Date.parse(event.starts_at) + EVENING : Date.parse(event.ends_at)
  return now < end ? 'upcoming' : 'past'
}

/** Bookings by what they mean today: what comes first by its day, what is past by its day back, what is over by when it was made. */
export function grouped(bookings: readonly Booking[], events: ReadonlyMap<string, EventInfo>, now: number): { group: Group; bookings: Booking[] }[] {
  const day = (b: Booking) => events.get(b.event)?.starts_at ?? ''
  const made = (a: Booking, b: Booking) => b.created_at.localeCompare(a.created_at)
  const order: Record<Group, (a: Booking, b: Booking) => number> = {
    upcoming: (a, b) => day(a).localeCompare(day(b)) || made(a, b),
    past: (a, b) => day(b).localeCompare(day(a)) || made(a, b),
    over: made,
  }
  return (['upcoming', 'past', 'over'] as const).flatMap((group) => {
    const of = bookings.filter((b) => groupOf(b, events.get(b.event), now) === group).sort(order[group])
    return of.length > 0 ? [{ group, bookings: of }] : []
  })
}

/** Groups of bookings, with their events read. `ready`: every event was read, or cannot be. */
export function useGroups(list: () => readonly Booking[]): { groups: ComputedRef<ReturnType<typeof grouped>>; ready: Ref<boolean> } {
  const events = useEvents()
  const known = shallowRef(new Map<string, EventInfo>())
  const ready = shallowRef(false)
  const tried = new Set<string>()

  watch(
    () => [...new Set(list().map((b) => b.event))],
    async (ids) => {
      const missing = ids.filter((id) => !tried.has(id))
      for (const id of missing) tried.add(id)
      const read = await Promise.allSettled(missing.map((id) => events.event(id, true)))
      known.value = new Map([...known.value, ...read.flatMap((r) => (r.status === 'fulfilled' ? [[r.value.id, r.value] as const] : []))])
      ready.value = true
    },
    { immediate: true },
  )

  return { groups: computed(() => grouped(list(), known.value, Date.now())), ready }
}
