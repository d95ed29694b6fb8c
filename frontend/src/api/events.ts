import type { EventInfo, EventPage, Places, ZonePlan, ZonesAnswer, ZoneStateAnswer } from '@/protocol/shapes'
import { call } from './http'
import { takeInlined } from './inlined'

/** Of the first ones that came with the page, zones and drawings are left out. */
export async function fetchEvents(after?: string): Promise<EventPage> {
  const inlined = after ? null : (takeInlined('jari-events') as EventPage | null)
  if (inlined) return inlined
  return call<EventPage>(after ? `/events?after=${encodeURIComponent(after)}` : '/events')
}

/** Events a call of a list may ask for. */
const EVENTS_A_CALL = 50

/** The first so many events as they are now, without zones and drawings where the server can leave them out. */
export async function fetchBriefEvents(count: number): Promise<EventInfo[]> {
  const events: EventInfo[] = []
  for (let after = ''; events.length < count; ) {
    const query = new URLSearchParams({ brief: 'true', limit: String(Math.min(EVENTS_A_CALL, count - events.length)), ...(after && { after }) })
    const page = await call<EventPage>(`/events?${query.toString()}`)
    events.push(...page.events)
    if (!page.next) break
    after = page.next
  }
  return events
}

export function fetchEvent(id: string): Promise<EventInfo> {
  return call<EventInfo>(`/events/${encodeURIComponent(id)}`)
}

/** What a seat's id may be has 1 to so many bytes, and no control characters. */
const ID_BYTES = 64
const mayBeSeat = (id: string) => id !== '' && !/\p{Cc}/u.test(id) && new TextEncoder().encode(id).length <= ID_BYTES

/**
 * In which zones seats are, 50 at most; those that the house has not are left out. One that can be no seat would have the server refuse
 * the others with it: it is not asked for.
 */
export async function fetchPlaces(event: string, ids: readonly string[]): Promise<Places['seats']> {
  const some = [...new Set(ids)].filter(mayBeSeat)
  if (some.length === 0) return []
  const query = new URLSearchParams(some.map((id) => ['id', id]))
  return (await call<Places>(`/events/${encodeURIComponent(event)}/seats?${query.toString()}`)).seats
}

/** A zone's picture without a socket. */
export function fetchZoneState(event: string, zone: string): Promise<ZoneStateAnswer> {
  return call<ZoneStateAnswer>(`/events/${encodeURIComponent(event)}/zones/${encodeURIComponent(zone)}/state`)
}

/** Zones a call asks for at once: keeps the address short on plans with hundreds of zones. */
const ZONES_A_CALL = 32

/** Where every seat of the zones is. */
export async function fetchZones(event: string, ids: string[]): Promise<ZonePlan[]> {
  const calls: Promise<ZonesAnswer>[] = []
  for (let i = 0; i < ids.length; i += ZONES_A_CALL) {
    const some = ids.slice(i, i + ZONES_A_CALL).map(encodeURIComponent).join(',')
    calls.push(call(`/events/${encodeURIComponent(event)}/zones?ids=${some}`))
  }
  return (await Promise.all(calls)).flatMap(({ plan, zones }) => Object.entries(zones).map(([id, seats]) => ({ id, plan, seats })))
}
