import type { SeatRef } from './model'
import type { Test } from './party'
import { placeOf } from './rows'

/**
 * The free seats that would be left alone, each between taken seats, an aisle and the end of its row, if these were taken: the
 * server goes by the same rule when it looks for the best seats. A seat that is alone already is nobody's fault.
 */
export function orphansLeft(chosen: readonly SeatRef[], free: Test): SeatRef[] {
  const taken = new Set(chosen.map((s) => s.seat.id))
  const left = new Map<string, SeatRef>()
  for (const ref of chosen) {
    for (const side of besides(ref)) {
      if (taken.has(side.seat.id) || !free(side)) continue
      if (!besides(side).some((other) => !taken.has(other.seat.id) && free(other))) left.set(side.seat.id, side)
    }
  }
  return [...left.values()]
}

/** The neighbours of a seat: none across an aisle. */
export function besides(ref: SeatRef): SeatRef[] {
  const place = placeOf(ref)
  if (!place) return []
  const { run, at } = place
  const n = run.seats.length
  const sides = run.ring ? [run.seats[(at + n - 1) % n], run.seats[(at + 1) % n]] : [run.seats[at - 1], run.seats[at + 1]]
  return sides.filter((s) => s !== undefined)
}
