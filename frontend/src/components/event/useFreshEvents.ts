import { onScopeDispose, type ShallowRef } from 'vue'
import { fetchBriefEvents } from '@/api/events'
import { ApiError } from '@/api/http'
import type { EventInfo } from '@/protocol/shapes'

/** How often the list is asked for while it is looked at, ms; and who looks away and back again within `SOON` sees the same. */
const EVERY = 30_000
const SOON = 5_000

/** Keeps what is left of the events of a list, and their phases, as they are now; what the house looks like stays. */
export function useFreshEvents(shown: ShallowRef<EventInfo[]>): void {
  let read = Date.now()
  let busy = false

  async function refresh(): Promise<void> {
    if (busy || shown.value.length === 0) return
    busy = true
    read = Date.now()
    try {
      const now = new Map((await fetchBriefEvents(shown.value.length)).map((event) => [event.id, event]))
      shown.value = shown.value.map((old) => {
        const fresh = now.get(old.id)
        return fresh ? { ...fresh, plan: old.plan, zones: old.zones } : old
      })
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause // what is shown stays until the next time
    } finally {
      busy = false
    }
  }

  const look = (wait: number) => {
    if (document.visibilityState === 'visible' && Date.now() - read >= wait) void refresh()
  }
  const seen = () => {
    look(SOON)
  }
  const timer = setInterval(() => {
    look(EVERY)
  }, 1_000)
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', seen)
  })
}
