import { lookOf, type Look } from '@/seatmap/paint'
import type { SeatRef } from '@/seatmap/model'
import { useHold } from '@/stores/hold'
import { useLive } from '@/stores/live'
import { useToasts } from '@/stores/toasts'
import { AVAILABLE } from '@/protocol/zoneState'

/** What a click, a tap or Enter does to a seat. */
export function usePicking() {
  const live = useLive()
  const hold = useHold()
  const toasts = useToasts()

  function lookAt(ref: SeatRef): Look {
    const state = hold.told.get(ref.seat.id) ?? live.zones.get(ref.zone.id)?.states[ref.index] ?? AVAILABLE
    return lookOf(state, hold.marks.get(ref.seat.id))
  }

  /** Takes a free seat, gives back an own one; false when the seat cannot be had. */
  function pick(ref: SeatRef): boolean {
    const id = ref.seat.id
    switch (lookAt(ref)) {
      case 'mine':
        // Still on its way to us: giving it back now could overtake the taking.
        if (!hold.adding.has(id)) void hold.release([id])
        return true
      case 'available':
        if (live.phase !== 'on_sale' && live.phase !== 'sold_out') {
          toasts.show('problem', 'refused.sale_closed')
          return false
        }
        void hold.holdSeats(ref.zone.id, [id])
        return true
      default:
        return false
    }
  }

  return { lookAt, pick }
}
