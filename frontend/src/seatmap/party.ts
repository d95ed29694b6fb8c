import type { SeatRef } from './model'
import { orphansLeft } from './orphan'
import { placeOf, type Run } from './rows'

/** Tells something of a seat as it is now. */
export type Test = (ref: SeatRef) => boolean

/** What is needed to choose seats for a party. */
export interface Choice {
  /** Nobody has it. */
  free: Test
  /** The buyer's filter lets it through. */
  wanted: Test
}

/** Seats for a party in one run, in the order of the row. */
export interface Party {
  seats: SeatRef[]
  /** Free seats that it would leave alone. */
  orphans: SeatRef[]
}

/**
 * The seats that a party of so many gets by a click on one of them: neighbours in one run with that seat among them, without an
 * orphan if it can be, of the same price and kind as the seat if it can be, with the seat as near their middle as it can be.
 * Where there are not so many together it is as many as there are; null when the seat itself cannot be had.
 */
export function partyAt(ref: SeatRef, size: number, choice: Choice): Party | null {
  const place = placeOf(ref)
  const usable = usableIn(choice, ref)
  if (!place || !usable(ref)) return null
  const together = stretch(place.run, place.at, usable)
  return bestWindow(ref, windows(together, Math.min(size, together.seats.length)).filter((seats) => has(seats, ref)), choice)
}

/** Every group of neighbours of this size in a run of which each seat may be used. */
export function windowsIn(run: Run, size: number, usable: Test): SeatRef[][] {
  const found: SeatRef[][] = []
  const seen = new Set<number>()
  run.seats.forEach((ref, at) => {
    if (seen.has(ref.index) || !usable(ref)) return
    const together = stretch(run, at, usable)
    for (const s of together.seats) seen.add(s.index)
    found.push(...windows(together, size))
  })
  return found
}

/** Wheelchair places and their companions' are for those who ask for them: by the filter, or by pointing at one. */
function usableIn({ free, wanted }: Choice, ref: SeatRef): Test {
  const special = isSpecial(ref)
  return (s) => free(s) && wanted(s) && (special || !isSpecial(s))
}

export function isSpecial({ seat }: SeatRef): boolean {
  return seat.accessible === true || seat.companion === true
}

/** Neighbours without a gap; `around`: the last is the first's neighbour, too. */
interface Stretch {
  seats: SeatRef[]
  around: boolean
}

/** The usable neighbours around a place, on both sides up to the first that is not. */
function stretch({ seats, ring }: Run, at: number, usable: Test): Stretch {
  const n = seats.length
  const seat = (i: number) => (ring ? seats[((i % n) + n) % n] : seats[i])
  const good = (i: number) => {
    const ref = seat(i)
    return ref !== undefined && usable(ref)
  }
  let from = at
  let to = at
  while (to - from + 1 < n && good(from - 1)) from--
  while (to - from + 1 < n && good(to + 1)) to++
  const found: SeatRef[] = []
  for (let i = from; i <= to; i++) {
    const ref = seat(i)
    if (ref) found.push(ref)
  }
  return { seats: found, around: ring && found.length === n }
}

function windows({ seats, around }: Stretch, size: number): SeatRef[][] {
  const n = seats.length
  const turn = around && size < n ? [...seats, ...seats.slice(0, size - 1)] : seats
  return Array.from({ length: Math.max(0, turn.length - size + 1) }, (_, i) => turn.slice(i, i + size))
}

function bestWindow(ref: SeatRef, found: readonly SeatRef[][], { free }: Choice): Party | null {
  let best: Party | null = null
  let least: readonly number[] = []
  for (const seats of found) {
    const orphans = orphansLeft(seats, free)
    const strangers = seats.filter((s) => s.seat.category !== ref.seat.category || isSpecial(s) !== isSpecial(ref)).length
    const at = seats.findIndex((s) => s.index === ref.index)
    const rank = [orphans.length, strangers, Math.abs(at - (seats.length - 1) / 2)]
    if (!best || before(rank, least)) [best, least] = [{ seats, orphans }, rank]
  }
  return best
}

/** Compares ranks: the first number that differs decides. */
export function before(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0]
    if (x !== y) return x < y
  }
  return false
}

export function has(seats: readonly SeatRef[], ref: SeatRef): boolean {
  return seats.some((s) => s.seat.id === ref.seat.id)
}
