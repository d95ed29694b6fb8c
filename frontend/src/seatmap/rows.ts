import type { Seat } from '@/protocol/shapes'
import type { SeatRef, ZoneModel } from './model'

/** Seats of a row of which each is a neighbour of the next: nobody walks between them. */
export interface Run {
  seats: SeatRef[]
  /** The last is a neighbour of the first: a round table. */
  ring: boolean
}

/** A row of a zone: its seats from one end to the other, and the runs that its aisles and gaps cut it into. */
export interface Row {
  name: string
  seats: SeatRef[]
  runs: Run[]
}

/** A seat's place in its run. */
export interface RunPlace {
  row: Row
  run: Run
  at: number
}

/**
 * How many usual distances of the row two neighbours may be apart before an aisle lies between them, as on the server: a
 * wheelchair place is 1.5 wide, the narrowest aisle that building codes allow takes about 2.
 */
const AISLE = 1.6
/** The plan's order stays unless another way through the row is so much shorter. */
const SHORTER = 0.9

interface ZoneRows {
  rows: Row[]
  places: (RunPlace | undefined)[]
}

/** By the list of seats, for a zone whose seats come later gets another. */
const known = new WeakMap<readonly Seat[], ZoneRows>()

/** The rows of a zone in the plan's order; none as long as its seats are not loaded. */
export function rowsOf(zone: ZoneModel): readonly Row[] {
  return of(zone).rows
}

const byNumber = new Intl.Collator('en', { numeric: true })
const LETTERS = /^[A-Za-z]+$/

/** As people count rows: 2 before 10, and Z before AA; seats without a row come last. */
export function compareRows(a: Row, b: Row): number {
  if (a.name === '' || b.name === '') return Number(a.name === '') - Number(b.name === '')
  const longer = LETTERS.test(a.name) && LETTERS.test(b.name) ? a.name.length - b.name.length : 0
  return longer || byNumber.compare(a.name, b.name)
}

/** Where a seat sits in its row. */
export function placeOf({ zone, index }: SeatRef): RunPlace | undefined {
  return of(zone).places[index]
}

function of(zone: ZoneModel): ZoneRows {
  let made = known.get(zone.seats)
  if (!made) {
    made = build(zone)
    known.set(zone.seats, made)
  }
  return made
}

function build(zone: ZoneModel): ZoneRows {
  const byName = new Map<string, SeatRef[]>()
  zone.seats.forEach((seat, index) => {
    const ref = zone.index?.seats[index] ?? { zone, index, seat }
    const row = byName.get(seat.row)
    if (row) row.push(ref)
    else byName.set(seat.row, [ref])
  })
  const ordered = [...byName].map(([name, seats]) => ({ name, seats: inOrder(seats) }))
  const usual = median(ordered.flatMap(({ seats }) => gaps(seats)))
  const places: ZoneRows['places'] = []
  const rows = ordered.map(({ name, seats }) => {
    // Two places at the ends of an otherwise empty row are no neighbours: the zone knows better what is usual.
    const pitch = Math.min(median(gaps(seats)), 2 * usual)
    const row: Row = { name, seats, runs: cut(seats, AISLE * pitch) }
    for (const run of row.runs) run.seats.forEach((ref, at) => (places[ref.index] = { row, run, at }))
    return row
  })
  return { rows, places }
}

/**
 * The seats of a row in the order in which one walks along it. Plans list them so nearly always; where odd numbers come before
 * even ones, or all lie in disorder, it is the order along the row's line, or from neighbour to neighbour, whichever is shorter.
 */
function inOrder(seats: SeatRef[]): SeatRef[] {
  if (seats.length < 3) return seats
  let best = seats
  for (const other of [alongLine(seats), byNeighbours(seats)]) if (way(other) < SHORTER * way(best)) best = other
  const first = best[0]
  const last = best[best.length - 1]
  return first && last && first.index > last.index ? [...best].reverse() : best
}

/** In the order of their shadows on the line through those two that are farthest apart, nearly. */
function alongLine(seats: SeatRef[]): SeatRef[] {
  const [from] = seats
  if (!from) return seats
  const a = farthest(seats, from)
  const b = farthest(seats, a)
  const shadow = (s: SeatRef) => (s.seat.x - a.seat.x) * (b.seat.x - a.seat.x) + (s.seat.y - a.seat.y) * (b.seat.y - a.seat.y)
  return [...seats].sort((s, t) => shadow(s) - shadow(t))
}

/** From an end always on to the nearest that is left. A row is short enough for this to be quick. */
function byNeighbours(seats: SeatRef[]): SeatRef[] {
  const [from] = seats
  if (!from || seats.length > 400) return seats
  let at = farthest(seats, from)
  const left = new Set(seats)
  const chain: SeatRef[] = []
  for (;;) {
    chain.push(at)
    left.delete(at)
    let next: SeatRef | undefined
    let least = Infinity
    for (const s of left) {
      const d = distance(at, s)
      if (d < least) [least, next] = [d, s]
    }
    if (!next) return chain
    at = next
  }
}

function farthest(seats: readonly SeatRef[], from: SeatRef): SeatRef {
  return seats.reduce((best, s) => (distance(from, s) > distance(from, best) ? s : best), from)
}

function way(seats: readonly SeatRef[]): number {
  return gaps(seats).reduce((sum, d) => sum + d, 0)
}

function cut(seats: readonly SeatRef[], most: number): Run[] {
  const runs: Run[] = []
  let run: Run | undefined
  let before: SeatRef | undefined
  for (const ref of seats) {
    if (!run || !before || distance(before, ref) > most) {
      run = { seats: [], ring: false }
      runs.push(run)
    }
    run.seats.push(ref)
    before = ref
  }
  for (const r of runs) r.ring = isRing(r.seats, most)
  return runs
}

/** Of three, bent a little, the ends are near each other too, and nobody would call them a table. */
function isRing(seats: readonly SeatRef[], most: number): boolean {
  const first = seats[0]
  const last = seats[seats.length - 1]
  return seats.length > 3 && first !== undefined && last !== undefined && distance(first, last) <= most
}

/** Distances of neighbours, without those of seats that are drawn on top of each other. */
function gaps(seats: readonly SeatRef[]): number[] {
  const list: number[] = []
  let before: SeatRef | undefined
  for (const s of seats) {
    const d = before ? distance(before, s) : 0
    if (d > 0) list.push(d)
    before = s
  }
  return list
}

function distance(a: SeatRef, b: SeatRef): number {
  return Math.hypot(a.seat.x - b.seat.x, a.seat.y - b.seat.y)
}

/** The lower of two middle values: a row of three with one aisle has the pitch of its pair. */
function median(list: number[]): number {
  return [...list].sort((a, b) => a - b)[(list.length - 1) >> 1] ?? 0
}

/** How plans of several languages name a row that is a table, as the server's reader of plans knows them; seatmap/testdata/tables.json holds both to the same. */
const TABLE = /^(?:table|tisch|mesa|tavolo|테이블|テーブル)\s+(\S+)$/iu

/** What stands on the table that a row is; null: it is a row. */
export function tableOf(row: string): string | null {
  return TABLE.exec(row)?.[1] ?? null
}
