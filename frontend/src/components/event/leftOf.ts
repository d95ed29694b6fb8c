import type { EventInfo } from '@/protocol/shapes'

/** What a list says of an event's seats: none (all are with somebody for now), few, so many, when the sale opens, or nothing. */
export type Left = { words: 'none' } | { words: 'few' | 'some'; n: number } | { words: 'opens'; at: string } | null

/** At most so many are few, in any house. */
const FEW = 10
/** In a large house this part of it is few, too; */
const PART = 0.05
/** in a small one never more than this part. */
const MOST = 0.25

export function leftOf({ phase, sale, available, capacity = Infinity }: Pick<EventInfo, 'phase' | 'sale' | 'available' | 'capacity'>): Left {
  if (phase === 'upcoming') return sale.opens_at ? { words: 'opens', at: sale.opens_at } : null
  if (phase !== 'on_sale' || available === undefined) return null
  if (available === 0) return { words: 'none' }
  const few = Math.min(capacity * MOST, Math.max(FEW, Number.isFinite(capacity) ? capacity * PART : 0))
  return { words: available <= few ? 'few' : 'some', n: available }
}
