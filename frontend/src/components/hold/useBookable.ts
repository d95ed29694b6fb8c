import { computed } from 'vue'
import { useCheckout } from '@/stores/checkout'
import { useHold } from '@/stores/hold'
import { useLive } from '@/stores/live'

/** Whether there is, or may soon be, something to book: seats that are held may be booked outside the sale, too. */
export function useBookable() {
  const live = useLive()
  const hold = useHold()
  const checkout = useCheckout()
  return computed(() => live.phase === 'on_sale' || live.phase === 'sold_out' || hold.count > 0 || hold.hold !== null || checkout.stepIn(live.event?.id ?? '') !== 'idle')
}
