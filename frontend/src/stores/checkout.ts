import { defineStore } from 'pinia'
import { reactive, ref } from 'vue'
import { postBooking, type Contact } from '@/api/bookings'
import { ApiError } from '@/api/http'
import { readJSON, safeStorage } from '@/composables/safeStorage'
import type { Booking } from '@/protocol/shapes'
import { useBookings } from './bookings'
import { useSession } from './session'

/** One wish to book. Its key stays the same until the server has decided, over retries, reloads and restarts. */
interface Attempt {
  key: string
  hold: string
  contact: Contact
}

const keyOf = (event: string) => `jari.attempt.${event}`
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 10_000

/** Codes that decide an attempt: the same key would get the same answer. */
const FINAL = new Set(['hold_expired', 'idempotency_mismatch', 'invalid', 'not_found', 'forbidden', 'sale_closed', 'seat_unavailable', 'hold_limit'])

function isAttempt(value: unknown): value is Attempt {
  const a = value as Attempt | null
  return typeof a === 'object' && a !== null && typeof a.key === 'string' && typeof a.hold === 'string' && typeof a.contact === 'object'
}

/** Turns a hold into a booking. */
export const useCheckout = defineStore('checkout', () => {
  const session = useSession()
  const bookings = useBookings()
  /** What the buyer typed; both may stay empty. */
  const contact = reactive({ name: '', email: '' })
  /** `waiting`: the server could not say yet, the same wish is sent again. */
  const step = ref<'idle' | 'sending' | 'waiting'>('idle')

  /** Books; answers the booking once the server has taken the wish. Throws ApiError when it was decided against. */
  async function book(event: string, hold: string): Promise<Booking> {
    const kept = unfinished(event)
    const filled: Contact = { ...(contact.name.trim() && { name: contact.name.trim() }), ...(contact.email.trim() && { email: contact.email.trim() }) }
    const attempt = kept && kept.hold === hold ? kept : { key: crypto.randomUUID?.() ?? randomKey(), hold, contact: filled }
    safeStorage.set(keyOf(event), JSON.stringify(attempt))
    return send(event, attempt)
  }

  /** An attempt that was never answered, for instance because the page was closed. */
  function unfinished(event: string): Attempt | null {
    return readJSON(keyOf(event), isAttempt)
  }

  /** Goes on with such an attempt. */
  function resume(event: string): Promise<Booking> | null {
    const attempt = unfinished(event)
    return attempt && step.value === 'idle' ? send(event, attempt) : null
  }

  async function send(event: string, attempt: Attempt): Promise<Booking> {
    step.value = 'sending'
    try {
      for (let tries = 0; ; tries++) {
        try {
          const booking = await session.asBuyer((token) => postBooking(event, attempt.contact, attempt.key, token))
          safeStorage.remove(keyOf(event))
          return bookings.take(booking)
        } catch (cause) {
          if (!(cause instanceof ApiError)) throw cause
          if (FINAL.has(cause.code)) {
            safeStorage.remove(keyOf(event))
            throw cause
          }
          step.value = 'waiting'
          await pause(Math.max(cause.retryAfter, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries)))
        }
      }
    } finally {
      step.value = 'idle'
    }
  }

  return { contact, step, book, resume }
})

/** Up to half as long again by chance: many waiting buyers shall not ask at the same moment. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms + (Math.random() * ms) / 2))
}

/** Pages that are not served over TLS have no randomUUID. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
}
