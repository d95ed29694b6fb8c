import { computed, shallowRef, type ShallowRef } from 'vue'
import { ApiError } from '@/api/http'
import type { Overview } from '@/protocol/messages'
import type { EventInfo, Phase } from '@/protocol/shapes'
import { useEvents } from './events'

/** The phase of the open event: as the overview tells it, or as the server said when it was asked since. */
export function usePhase(event: Readonly<ShallowRef<EventInfo | null>>, overview: Readonly<ShallowRef<Overview | null>>) {
  const events = useEvents()
  const told = shallowRef<{ phase: Phase; event: EventInfo; since: Overview | null } | null>(null)

  const phase = computed(() => {
    const said = told.value
    if (said && said.event === event.value && said.since === overview.value) return said.phase
    return overview.value?.phase ?? event.value?.phase ?? 'upcoming'
  })

  /** Asks for the phase, where nobody tells it. */
  async function askPhase(): Promise<void> {
    const of = event.value
    if (!of) return
    try {
      const { phase: now } = await events.event(of.id)
      told.value = { phase: now, event: of, since: overview.value }
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause // what is shown stays until the next time
    }
  }

  return { phase, askPhase }
}
