import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { ApiError } from '@/api/http'
import { deleteHold, extendHold, fetchHold, postHold } from '@/api/holds'
import type { HoldCause, HoldWish, Push } from '@/protocol/messages'
import type { Hold, SeatStateOf } from '@/protocol/shapes'
import { LostAnswer, ProtocolError } from '@/protocol/socket'
import { AVAILABLE } from '@/protocol/zoneState'
import { useBookings } from './bookings'
import { useConnection } from './connection'
import { useLive } from './live'
import { marksOf, Told, without } from './marks'
import { useSession } from './session'
import { useToasts } from './toasts'

/** A notice of our own change may come after the answer to the next one: wait this long for the last of them, ms. */
const SETTLE = 250

class Refused extends Error {
  constructor(
    readonly code: string,
    readonly seats: SeatStateOf[] = [],
  ) {
    super(code)
  }
}

/** The buyer's hold in the open event: shown at once as wished, then as the server says. */
export const useHold = defineStore('hold', () => {
  const connection = useConnection()
  const session = useSession()
  const live = useLive()
  const bookings = useBookings()
  const toasts = useToasts()
  const hold = shallowRef<Hold | null>(null)
  const adding = shallowRef<ReadonlySet<string>>(new Set())
  const removing = shallowRef<ReadonlySet<string>>(new Set())
  /** Wishes without named seats (best, places, extend) that are on their way. */
  const busy = shallowRef(0)
  /** Why the last hold ended, until a new one starts or the buyer has seen it. */
  const ended = shallowRef<'expired' | 'lost' | 'gone' | null>(null)
  /** Seats of the hold that ran out, to be tried again. */
  const lapsed = shallowRef<Hold | null>(null)
  const told = new Told()
  let ownUntil = 0
  let settling: ReturnType<typeof setTimeout> | undefined
  let unlisten: (() => void) | null = null

  const event = computed(() => live.event?.id ?? '')
  const owned = computed(() => bookings.ownedIn(event.value))
  const marks = computed(() => marksOf(hold.value, { adding: adding.value, removing: removing.value }, owned.value))
  const seats = computed(() => hold.value?.seats.filter((s) => !removing.value.has(s.seat)) ?? [])
  const count = computed(() => seats.value.length + [...adding.value].filter((id) => !seats.value.some((s) => s.seat === id)).length)
  const total = computed(() => seats.value.reduce((sum, s) => sum + s.price.amount, 0))

  watch(
    () => [connection.lives, event.value] as const,
    ([lives, id]) => {
      if (lives > 0 && id !== '') void refresh()
    },
  )

  function start(): void {
    unlisten ??= connection.listen(hear)
    void refresh()
  }

  function stop(): void {
    unlisten?.()
    unlisten = null
    clearTimeout(settling)
    hold.value = null
    adding.value = removing.value = new Set()
    ended.value = lapsed.value = null
  }

  function hear(message: Push): void {
    if (message.type !== 'hold' || message.event !== event.value) return
    clearTimeout(settling)
    const wait = message.cause === 'changed' ? ownUntil - Date.now() : 0
    if (wait <= 0) take(message.hold, message.cause)
    else settling = setTimeout(() => {
      take(message.hold, message.cause)
    }, wait)
  }

  function take(next: Hold | null, cause?: HoldCause): void {
    const before = hold.value
    hold.value = next
    if (next) ended.value = lapsed.value = null
    if (cause === 'expired' && before) {
      lapsed.value = before
      ended.value = 'expired'
      toasts.show('problem', 'toast.expired')
    } else if (cause === 'lost') {
      if (!next) ended.value = 'lost'
      toasts.show('problem', 'toast.lost')
    }
  }

  /** Asks the server what we hold. */
  async function refresh(): Promise<void> {
    const id = event.value
    if (id === '') return
    const sent = Date.now()
    try {
      const answer = await session.asBuyer((token) => fetchHold(id, token))
      connection.clock.sample(answer.now, sent, Date.now())
      if (id !== event.value) return
      const had = hold.value
      const expired = !answer.hold && had && Date.parse(had.expires_at) <= connection.clock.now()
      take(answer.hold, expired ? 'expired' : undefined)
      if (had && !answer.hold && !expired) {
        lapsed.value = had
        ended.value = 'gone'
      }
    } catch {
      // The socket's own words follow after auth; what is shown stays until then.
    }
  }

  /** Asks over the socket; when it is away or lost the answer, over HTTP, which is safe: what one holds already is success. */
  async function ask(wish: HoldWish): Promise<boolean> {
    const id = event.value
    if (connection.state === 'live') {
      try {
        const answer = await connection.askAsBuyer({ type: 'hold', event: id, ...wish })
        if (answer.type === 'refused') throw new Refused(answer.code, answer.seats)
        if (answer.type !== 'held') throw new Refused('internal')
        settle(answer.hold)
        return answer.adjacent ?? true
      } catch (cause) {
        if (!(cause instanceof LostAnswer)) throw cause
        if (!('seats' in wish)) throw new Refused('unavailable') // asked twice it would take twice as many
      }
    }
    const answer = await session.asBuyer((token) => postHold(id, wish, token))
    settle(answer.hold)
    return answer.adjacent ?? true
  }

  function settle(next: Hold | null): void {
    ownUntil = Date.now() + SETTLE
    take(next)
  }

  /** Holds named seats of a zone; visible at once, taken back when refused. */
  async function holdSeats(zone: string, ids: string[]): Promise<void> {
    if (!mayAdd(ids.length)) return
    adding.value = new Set([...adding.value, ...ids])
    try {
      await ask({ zone, seats: ids })
    } catch (cause) {
      refuse(cause)
    } finally {
      adding.value = minus(adding.value, ids)
    }
  }

  async function holdQuantity(zone: string, quantity: number): Promise<void> {
    if (!mayAdd(quantity)) return
    await busily(() => ask({ zone, quantity }))
  }

  async function holdBest(quantity: number, narrow: { zone?: string; category?: string } = {}): Promise<void> {
    if (!mayAdd(quantity)) return
    await busily(async () => {
      if (!(await ask({ best: { quantity, ...narrow } }))) toasts.show('info', 'toast.apart')
    })
  }

  function mayAdd(n: number): boolean {
    const most = live.event?.policy.max_seats ?? Infinity
    if (count.value + n <= most) return true
    toasts.show('problem', 'refused.hold_limit', { n: most })
    return false
  }

  async function release(ids: string[]): Promise<void> {
    const id = event.value
    removing.value = new Set([...removing.value, ...ids])
    try {
      let left = without(hold.value, ids)
      if (connection.state === 'live') {
        const answer = await connection.askAsBuyer({ type: 'release', event: id, seats: ids })
        if (answer.type === 'released') left = answer.hold
      } else await session.asBuyer((token) => deleteHold(id, ids, token))
      for (const seat of ids) told.set(seat, AVAILABLE)
      settle(left)
    } catch (cause) {
      if (cause instanceof LostAnswer) await refresh()
      else refuse(cause)
    } finally {
      removing.value = minus(removing.value, ids)
    }
  }

  async function extend(): Promise<void> {
    const id = event.value
    await busily(async () => {
      if (connection.state !== 'live') {
        settle((await session.asBuyer((token) => extendHold(id, token))).hold)
        return
      }
      const answer = await connection.askAsBuyer({ type: 'extend', event: id })
      if (answer.type === 'refused') throw new Refused(answer.code, answer.seats)
      if (answer.type === 'extended') settle(answer.hold)
    })
  }

  async function busily(act: () => Promise<unknown>): Promise<void> {
    busy.value++
    try {
      await act()
    } catch (cause) {
      refuse(cause)
    } finally {
      busy.value--
    }
  }

  /** Says plainly why not, and shows the seats as they are now. */
  function refuse(cause: unknown): void {
    const known = cause instanceof Refused || cause instanceof ApiError || cause instanceof ProtocolError || cause instanceof LostAnswer
    if (!known) throw cause
    const code = cause instanceof LostAnswer ? 'unavailable' : cause.code
    const inTheWay = cause instanceof Refused || cause instanceof ApiError ? cause.seats : []
    for (const { seat, state } of inTheWay) told.set(seat, state)
    const most = live.event?.policy.max_seats ?? 0
    toasts.show('problem', `refused.${code}`, { n: code === 'hold_limit' ? most : inTheWay.length })
  }

  function seen(): void {
    ended.value = lapsed.value = null
  }

  return { hold, adding, removing, busy, ended, lapsed, marks, seats, count, total, told, start, stop, refresh, holdSeats, holdQuantity, holdBest, release, extend, seen }
})

function minus(set: ReadonlySet<string>, ids: readonly string[]): Set<string> {
  const left = new Set(set)
  for (const id of ids) left.delete(id)
  return left
}
