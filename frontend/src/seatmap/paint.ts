import { BLOCKED, BOOKED, HELD } from '@/protocol/zoneState'
import type { ZoneModel } from './model'

/** How a seat looks; shapes.ts draws it. */
export const LOOKS = ['booked', 'blocked', 'held', 'available', 'mine', 'owned'] as const
export type Look = (typeof LOOKS)[number]

/** What is known of a seat: how it looks, or nothing yet. */
export type Known = Look | 'unknown'

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

/** What is wanted keeps its colours, all else is dimmed. */
export type Wanted = (category: number, seating: Seating) => boolean

/** Whether something in a zone may be wanted, as far as is known of it before its seats are. */
export function zoneWanted({ offers, accessible }: Pick<ZoneModel, 'offers' | 'accessible'>, wanted: Wanted | null): boolean {
  if (wanted === null || offers.length === 0) return true
  return offers.some(({ category }) => wanted(category, PLAIN) || (accessible > 0 && wanted(category, ACCESSIBLE)))
}

/** Nothing that cannot be had is wanted; ours is never dimmed. */
export function dimmed(paint: number, wanted: Wanted | null): boolean {
  const look = lookOfClass(paint)
  if (wanted === null || look === 'mine' || look === 'owned') return false
  return look === 'booked' || look === 'blocked' || !wanted(categoryOfClass(paint), seatingOfClass(paint))
}
