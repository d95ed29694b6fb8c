import { defineStore } from 'pinia'
import { fetchEvent, fetchZones } from '@/api/events'
import type { EventInfo, ZonePlan } from '@/protocol/shapes'

/** Events and zone plans that were read once; plans are immutable, so only their hash decides. */
export const useEvents = defineStore('events', () => {
  const events = new Map<string, EventInfo>()
  const plans = new Map<string, ZonePlan>()

  /** The event as the server has it now; `known` answers from memory when it can. */
  async function event(id: string, known = false): Promise<EventInfo> {
    const have = events.get(id)
    if (have && known) return have
    const read = await fetchEvent(id)
    events.set(id, read)
    return read
  }

  async function zones(of: EventInfo, ids: string[]): Promise<ZonePlan[]> {
    const key = (zone: string) => `${of.id}/${of.plan.hash}/${zone}`
    const missing = ids.filter((id) => !plans.has(key(id)))
    if (missing.length > 0) {
      for (const plan of await fetchZones(of.id, missing)) plans.set(key(plan.id), plan)
    }
    return ids.flatMap((id) => plans.get(key(id)) ?? [])
  }

  return { event, zones }
})
