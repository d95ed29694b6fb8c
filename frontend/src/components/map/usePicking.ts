import type { Known } from '@/seatmap/paint'
import type { SeatRef } from '@/seatmap/model'
import { useAdvice } from '@/stores/advice'
import { useChoosing } from '@/stores/choosing'
import { useHold } from '@/stores/hold'
import { useToasts } from '@/stores/toasts'

/** What a click, a tap or Enter does to a seat, and what is in the way of it. */
export function usePicking() {
  const hold = useHold()
  const toasts = useToasts()
  const choosing = useChoosing()
  const advice = useAdvice()

  /** Takes the party around a free seat, gives back an own one; false when the seat cannot be had. */
  function pick(ref: SeatRef): boolean {
    const id = ref.seat.id
    switch (choosing.lookAt(ref)) {
      case 'mine':
        // Still on its way to us: giving it back now could overtake the taking.
        if (!hold.adding.has(id)) void hold.release([id])
        return true
      case 'available':
        if (!choosing.selling) {
          toasts.show('problem', 'refused.sale_closed')
          return false
        }
        return take(ref)
      default:
        return false
    }
  }

  function take(ref: SeatRef): boolean {
    const party = choosing.partyOf(ref)
    if (choosing.room === 0 || !party) {
      void hold.holdSeats(ref.zone.id, [ref.seat.id]) // says why not
      return false
    }
    if (advice.answered(ref)) return true
    const one = choosing.party === 1
    if (party.seats.length < choosing.party) advice.tooFew(ref, party)
    else if (one || party.orphans.length === 0 || !advice.orphan(ref, party)) {
      void choosing.take(party.seats)
      if (one) advice.afterOne(ref, party)
    }
    return true
  }

  /** Why a seat cannot be had now, or what a click on it does besides the obvious; the end of a key of the languages, or empty. */
  function why(ref: SeatRef, look: Known): string {
    if (look === 'mine') return hold.adding.has(ref.seat.id) ? 'coming' : 'mine'
    if (look !== 'available') return look
    if (!choosing.selling) return 'closed'
    if (choosing.room === 0) return 'cap'
    return ''
  }

  return { lookAt: choosing.lookAt, pick, why }
}
