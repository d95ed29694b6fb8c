import type { Seat } from '@/protocol/shapes'
import { ZoneState } from '@/protocol/zoneState'
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
  live.zones = new Map(plan.zones.map((z) => [z.id, new ZoneState(z.seats.length)]))
  for (const [id, state] of live.zones) {
    const seen = { states: '0'.repeat(state.size), ...(plan.zone.get(id)?.kind === 'general' && { available: plan.zone.get(id)?.capacity }) }
    state.snapshot({ type: 'snapshot', event: event.id, zone: id, epoch: 1, version: 1, ...seen })
  }
  return plan
}
