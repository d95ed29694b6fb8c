import { watch } from 'vue'
import { useChoosing } from '@/stores/choosing'
import { useHold } from '@/stores/hold'
import { useToasts } from '@/stores/toasts'

/** Somebody was faster: says so plainly, shows which seats went, and has the nearest that can be had at hand. */
export function useFaster(): void {
  const hold = useHold()
  const toasts = useToasts()
  const choosing = useChoosing()
  let open = 0

  watch(
    () => hold.refusal,
    (refused) => {
      if (refused?.code !== 'seat_unavailable' || refused.asked.length === 0 || refused.seats.length === 0) return
      const asked = choosing.refs(refused.asked)
      const gone = choosing.refs(refused.seats.map((s) => s.seat))
      const near = asked.length === refused.asked.length ? choosing.nearest(asked, asked.length, gone) : null
      const key = 'refused.seat_unavailable'
      const values = { n: refused.seats.length }
      choosing.flashes = gone
      if (!near) {
        toasts.show('problem', key, values)
        return
      }
      open = toasts.ask({ kind: 'problem', key, values, seats: gone, actions: [{ name: 'main', key: 'advice.instead', seats: near.seats, run: () => void choosing.take(near.seats) }] })
      choosing.proposed = near.seats
    },
  )
  watch(
    () => toasts.toasts,
    (now) => {
      if (open === 0 || now.some((t) => t.id === open)) return
      open = 0
      choosing.proposed = null
    },
    { flush: 'sync' },
  )
}
