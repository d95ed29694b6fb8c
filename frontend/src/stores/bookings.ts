import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { cancelBooking, fetchBooking, fetchBookings } from '@/api/bookings'
import type { Booking, BookingStatus } from '@/protocol/shapes'
import { useConnection } from './connection'
import { useSession } from './session'

/** What may follow what: never back. A rejected booking may be decided anew after a fault of the server's. */
const ORDER: Record<BookingStatus, number> = { pending: 0, rejected: 1, confirmed: 2, cancelled: 3 }

/** This buyer's bookings, newest first. */
export const useBookings = defineStore('bookings', () => {
  const session = useSession()
  const connection = useConnection()
  const byId = shallowRef(new Map<string, Booking>())
  const loaded = shallowRef(false)

  const list = computed(() => [...byId.value.values()].sort((a, b) => b.created_at.localeCompare(a.created_at)))

  connection.listen((message) => {
    if (message.type === 'booking') take(message.booking)
  })

  // What was decided while the connection was away is told to nobody.
  watch(
    () => connection.lives,
    () => {
      if (loaded.value || list.value.some((b) => b.status === 'pending')) void load().catch(() => undefined)
    },
  )

  watch(
    () => session.buyer,
    (now, before) => {
      if (before === null || now === before) return
      byId.value = new Map()
      if (loaded.value) void load().catch(() => undefined)
    },
    { flush: 'sync' },
  )

  /** Takes what the server says of bookings, unless it is older than what it said before; answers what is known now. */
  function takeAll(said: readonly Booking[]): void {
    const all = new Map(byId.value)
    for (const booking of said) {
      const have = all.get(booking.id)
      if (!have || !isOlder(booking, have)) all.set(booking.id, booking)
    }
    byId.value = all
  }

  function take(booking: Booking): Booking {
    takeAll([booking])
    return byId.value.get(booking.id) ?? booking
  }

  async function load(): Promise<void> {
    const of = session.buyer
    const all = await session.asBuyer(fetchBookings)
    if (of !== null && of !== session.buyer) return // the new buyer's are on their way
    takeAll(all)
    loaded.value = true
  }

  async function read(id: string): Promise<Booking> {
    return take(await session.asBuyer((token) => fetchBooking(id, token)))
  }

  async function cancel(id: string, seats?: string[]): Promise<Booking> {
    return take(await session.asBuyer((token) => cancelBooking(id, seats, token)))
  }

  /** Seats of an event that are ours by a booking, decided or on its way. */
  function ownedIn(event: string): string[] {
    const owned: string[] = []
    for (const booking of byId.value.values()) {
      if (booking.event === event && (booking.status === 'confirmed' || booking.status === 'pending')) owned.push(...booking.seats.map((s) => s.seat))
    }
    return owned
  }

  return { byId, list, loaded, load, read, take, cancel, ownedIn }
})

/** Decisions go one way, and a booking loses seats one by one but never gets any back. */
function isOlder(said: Booking, have: Booking): boolean {
  if (ORDER[said.status] !== ORDER[have.status]) return ORDER[said.status] < ORDER[have.status]
  return (said.cancelled?.length ?? 0) < (have.cancelled?.length ?? 0)
}
