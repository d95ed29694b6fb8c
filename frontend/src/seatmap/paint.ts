import { BLOCKED, BOOKED, HELD } from '@/protocol/zoneState'
import { round } from './geometry'

/**
 * How a seat looks, by more than colour: available is a full disc (a square for an accessible place, a disc with a hole for a
 * companion's), held by another a ring, booked a small dot, blocked a cross, mine a large disc with a tick.
 */
export const LOOKS = ['booked', 'blocked', 'held', 'available', 'mine', 'owned'] as const
export type Look = (typeof LOOKS)[number]

/** What this buyer knows beyond the map: own seats, and answers that the map has not shown yet. */
export type Mark = 'mine' | 'owned'

export function lookOf(state: number, mark: Mark | undefined): Look {
  if (mark) return mark
  if (state === HELD) return 'held'
  if (state === BOOKED) return 'booked'
  if (state === BLOCKED) return 'blocked'
  return 'available'
}

export type Seating = 0 | 1 | 2
export const PLAIN: Seating = 0
export const ACCESSIBLE: Seating = 1
export const COMPANION: Seating = 2

export function seatingOf(seat: { accessible?: boolean; companion?: boolean }): Seating {
  if (seat.accessible) return ACCESSIBLE
  return seat.companion ? COMPANION : PLAIN
}

/** A paint class as one number: look, kind of place and category. Looks without a category's colour share category 0. */
export function paintClass(look: Look, seating: Seating, category: number): number {
  const coloured = look === 'available' || look === 'held'
  return LOOKS.indexOf(look) * 1024 + seating * 256 + (coloured ? category : 0)
}

export function lookOfClass(paint: number): Look {
  return LOOKS[Math.floor(paint / 1024)] ?? 'available'
}

export function seatingOfClass(paint: number): Seating {
  return (Math.floor(paint / 256) % 4) as Seating
}

export function categoryOfClass(paint: number): number {
  return paint % 256
}

export interface Spot {
  x: number
  y: number
}

/** Zero-length sub-paths: with round caps each is a disc, with square caps a square, as wide as the stroke. */
export function discs(spots: readonly Spot[]): string {
  let d = ''
  for (const s of spots) d += `M${round(s.x)} ${round(s.y)}h0`
  return d
}

export function crosses(spots: readonly Spot[], arm: number): string {
  let d = ''
  const a = round(arm)
  for (const s of spots) {
    d += `M${round(s.x - a)} ${round(s.y - a)}l${2 * a} ${2 * a}m${-2 * a} 0l${2 * a} ${-2 * a}`
  }
  return d
}

export function ticks(spots: readonly Spot[], size: number): string {
  let d = ''
  const a = round(size)
  for (const s of spots) d += `M${round(s.x - a)} ${round(s.y + a * 0.05)}l${round(a * 0.7)} ${round(a * 0.7)}l${round(a * 1.25)} ${round(-a * 1.4)}`
  return d
}

/** A person in a wheelchair: head, back and legs, wheel. */
export function wheelchairs(spots: readonly Spot[], r: number): string {
  const n = (v: number) => round(v * r)
  let d = ''
  for (const s of spots) {
    d += `M${round(s.x - 0.12 * r)} ${round(s.y - 0.56 * r)}h0m0 ${n(0.28)}v${n(0.4)}h${n(0.4)}l${n(0.22)} ${n(0.4)}`
    d += `M${round(s.x - 0.3 * r)} ${round(s.y - 0.06 * r)}a${n(0.36)} ${n(0.36)} 0 1 0 ${n(0.5)} ${n(0.42)}`
  }
  return d
}
