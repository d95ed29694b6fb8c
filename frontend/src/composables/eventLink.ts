import type { LocationQuery } from 'vue-router'

/** Where in an event's house a link leads: zones, and seats in them. */
export interface EventLink {
  zones: string[]
  seats: string[]
}

/** Reads `?zone=Z&seats=a,b`; `zone` may come several times, and `seat` names one seat whatever letters its id has. */
export function readLink(query: LocationQuery): EventLink {
  return { zones: all(query.zone), seats: unique([...all(query.seat), ...all(query.seats).flatMap((list) => list.split(','))]) }
}

/** The path to these seats, or to these zones. */
export function linkTo(event: string, { zones, seats }: EventLink): string {
  const query = [
    ...zones.map((zone) => `zone=${encodeURIComponent(zone)}`),
    ...seats.filter((id) => id.includes(',')).map((id) => `seat=${encodeURIComponent(id)}`),
  ]
  const plain = seats.filter((id) => !id.includes(','))
  if (plain.length > 0) query.push(`seats=${plain.map(encodeURIComponent).join(',')}`)
  return `/events/${encodeURIComponent(event)}${query.length > 0 ? `?${query.join('&')}` : ''}`
}

function all(value: LocationQuery[string] | undefined): string[] {
  return unique([value ?? []].flat().filter((v): v is string => v !== null))
}

function unique(list: string[]): string[] {
  return [...new Set(list)].filter((v) => v !== '')
}
