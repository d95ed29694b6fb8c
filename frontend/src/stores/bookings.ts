import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { cancelBooking, fetchBooking, fetchBookings } from '@/api/bookings'
import type { Booking } from '@/protocol/shapes'
import { useConnection } from './connection'
import { useSession } from './session'

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

  /** A decision is final but for a cancel: a late `pending` never covers it. */
  function take(booking: Booking): Booking {
    const have = byId.value.get(booking.id)
    if (have && have.status !== 'pending' && booking.status === 'pending') return have
    byId.value = new Map(byId.value).set(booking.id, { ...have, ...booking })
    return booking
  }

  async function load(): Promise<void> {
    const all = await session.asBuyer(fetchBookings)
    byId.value = new Map(all.map((b) => [b.id, b]))
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
