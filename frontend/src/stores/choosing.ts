import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { keptAs } from '@/api/origin'
import type { SeatRef } from '@/seatmap/model'
import { middle, nearestTo } from '@/seatmap/nearest'
import { lookOf, PLAIN, seatingOf, type Known, type Seating } from '@/seatmap/paint'
import { has, partyAt, type Choice, type Party } from '@/seatmap/party'
import { useBookings } from './bookings'
import { useHold } from './hold'
import { useLive } from './live'
import { visit } from './visit'

/** What the buyer wants to see; null and false: all. */
export interface Filter {
  /** Indexes into the plan's categories. */
  categories: ReadonlySet<number> | null
  /** From and to, minor units, both included. */
  price: readonly [from: number, to: number] | null
  /** Places for wheelchairs and their companions alone. */
  accessible: boolean
}

/** What is proposed instead of a choice is at most so many usual distances away from it. */
const FAR = 4
const ALL: Filter = { categories: null, price: null, accessible: false }
/** Where the party's size is kept for this visit. */
const PARTY = 'jari.party'

/** How many sit together, what the buyer wants to see, and what the map is to show of both. */
export const useChoosing = defineStore('choosing', () => {
  const live = useLive()
  const hold = useHold()
  const bookings = useBookings()

  const KEY = keptAs(PARTY)
  const wish = ref(Math.max(1, Math.trunc(Number(visit.get(KEY))) || 1))
  const filter = shallowRef<Filter>(ALL)
  /** Seats that are proposed to the buyer: by the best available, or instead of what was clicked. */
  const proposed = shallowRef<readonly SeatRef[] | null>(null)
  /** Seats that the map is to pulse; each list once. */
  const flashes = shallowRef<readonly SeatRef[]>([])
  /** Seats that the map is to bring into view; each list once. */
  const sights = shallowRef<readonly SeatRef[]>([])

  const selling = computed(() => live.phase === 'on_sale' || live.phase === 'sold_out')
  /** Seats that this buyer may still add. */
  const room = computed(() => Math.max(0, (live.event?.policy.max_seats ?? 1) - hold.count - bookings.ownedIn(live.event?.id ?? '').length))
  const most = computed(() => Math.max(1, room.value))
  const party = computed({
    get: () => Math.min(wish.value, most.value),
    set: (n: number) => {
      wish.value = Math.max(1, Math.min(n, most.value))
      visit.set(KEY, String(wish.value))
    },
  })

  /** The categories that the filter leaves, null: all. */
  const categories = computed<ReadonlySet<number> | null>(() => {
    const { categories: named, price } = filter.value
    if (!named && !price) return null
    const left = (live.plan?.categories ?? []).flatMap((c, i) => {
      const inRange = !price || (c.price.amount >= price[0] && c.price.amount <= price[1])
      return inRange && (named?.has(i) ?? true) ? [i] : []
    })
    return new Set(left)
  })
  const wanted = computed(() => {
    const some = categories.value
    const { accessible } = filter.value
    if (!some && !accessible) return null
    return (category: number, seating: Seating) => (!some || some.has(category)) && (!accessible || seating !== PLAIN)
  })
  /** How many of the filter's three parts narrow the choice. */
  const narrowed = computed(() => [filter.value.categories, filter.value.price, filter.value.accessible].filter(Boolean).length)

  watch(
    () => live.event?.id,
    () => {
      filter.value = ALL
      proposed.value = null
    },
  )

  function narrow(by: Partial<Filter>): void {
    const next = { ...filter.value, ...by }
    filter.value = { ...next, categories: next.categories?.size === 0 ? null : next.categories }
  }

  function lookAt({ zone, index, seat }: SeatRef): Known {
    const mark = hold.marks.get(seat.id)
    const states = live.zones.get(zone.id)
    const state = hold.told.get(seat.id) ?? (states?.known ? states.states[index] : undefined)
    return state === undefined ? (mark ?? 'unknown') : lookOf(state, mark)
  }

  function isFree(seat: SeatRef): boolean {
    return lookAt(seat) === 'available'
  }

  function isWanted({ zone, index, seat }: SeatRef): boolean {
    return wanted.value?.(zone.categories[index] ?? 0, seatingOf(seat)) ?? true
  }

  function priceOf({ zone, index }: SeatRef): number {
    return live.plan?.categories[zone.categories[index] ?? 0]?.price.amount ?? 0
  }

  const choice: Choice = { free: isFree, wanted: isWanted }

  /** What a click on a seat would take; a seat that is pointed at although the filter dims it is taken alone of its kind. */
  function partyOf(seat: SeatRef): Party | null {
    return partyAt(seat, party.value, isWanted(seat) ? choice : { free: isFree, wanted: () => true })
  }

  /** The nearest seats together of the kind of these, of what is known to be free. */
  function nearest(from: readonly SeatRef[], size: number, except: readonly SeatRef[] = []): Party | null {
    const zones = (live.plan?.zones ?? []).filter((z) => z.kind === 'seats' && live.current(z.id))
    return nearestTo(from, size, zones, { ...choice, price: priceOf, except })
  }

  /** As many seats beside a party's, at most a few away, that leave nobody alone. */
  function calmer({ seats }: Party): readonly SeatRef[] | null {
    const zone = seats[0]?.zone
    const free = (s: SeatRef) => isFree(s) || has(seats, s)
    const other = zone && nearestTo(seats, seats.length, [zone], { free, wanted: isWanted, price: priceOf, calm: true })
    if (!other) return null
    const [a, b] = [middle(seats), middle(other.seats)]
    return Math.hypot(a.x - b.x, a.y - b.y) > FAR * zone.pitch ? null : other.seats
  }

  /** Holds these very seats, of all zones or of none; tells whether they are held. */
  async function take(seats: readonly SeatRef[]): Promise<boolean> {
    const zones = new Map<string, string[]>()
    for (const { zone, seat } of seats) zones.set(zone.id, [...(zones.get(zone.id) ?? []), seat.id])
    const done: string[] = []
    for (const [zone, ids] of zones) {
      if (await hold.holdSeats(zone, ids)) {
        done.push(...ids)
        continue
      }
      if (done.length > 0) await hold.release(done) // a request names one zone: what came before is given back
      return false
    }
    return done.length > 0
  }

  /** Takes other seats instead of own ones. */
  async function move(from: readonly SeatRef[], to: readonly SeatRef[]): Promise<void> {
    const kept = to.filter((s) => has(from, s))
    const fresh = to.filter((s) => !has(from, s))
    const given = from.filter((s) => !has(kept, s)).map((s) => s.seat.id)
    // At the limit there is no room for both.
    if (fresh.length > room.value) await hold.release(given)
    if (!(await take(fresh)) || fresh.length === 0) return
    const still = given.filter((id) => hold.marks.get(id) === 'mine')
    if (still.length > 0) await hold.release(still)
  }

  /** Known seats by id. */
  function refs(ids: readonly string[]): SeatRef[] {
    return ids.flatMap((id) => live.plan?.seat.get(id) ?? [])
  }

  // Seats that came back because the time was over.
  watch(
    () => hold.lapsed,
    (lapsed) => {
      if (lapsed && hold.ended === 'expired') flashes.value = refs(lapsed.seats.map((s) => s.seat))
    },
  )

  return { party, most, room, selling, filter, narrow, clear: () => (filter.value = ALL), categories, wanted, narrowed, proposed, flashes, sights, lookAt, isFree, isWanted, priceOf, partyOf, nearest, calmer, take, move, refs }
})
