import type { Category, Seat } from '@/protocol/shapes'
import { useSeatName } from './useFormat'

/** A seat as the lists of seats show it. */
export interface SeatLine {
  id: string
  zone: string
  short: string
  full: string
  category: string
  color: string
  price: string
}

interface Known {
  id: string
  /** The zone's label. */
  zone: string
  /** null is a place without a number; of what is undefined only the id can be told. */
  seat: Pick<Seat, 'row' | 'number'> | null | undefined
  category: Pick<Category, 'name' | 'color'> | undefined
  price: string
}

/** Puts what is known of a seat into words. A category that is called as its zone is not told twice. */
export function useSeatLine() {
  const names = useSeatName()
  return ({ id, zone, seat, category, price }: Known): SeatLine => ({
    id,
    zone,
    short: seat === undefined ? id : names.short(seat),
    full: seat === undefined ? id : names.full(zone, seat),
    category: category && category.name !== zone ? category.name : '',
    color: category?.color ?? 'var(--seat-booked)',
    price,
  })
}
