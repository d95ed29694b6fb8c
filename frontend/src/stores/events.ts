import { defineStore } from 'pinia'
import { fetchEvent, fetchZones } from '@/api/events'
import { takeInlined } from '@/api/inlined'
import type { EventInfo, ZonePlan } from '@/protocol/shapes'
import { USUAL_JOINS } from './connection'

/** A house of at most so many seats is loaded and watched whole from the beginning. */
export const SMALL_HOUSE = 4_000

/** Events and zone plans that were read once; plans are immutable, so only their hash decides. */
export const useEvents = defineStore('events', () => {
  const events = new Map<string, EventInfo>()
  /** By plan and zone; also those that are on their way. */
  const plans = new Map<string, Promise<ZonePlan | undefined>>()
  /** The event that came with the page, until it is opened: later it may have changed. */
  let written: EventInfo | null = null

  /** Takes the event that the server has written into the page, and asks for its seats at once where all will be wanted. */
  function begin(): EventInfo | null {
    written = takeInlined('jari-event') as EventInfo | null
    if (!written) return null
    // Whoever opens the event asks again for what failed.
    const seated = written.zones.filter((zone) => zone.kind === 'seats')
    const seats = seated.reduce((sum, zone) => sum + zone.capacity, 0)
    if (written.zones.length <= USUAL_JOINS && seats <= SMALL_HOUSE) void zones(written, seated.map((zone) => zone.id)).catch(() => undefined)
    return written
  }

  /** The event as the server has it now; `known` answers from memory when it can. */
  async function event(id: string, known = false): Promise<EventInfo> {
    const have = events.get(id)
    if (have && known) return have
    const read = written?.id === id ? written : await fetchEvent(id)
    written = null
    events.set(id, read)
    return read
  }

  async function zones(of: EventInfo, ids: string[]): Promise<ZonePlan[]> {
    const key = (zone: string) => `${of.id}/${of.plan.hash}/${zone}`
    const missing = ids.filter((id) => !plans.has(key(id)))
    if (missing.length > 0) {
      const answer = fetchZones(of.id, missing)
      for (const id of missing) {
        const coming = answer.then((all) => all.find((zone) => zone.id === id))
        plans.set(key(id), coming)
        coming.catch(() => plans.delete(key(id)))
      }
    }
    return (await Promise.all(ids.map((id) => plans.get(key(id))))).filter((plan) => plan !== undefined)
  }

  return { begin, event, zones }
})
