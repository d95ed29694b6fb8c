import type { SeatRef, ZoneModel } from './model'
import { orphansLeft } from './orphan'
import { before, has, isSpecial, windowsIn, type Choice, type Party } from './party'
import { rowsOf } from './rows'

export interface Alternative extends Choice {
  /** Price of a seat, minor units. */
  price: (ref: SeatRef) => number
  /** Seats that are not meant: those that were just refused. */
  except?: readonly SeatRef[]
  /** Only such as leave nobody alone. */
  calm?: boolean
}

/** An orphan weighs as much as being so many usual distances further away. */
const ORPHAN = 3

/**
 * So many free seats together that come nearest to those that cannot be had: of the same category first, then of the nearest
 * price, then by distance, with an orphan only where the next choice is farther off. Only zones whose picture is known are to be
 * given. Null when there are not so many together anywhere in them.
 */
export function nearestTo(from: readonly SeatRef[], size: number, zones: readonly ZoneModel[], choice: Alternative): Party | null {
  const first = from[0]
  if (!first) return null
  const { x, y } = middle(from)
  const special = isSpecial(first)
  const asked = choice.price(first)
  const usable = (s: SeatRef) => choice.free(s) && choice.wanted(s) && isSpecial(s) === special && !has(choice.except ?? [], s)
  let best: Party | null = null
  let least: readonly number[] = []
  for (const zone of zones) {
    for (const { runs } of rowsOf(zone)) {
      for (const run of runs) {
        for (const seats of windowsIn(run, size, usable)) {
          const others = seats.filter((s) => s.seat.category !== first.seat.category).length
          const dearer = Math.max(...seats.map((s) => Math.abs(choice.price(s) - asked)))
          const at = middle(seats)
          const away = Math.hypot(at.x - x, at.y - y)
          if (best && !before([others, dearer, away], least)) continue
          const orphans = orphansLeft(seats, choice.free)
          if (choice.calm && orphans.length > 0) continue
          const rank = [others, dearer, away + orphans.length * ORPHAN * zone.pitch]
          if (!best || before(rank, least)) [best, least] = [{ seats, orphans }, rank]
        }
      }
    }
  }
  return best
}

/** The middle of seats, plan units. */
export function middle(seats: readonly SeatRef[]): { x: number; y: number } {
  const n = Math.max(1, seats.length)
  return { x: seats.reduce((sum, s) => sum + s.seat.x, 0) / n, y: seats.reduce((sum, s) => sum + s.seat.y, 0) / n }
}
