import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { ApiError } from '@/api/http'
import type { HoldWish } from '@/protocol/messages'
import type { SeatStateOf } from '@/protocol/shapes'
import { AVAILABLE } from '@/protocol/zoneState'
import { codeOf, Refused, useAsking } from './asking'
import { useBookings } from './bookings'
import { useConnection } from './connection'
import { useHeld } from './held'
import { useLive } from './live'
import { marksOf, Told, without } from './marks'
import { useSession } from './session'
import { useToasts } from './toasts'

/** A wish that was refused: the seats that it named, and those that stood in the way. */
export interface Refusal {
  code: string
  asked: readonly string[]
  seats: readonly SeatStateOf[]
}

/** The buyer's hold in the open event: shown at once as wished, then as the server says. */
export const useHold = defineStore('hold', () => {
  const connection = useConnection()
  const session = useSession()
  const live = useLive()
  const bookings = useBookings()
  const toasts = useToasts()
  const asking = useAsking()
  const adding = shallowRef<ReadonlySet<string>>(new Set())
  const removing = shallowRef<ReadonlySet<string>>(new Set())
  /** Wishes without named seats (best, places, extend) that are on their way. */
  const busy = shallowRef(0)
  /** The last wish that was refused, and the seats that stood in its way. */
  const refusal = shallowRef<Refusal | null>(null)
  const told = new Told()
  const releases = new Map<string, Promise<void>>()
  let unlisten: (() => void) | null = null

  const event = computed(() => live.event?.id ?? '')
  const held = useHeld(() => event.value, () => removing.value)
  const { hold, settle, refresh, here } = held
  const owned = computed(() => bookings.ownedIn(event.value))
  const marks = computed(() => marksOf(hold.value, { adding: adding.value, removing: removing.value }, owned.value))
  const seats = computed(() => hold.value?.seats.filter((s) => !removing.value.has(s.seat)) ?? [])
  const count = computed(() => seats.value.length + [...adding.value].filter((id) => !seats.value.some((s) => s.seat === id)).length)
  const total = computed(() => seats.value.reduce((sum, s) => sum + s.price.amount, 0))
  /** A wish is on its way: what is held is about to be something else. */
  const wishing = computed(() => adding.value.size + removing.value.size + busy.value > 0)

  watch(
    () => [connection.lives, event.value] as const,
    ([lives, id]) => {
      if (lives > 0 && id !== '') void refresh()
    },
  )
  watch(
    () => session.buyer,
    (now, before) => {
      if (before === null || now === before) return
      if (hold.value) toasts.show('problem', 'refused.unauthorized')
      forget()
      void refresh()
    },
    { flush: 'sync' },
  )

  function start(): void {
    unlisten ??= connection.listen(held.hear)
    void refresh()
  }

  function stop(): void {
    unlisten?.()
    unlisten = null
    forget()
  }

  function forget(): void {
    held.forget()
    adding.value = removing.value = new Set()
    busy.value = 0
    told.clear()
    refusal.value = null
    releases.clear()
  }

  /** Asks, and takes the answer where the question was asked. */
  async function wish(what: HoldWish): Promise<void> {
    const stay = here()
    const answer = await asking.hold(event.value, what)
    if (stay()) settle(answer.hold)
  }

  /** Holds named seats of a zone, all or none; visible at once, taken back when refused. Tells whether they are held. */
  async function holdSeats(zone: string, ids: string[]): Promise<boolean> {
    if (!mayAdd(ids.length)) return false
    const stay = here()
    adding.value = new Set([...adding.value, ...ids])
    // The server serves requests side by side: a release that is on its way could come after, and win.
    await Promise.all(ids.map((id) => releases.get(id)))
    if (!stay()) return false
    try {
      await wish({ zone, seats: ids })
      return true
    } catch (cause) {
      refuse(cause, stay, ids)
      return false
    } finally {
      if (stay()) adding.value = minus(adding.value, ids)
    }
  }

  async function holdQuantity(zone: string, quantity: number): Promise<void> {
    if (mayAdd(quantity)) await busily(() => wish({ zone, quantity }))
  }

  /** Asks for what was held before the time ran out; places without numbers are any places. */
  function holdAgain(): void {
    const zones = new Map<string, string[]>()
    for (const { zone, seat } of held.ending.lapsed.value?.seats ?? []) zones.set(zone, [...(zones.get(zone) ?? []), seat])
    held.ending.clear()
    for (const [zone, ids] of zones) void (live.plan?.zone.get(zone)?.kind === 'general' ? holdQuantity(zone, ids.length) : holdSeats(zone, ids))
  }

  function mayAdd(n: number): boolean {
    const most = live.event?.policy.max_seats ?? Infinity
    if (count.value + owned.value.length + n <= most) return true
    refusal.value = { code: 'hold_limit', asked: [], seats: [] }
    toasts.show('problem', 'refused.hold_limit', { n: most })
    return false
  }

  /** Gives seats back; shown at once as free. */
  async function release(ids: string[]): Promise<void> {
    const done = giveBack(ids)
    for (const id of ids) releases.set(id, done)
    await done
    for (const id of ids) if (releases.get(id) === done) releases.delete(id)
  }

  async function giveBack(ids: string[]): Promise<void> {
    const stay = here()
    for (const id of ids) told.set(id, AVAILABLE, Infinity)
    removing.value = new Set([...removing.value, ...ids])
    try {
      const answer = await asking.release(event.value, ids)
      if (!stay()) return
      for (const id of ids) told.set(id, AVAILABLE)
      settle(answer ? answer.hold : without(hold.value, ids))
    } catch (cause) {
      if (stay()) for (const id of ids) told.forget(id)
      refuse(cause, stay)
      if (stay()) void refresh() // some of them may be given back all the same
    } finally {
      if (stay()) removing.value = minus(removing.value, ids)
    }
  }

  async function extend(): Promise<void> {
    const stay = here()
    await busily(async () => {
      const answer = await asking.extend(event.value)
      if (stay()) settle(answer.hold)
    })
  }

  async function busily(act: () => Promise<unknown>): Promise<void> {
    const stay = here()
    busy.value++
    try {
      await act()
    } catch (cause) {
      refuse(cause, stay)
    } finally {
      if (stay()) busy.value--
    }
  }

  /** Says plainly why not, and shows the seats as they are now. */
  function refuse(cause: unknown, stay: () => boolean, asked: readonly string[] = []): void {
    const code = codeOf(cause)
    if (code === '') throw cause
    if (!stay()) return
    const inTheWay = cause instanceof Refused || cause instanceof ApiError ? cause.seats : []
    for (const { seat, state } of inTheWay) told.set(seat, state)
    refusal.value = { code, asked, seats: inTheWay }
    if (code === 'seat_unavailable' && inTheWay.length > 0 && asked.length > 0) return // the panel says it, with what can be had instead
    const why = code === 'seat_unavailable' && inTheWay.length === 0 ? 'too_few' : code
    toasts.show('problem', `refused.${why}`, { n: code === 'hold_limit' ? (live.event?.policy.max_seats ?? 0) : inTheWay.length })
    if (code === 'lost') void refresh()
  }

  return { hold, adding, removing, busy, wishing, refusal, ended: held.ending.ended, lapsed: held.ending.lapsed, marks, seats, count, total, told, start, stop, refresh, holdSeats, holdQuantity, holdAgain, release, extend, seen: held.ending.clear }
})

function minus(set: ReadonlySet<string>, ids: readonly string[]): Set<string> {
  const left = new Set(set)
  for (const id of ids) left.delete(id)
  return left
}
