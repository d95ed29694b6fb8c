import Flatbush from 'flatbush'
import type { Box } from '@/protocol/shapes'

export type Direction = 'left' | 'right' | 'up' | 'down'

const AHEAD: Record<Direction, [number, number]> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }

interface Placed {
  seat: { x: number; y: number }
}

/** Finds seats by place: what is under the pointer, what is in view, what comes next in a direction. */
export class SeatIndex<T extends Placed> {
  private readonly tree: Flatbush | null

  constructor(readonly seats: readonly T[]) {
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
   * The nearest seat in a direction: distance counts, and straying from the direction counts double, so that an arrow key
   * stays in its row or column as long as there is one. Only a quarter turn around the direction is looked at.
   */
  next(from: T, direction: Direction): T | null {
    if (!this.tree) return null
    const [dx, dy] = AHEAD[direction]
    for (const count of [24, 200, this.seats.length]) {
      let best: T | null = null
      let least = Infinity
      for (const i of this.tree.neighbors(from.seat.x, from.seat.y, count)) {
        const to = this.seats[i]
        if (!to || to === from) continue
        const x = to.seat.x - from.seat.x
        const y = to.seat.y - from.seat.y
        const ahead = x * dx + y * dy
        const aside = Math.abs(x * dy - y * dx)
        if (ahead <= 0 || aside > ahead) continue
        const cost = ahead + 2 * aside
        if (cost < least) {
          least = cost
          best = to
        }
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
