import { shallowRef, watch } from 'vue'
import type { Hold } from '@/protocol/shapes'
import { useBookings } from './bookings'
import { useCheckout } from './checkout'
import { useConnection } from './connection'
import { useToasts } from './toasts'

/** `gone`: before its time, and not by this page. */
export type Ended = 'expired' | 'lost' | 'gone'

/** Why the last hold ended when the page did not wish it, until a new one starts or the buyer has seen it. */
export function useEnding(event: () => string) {
  const connection = useConnection()
  const bookings = useBookings()
  const checkout = useCheckout()
  const toasts = useToasts()
  const ended = shallowRef<Ended | null>(null)
  /** What was held, to be tried again. */
  const lapsed = shallowRef<Hold | null>(null)
  /** Counts what was said and taken back: an explanation that comes after is of another hold. */
  let turn = 0

  function clear(): void {
    turn++
    ended.value = lapsed.value = null
  }

  function say(why: Ended, held: Hold | null): void {
    turn++
    ended.value = why
    lapsed.value = held
    if (why !== 'gone') toasts.show('problem', `toast.${why}`) // the panel itself is spoken then
  }

  /** Whether it became a booking, or may be becoming one. */
  function isOurs(held: Hold): boolean {
    const owned = bookings.ownedIn(event())
    return checkout.stepIn(event()) !== 'idle' || held.seats.some((s) => owned.includes(s.seat))
  }

  /**
   * Finds out why a hold is over of which the server says no more than that. It may have been booked from another page, or by a
   * wish whose answer was lost: who says that it was lost tells the buyer to take the same seats again.
   */
  async function explain(held: Hold): Promise<void> {
    if (isOurs(held)) return
    const mine = ++turn
    await bookings.load().catch(() => undefined) // what is known already has to do then
    if (mine !== turn || isOurs(held)) return
    say(Date.parse(held.expires_at) <= connection.clock.now() ? 'expired' : 'gone', held)
  }

  // The word of the booking may come after the word that the hold is over.
  watch(
    () => bookings.ownedIn(event()),
    (owned) => {
      if (ended.value !== 'lost' && lapsed.value?.seats.some((s) => owned.includes(s.seat))) clear()
    },
  )

  return { ended, lapsed, say, explain, clear }
}
