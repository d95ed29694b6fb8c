import type { Hold } from '@/protocol/shapes'
import type { Mark } from '@/seatmap/paint'

/** Wishes on their way to the server, by seat. */
export interface Wishes {
  adding: ReadonlySet<string>
  removing: ReadonlySet<string>
}

/**
 * What the map shows as ours: what the server says we hold, with the wishes on their way taken as granted, and seats of our
 * bookings. A seat of a booking stays owned whatever the hold says.
 */
export function marksOf(hold: Hold | null, wishes: Wishes, owned: Iterable<string>): Map<string, Mark> {
  const marks = new Map<string, Mark>()
  for (const { seat } of hold?.seats ?? []) if (!wishes.removing.has(seat)) marks.set(seat, 'mine')
  for (const seat of wishes.adding) marks.set(seat, 'mine')
  for (const seat of owned) marks.set(seat, 'owned')
  return marks
}

/** The hold without these seats; null when nothing is left. */
export function without(hold: Hold | null, seats: readonly string[]): Hold | null {
  if (!hold) return null
  const gone = new Set(seats)
  const left = hold.seats.filter((s) => !gone.has(s.seat))
  return left.length === 0 ? null : { ...hold, seats: left }
}

/**
 * What we were told of single seats before the map shows it: a refusal's states, and our own seats given back. It holds until
 * the zone's next word on the seat, or for so long (ms) when there is none.
 */
export class Told {
  private readonly seats = new Map<string, { state: number; until: number }>()

  constructor(
    private readonly now: () => number = Date.now,
    private readonly lasts = 3_000,
  ) {}

  set(seat: string, state: number, lasts = this.lasts): void {
    this.seats.set(seat, { state, until: this.now() + lasts })
  }

  forget(seat: string): void {
    this.seats.delete(seat)
  }

  clear(): void {
    this.seats.clear()
  }

  get size(): number {
    return this.seats.size
  }

  /** All that holds, by seat. */
  *all(): Iterable<[seat: string, state: number]> {
    for (const seat of this.seats.keys()) {
      const state = this.get(seat)
      if (state !== undefined) yield [seat, state]
    }
  }

  get(seat: string): number | undefined {
    const told = this.seats.get(seat)
    if (!told) return undefined
    if (told.until > this.now()) return told.state
    this.seats.delete(seat)
    return undefined
  }
}
