import { defineStore } from 'pinia'
import { onScopeDispose, reactive } from 'vue'
import { postBooking, type Contact } from '@/api/bookings'
import { ApiError } from '@/api/http'
import { keptAs } from '@/api/origin'
import { readJSON, safeStorage } from '@/composables/safeStorage'
import type { Booking, Hold } from '@/protocol/shapes'
import { useBookings } from './bookings'
import { useSession } from './session'

/** One wish to book. Its key stays the same until the server has decided, over retries, reloads and restarts. */
interface Attempt {
  key: string
  /** Whose wish it is. */
  buyer: string | null
  hold: string
  /** The seats that the buyer saw and asked for: whatever the hold has become meanwhile, no others shall be booked. */
  seats: string[]
  contact: Contact
}

/** `waiting`: the server could not say yet, the same wish is sent again. */
type Step = 'idle' | 'sending' | 'waiting'

const keyOf = (event: string) => keptAs(`jari.attempt.${event}`)
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 10_000

/** Codes that decide an attempt: the same key would get the same answer. */
const FINAL = new Set(['hold_expired', 'idempotency_mismatch', 'invalid', 'not_found', 'forbidden', 'unauthorized', 'sale_closed', 'seat_unavailable', 'hold_limit'])

function isAttempt(value: unknown): value is Attempt {
  const a = value as Attempt | null
  return typeof a === 'object' && a !== null && typeof a.key === 'string' && typeof a.hold === 'string' && Array.isArray(a.seats) && typeof a.contact === 'object'
}

/** Turns holds into bookings, one at a time in each event. */
export const useCheckout = defineStore('checkout', () => {
  const session = useSession()
  const bookings = useBookings()
  /** What the buyer typed; both may stay empty. */
  const contact = reactive({ name: '', email: '' })
  const steps = reactive(new Map<string, Step>())
  const underWay = new Map<string, Promise<Booking>>()

  /** Ends with the app: an attempt that waits then goes on with the next one. */
  const waits = new Set<ReturnType<typeof setTimeout>>()
  onScopeDispose(() => {
    for (const wait of waits) clearTimeout(wait)
  })

  const stepIn = (event: string): Step => steps.get(event) ?? 'idle'

  /** Books the seats of a hold; answers the booking once the server has taken the wish. Throws ApiError when it was decided against. */
  function book(hold: Hold): Promise<Booking> {
    const kept = unfinished(hold.event)
    const seats = hold.seats.map((s) => s.seat)
    const filled: Contact = { ...(contact.name.trim() && { name: contact.name.trim() }), ...(contact.email.trim() && { email: contact.email.trim() }) }
    const again = kept !== null && kept.hold === hold.id && sameSeats(kept.seats, seats)
    const key = again ? kept.key : (crypto.randomUUID?.() ?? randomKey())
    return underWay.get(hold.event) ?? send(hold.event, { key, buyer: session.buyer, hold: hold.id, seats, contact: filled }, again)
  }

  /** This buyer's attempt that was never answered, for instance because the page was closed. */
  function unfinished(event: string): Attempt | null {
    const kept = readJSON(keyOf(event), isAttempt)
    return kept && kept.buyer === session.buyer ? kept : null
  }

  /** Goes on with such an attempt, or with one that is under way. */
  function resume(event: string): Promise<Booking> | null {
    const going = underWay.get(event)
    if (going) return going
    const attempt = unfinished(event)
    return attempt && send(event, attempt, true)
  }

  function send(event: string, attempt: Attempt, tried: boolean): Promise<Booking> {
    safeStorage.set(keyOf(event), JSON.stringify(attempt))
    steps.set(event, 'sending')
    const sent = untilDecided(event, attempt, tried).finally(() => {
      underWay.delete(event)
      steps.delete(event)
    })
    underWay.set(event, sent)
    return sent
  }

  async function untilDecided(event: string, attempt: Attempt, tried: boolean): Promise<Booking> {
    for (let tries = 0; ; tries++) {
      let wait: number
      try {
        const booking = await session.asBuyer((token) => post(event, attempt, token))
        safeStorage.remove(keyOf(event))
        return bookings.take(booking)
      } catch (cause) {
        if (!(cause instanceof ApiError)) throw cause
        if (cause.booking) bookings.take(cause.booking)
        const made = FINAL.has(cause.code) ? await madeBefore(event, attempt, tried || tries > 0) : 'unknown'
        if (made !== 'unknown') safeStorage.remove(keyOf(event))
        if (made === null) throw cause
        if (made !== 'unknown') return made
        wait = cause.retryAfter
      }
      steps.set(event, 'waiting')
      await pause(waits, Math.max(wait, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries)))
    }
  }

  function post(event: string, attempt: Attempt, token: string): Promise<Booking> {
    // Another buyer has no such hold, and must not be asked to have one.
    if (attempt.buyer !== session.buyer) throw new ApiError('unauthorized', 0)
    return postBooking(event, attempt.seats, attempt.contact, attempt.key, token)
  }

  /** What an earlier try has booked after all, though the server says no now: its answer may have been lost and the hold be gone for it. */
  async function madeBefore(event: string, attempt: Attempt, tried: boolean): Promise<Booking | null | 'unknown'> {
    if (!tried) return null
    try {
      await bookings.load()
    } catch (cause) {
      if (cause instanceof ApiError) return 'unknown'
      throw cause
    }
    const ours = (b: Booking) => b.event === event && (b.status === 'confirmed' || b.status === 'pending') && sameSeats(b.seats.map((s) => s.seat), attempt.seats)
    return bookings.list.find(ours) ?? null
  }

  return { contact, stepIn, book, resume }
})

function sameSeats(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((seat) => b.includes(seat))
}

/** Up to half as long again by chance: many waiting buyers shall not ask at the same moment. */
function pause(waits: Set<ReturnType<typeof setTimeout>>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wait = setTimeout(
      () => {
        waits.delete(wait)
        resolve()
      },
      ms + (Math.random() * ms) / 2,
    )
    waits.add(wait)
  })
}

/** Pages that are not served over TLS have no randomUUID. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
}
