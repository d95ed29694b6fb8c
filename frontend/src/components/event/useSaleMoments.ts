import { computed, onScopeDispose } from 'vue'
import { useNow } from '@/composables/useNow'
import { useConnection } from '@/stores/connection'
import { useLive } from '@/stores/live'

/** The server's own word comes within a second; this long after a moment of the sale it is asked, ms. */
const LATE = 1_500
/** How often, ms: while a moment has passed without a word, and while no socket tells of pauses. */
const SOON = 2_000
const NOW_AND_THEN = 15_000

/**
 * The sale opens and closes by the server's clock. The overview tells so; where it does not come, the event is asked for. Answers how
 * long it is until the sale opens, ms, or null when it is open, over, or nobody knows.
 */
export function useSaleMoments() {
  const live = useLive()
  const connection = useConnection()
  const now = useNow(connection.clock)
  const at = (moment: string | null | undefined) => (moment ? Date.parse(moment) : NaN)

  const opensIn = computed(() => {
    const opens = at(live.event?.sale.opens_at)
    return live.phase !== 'upcoming' || Number.isNaN(opens) ? null : Math.max(0, opens - now.value)
  })
  const overdue = computed(() => {
    if (live.phase === 'ended' || !live.event) return false
    const passed = (moment: number) => now.value > moment + LATE // of none it is false
    return (live.phase === 'upcoming' && passed(at(live.event.sale.opens_at))) || passed(at(live.event.sale.closes_at))
  })

  let asked = Date.now()
  const timer = setInterval(() => {
    const blind = connection.wire !== 'live' && connection.online
    if (!live.event || !(overdue.value || blind) || document.visibilityState === 'hidden') return
    // Everybody waits for the same moment: half of the wait is by chance.
    if (Date.now() - asked < (overdue.value ? SOON : NOW_AND_THEN) * (0.75 + Math.random() / 2)) return
    asked = Date.now()
    void live.askPhase()
  }, 500)
  onScopeDispose(() => {
    clearInterval(timer)
  })

  return { opensIn }
}
