import type { Box } from '@/protocol/shapes'
import type { PlanModel, SeatRef, ZoneModel } from './model'
import type { Direction } from './seatIndex'

/** Where the keyboard is on the map: on a seat, or on a zone as a whole. */
export type Place = { kind: 'seat'; seat: SeatRef } | { kind: 'zone'; zone: ZoneModel }

export function zoneOf(place: Place): ZoneModel {
  return place.kind === 'seat' ? place.seat.zone : place.zone
}

/** Its middle, plan units. */
export function spotOf(place: Place): [x: number, y: number] {
  const { x, y } = place.kind === 'seat' ? place.seat.seat : place.zone.spot
  return [x, y]
}

interface Point {
  x: number
  y: number
}

const AHEAD: Record<Direction, [number, number]> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }

/** How far a step is, with straying from the direction counted double as between seats; Infinity: it does not lie that way. */
function cost(from: Point, to: Point, direction: Direction, spread: number): number {
  const [dx, dy] = AHEAD[direction]
  const x = to.x - from.x
  const y = to.y - from.y
  const ahead = x * dx + y * dy
  const aside = Math.abs(x * dy - y * dx)
  return ahead <= 0 || aside > spread * ahead ? Infinity : ahead + 2 * aside
}

/** The nearest zone in a direction; one that lies far to the side only where there is none ahead. */
export function nextZone(plan: PlanModel, from: ZoneModel, direction: Direction): ZoneModel | null {
  for (const spread of [1, 4]) {
    let best: ZoneModel | null = null
    let least = Infinity
    for (const zone of plan.zones) {
      const far = zone === from ? Infinity : cost(from.spot, zone.spot, direction, spread)
      if (far < least) [best, least] = [zone, far]
    }
    if (best) return best
  }
  return null
}

/** The zone so many places on in the plan's order, which goes round. */
export function turnTo(plan: PlanModel, from: ZoneModel | null, by: 1 | -1): ZoneModel | null {
  const count = plan.zones.length
  const at = from ? plan.zones.indexOf(from) : by > 0 ? -1 : 0
  return plan.zones[(at + by + count) % count] ?? null
}

/** How many zones an arrow may load at once. */
const MOST_LOADED = 3

/** Zones whose seats are not loaded and may lie between a seat and the next one that is known in a direction, nearest first. */
export function unknownAhead(plan: PlanModel, from: SeatRef, direction: Direction): ZoneModel[] {
  const known = plan.index.next(from, direction)
  const limit = known ? cost(from.seat, known.seat, direction, 1) : Infinity
  return plan.zones
    .filter((z) => z.kind === 'seats' && !z.loaded)
    .map((zone) => ({ zone, far: reach(from.seat, zone.bounds, direction) }))
    .filter(({ far }) => far < limit)
    .sort((a, b) => a.far - b.far)
    .slice(0, MOST_LOADED)
    .map(({ zone }) => zone)
}

/** The least cost of a step from a point to any place of a box. */
function reach(from: Point, box: Box, direction: Direction): number {
  const within = { x: Math.max(box.x, Math.min(box.x + box.width, from.x)), y: Math.max(box.y, Math.min(box.y + box.height, from.y)) }
  const far = { x: box.x + box.width, y: box.y + box.height }
  return Math.min(...[within, { x: box.x, y: within.y }, { x: far.x, y: within.y }, { x: within.x, y: box.y }, { x: within.x, y: far.y }].map((to) => cost(from, to, direction, 1)))
}
