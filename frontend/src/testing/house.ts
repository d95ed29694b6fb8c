import type { Seat } from '@/protocol/shapes'
import { buildPlan, type PlanModel } from '@/seatmap/model'
import { useLive } from '@/stores/live'
import { smallHouse } from './plan'

/** The small house as the open event, with no server behind it; `change` may make some of its seats special. */
export function showHouse(change: (seats: Seat[]) => void = () => undefined): PlanModel {
  const { event, zones } = smallHouse()
  for (const zone of zones) change(zone.seats)
  const plan = buildPlan(event, zones)
  const live = useLive()
  live.event = event
  live.plan = plan
  return plan
}
