import { computed, reactive, shallowRef, watch } from 'vue'
import { onBeforeRouteLeave, useRouter } from 'vue-router'
import { useUnload } from '@/composables/useUnload'
import { useCheckout } from '@/stores/checkout'
import { useHold } from '@/stores/hold'

/** Holds of which the buyer knows that they go on without the page. */
const known = reactive(new Set<string>())

/** Where the buyer was going when we asked. */
interface Leaving {
  path: string
  /** Of Back and Forward: the entry of the history, of which vue-router keeps the number. */
  entry: number | null
}

const entryHere = () => (history.state as { position?: number } | null)?.position ?? 0

/** Leaving with seats in hand asks once: they can be kept, given back, or gone on with. */
export function useLeaving() {
  const router = useRouter()
  const hold = useHold()
  const checkout = useCheckout()
  const leaving = shallowRef<Leaving | null>(null)
  const worth = computed(() => hold.hold !== null && !known.has(hold.hold.id) && checkout.stepIn(hold.hold.event) === 'idle')

  onBeforeRouteLeave((to, from) => {
    if (to.name === 'booking' || !worth.value) return true
    if (leaving.value) leaving.value = null // Back, while the question is there, is an answer to it
    else leaving.value = { path: to.fullPath, entry: location.pathname === from.path ? null : entryHere() }
    return false
  })
  useUnload(worth, learn)
  watch(worth, (is) => {
    if (!is) leaving.value = null
  })

  function learn(): void {
    if (hold.hold) known.add(hold.hold.id)
  }

  function go(): void {
    const to = leaving.value
    learn()
    leaving.value = null
    if (!to) return
    if (to.entry === null) void router.push(to.path)
    else router.go(to.entry - entryHere())
  }

  async function giveBack(): Promise<void> {
    const to = leaving.value
    await hold.release(hold.seats.map((s) => s.seat))
    leaving.value = hold.hold ? null : to // the question closed with the hold; what could not be given back is said already
    if (leaving.value) go()
  }

  function stay(): void {
    leaving.value = null
  }

  return { leaving, go, giveBack, stay }
}
