import type { EventInfo, HeldSeat, ZonePlan } from '@/protocol/shapes'
import { buildPlan, type SeatRef } from '@/seatmap/model'
import { nearestTo } from '@/seatmap/nearest'

/** Seats that may be had instead: all in one zone. */
export interface Alternative {
  zone: string
  seats: SeatRef[]
  /** They are those that were asked for: free again. */
  same: boolean
}

const FREE = '0'

/** As many free seats as were asked for in the zone of the first, nearest to them and of the same category first; null where there are not so many. */
export function alternativeTo(event: EventInfo, held: readonly HeldSeat[], plan: ZonePlan, states: string): Alternative | null {
  const model = buildPlan(event, [plan])
  const zone = model.zone.get(plan.id)
  if (!zone) return null
  const wished = held.filter((s) => s.zone === plan.id).flatMap((s) => model.seat.get(s.seat) ?? [])
  if (wished.length === 0) return null
  const free = (ref: SeatRef) => states[ref.index] === FREE
  if (wished.every(free)) return { zone: zone.id, seats: wished, same: true }
  const price = (ref: SeatRef) => event.categories.find((c) => c.id === ref.seat.category)?.price.amount ?? 0
  const found = nearestTo(wished, wished.length, [zone], { free, wanted: () => true, price })
  return found && { zone: zone.id, seats: found.seats, same: false }
}
