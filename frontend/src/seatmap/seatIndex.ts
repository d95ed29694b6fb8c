import Flatbush from 'flatbush'
import type { Box } from '@/protocol/shapes'
import { boxDistance, boxOf, overlaps } from './geometry'

export type Direction = 'left' | 'right' | 'up' | 'down'

const AHEAD: Record<Direction, [number, number]> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }

interface Place {
  x: number
  y: number
}

interface Placed {
  seat: Place
}

interface Ahead<T> {
  to: T
  cost: number
}

/** Finds the seats of a zone by place: what is under the pointer, what is in view, what comes next in a direction. */
export class SeatIndex<T extends Placed> {
  /** Of the seats' middles. */
  readonly bounds: Box
  private readonly tree: Flatbush | null

  constructor(readonly seats: readonly T[]) {
    this.bounds = boxOf(seats.map(({ seat }) => [seat.x, seat.y])) ?? { x: 0, y: 0, width: 0, height: 0 }
    if (seats.length === 0) {
      this.tree = null
      return
    }
    this.tree = new Flatbush(seats.length)
    for (const { seat } of seats) this.tree.add(seat.x, seat.y, seat.x, seat.y)
    this.tree.finish()
  }

  /** The nearest seat within a distance, plan units. */
  at(x: number, y: number, reach: number): T | null {
    const found = this.tree?.neighbors(x, y, 1, reach)[0]
    return found === undefined ? null : (this.seats[found] ?? null)
  }

  within(box: Box): T[] {
    const found = this.tree?.search(box.x, box.y, box.x + box.width, box.y + box.height) ?? []
    return found.flatMap((i) => this.seats[i] ?? [])
  }

  /**
   * The nearest seat in a direction from a place: distance counts, and straying from the direction counts double, so that an
   * arrow key stays in its row or column as long as there is one. Only a quarter turn around the direction is looked at.
   */
  ahead(from: Place, direction: Direction): Ahead<T> | null {
    if (!this.tree) return null
    const [dx, dy] = AHEAD[direction]
    for (const count of [24, 200, this.seats.length]) {
      let best: Ahead<T> | null = null
      for (const i of this.tree.neighbors(from.x, from.y, count)) {
        const to = this.seats[i]
        if (!to) continue
        const x = to.seat.x - from.x
        const y = to.seat.y - from.y
        const ahead = x * dx + y * dy
        const aside = Math.abs(x * dy - y * dx)
        if (ahead <= 0 || aside > ahead) continue
        const cost = ahead + 2 * aside
        if (!best || cost < best.cost) best = { to, cost }
      }
      if (best) return best
    }
    return null
  }

  /** Usual distance between neighbouring seats: the median of a sample of nearest distances. */
  pitch(): number {
    if (!this.tree || this.seats.length < 2) return 10
    const step = Math.max(1, Math.floor(this.seats.length / 400))
    const distances: number[] = []
    for (let i = 0; i < this.seats.length; i += step) {
      const a = this.seats[i]
      const b = a && this.seats[this.tree.neighbors(a.seat.x, a.seat.y, 2).find((n) => n !== i) ?? -1]
      if (a && b) distances.push(Math.hypot(a.seat.x - b.seat.x, a.seat.y - b.seat.y))
    }
    distances.sort((a, b) => a - b)
    return distances[distances.length >> 1] || 10
  }
}

/** A point means a seat up to so many pitches of its zone from its middle. */
const REACH = 0.62

/**
 * The seat that a point means: what is near is told by the pitch of each seat's own zone, for zones lie side by side whose seats are of
 * very different sizes. What is at most `least` away, plan units, is near in any case.
 */
export function seatUnder<T extends Placed>(zones: Iterable<Indexed<T> & { pitch: number }>, x: number, y: number, least: number): T | null {
  let best: T | null = null
  let nearest = 1
  for (const { index, pitch } of zones) {
    const reach = Math.max(REACH * pitch, least)
    if (!index || boxDistance(index.bounds, x, y) > reach * nearest) continue
    const found = index.at(x, y, reach * nearest)
    if (!found) continue
    nearest = Math.hypot(found.seat.x - x, found.seat.y - y) / reach
    best = found
  }
  return best
}

interface Indexed<T extends Placed> {
  index: SeatIndex<T> | null
}

/** Finds seats of all zones by place, as far as they are loaded. */
export class PlanIndex<T extends Placed> {
  constructor(private readonly zones: readonly Indexed<T>[]) {}

  /** The nearest seat within a distance, plan units. */
  at(x: number, y: number, reach: number): T | null {
    let best: T | null = null
    let least = reach
    for (const { index } of this.near({ x, y }, () => least)) {
      const found = index.at(x, y, least)
      const far = found ? Math.hypot(found.seat.x - x, found.seat.y - y) : Infinity
      if (!found || (best && far >= least)) continue
      best = found
      least = far
    }
    return best
  }

  within(box: Box): T[] {
    return this.zones.flatMap(({ index }) => (index && overlaps(index.bounds, box) ? index.within(box) : []))
  }

  /** The nearest seat in a direction, of whatever zone. */
  next(from: T, direction: Direction): T | null {
    let best: Ahead<T> | null = null
    for (const { index } of this.near(from.seat, () => best?.cost ?? Infinity)) {
      const found = index.ahead(from.seat, direction)
      if (found && (!best || found.cost < best.cost)) best = found
    }
    return best?.to ?? null
  }

  /** Loaded zones, nearest first, as long as they are nearer than what was found. */
  private *near(from: Place, limit: () => number): Generator<{ index: SeatIndex<T> }> {
    const zones = this.zones.flatMap(({ index }) => (index ? { index, far: boxDistance(index.bounds, from.x, from.y) } : []))
    for (const zone of zones.sort((a, b) => a.far - b.far)) {
      if (zone.far > limit()) return
      yield zone
    }
  }
}
