import type { Area, Box, Category, EventInfo, Point, Seat, Zone, ZonePlan } from '@/protocol/shapes'
import { boxOf, labelPoint, union } from './geometry'
import { SeatIndex } from './seatIndex'

/** A zone with its seats, ready to be drawn. */
export interface ZoneModel {
  id: string
  label: string
  kind: Zone['kind']
  capacity: number
  outline: Point[]
  bounds: Box
  /** Where a label has the most room. */
  spot: { x: number; y: number }
  seats: Seat[]
  /** Category of each seat as an index into the plan's categories. */
  categories: Uint8Array
  /** Of a general zone, or the one most seats have; -1 unknown. */
  category: number
  price: number | null
}

/** A seat by its place: zone and index within the zone. */
export interface SeatRef {
  zone: ZoneModel
  index: number
  seat: Seat
}

/** A plan with all its seats: what never changes while an event is on sale. */
export interface PlanModel {
  categories: Category[]
  areas: Area[]
  zones: ZoneModel[]
  zone: Map<string, ZoneModel>
  seat: Map<string, SeatRef>
  index: SeatIndex<SeatRef>
  /** Everything there is to see. */
  content: Box
  /** Usual distance of neighbouring seats, plan units. */
  pitch: number
}

export function buildPlan(event: EventInfo, zonePlans: readonly ZonePlan[]): PlanModel {
  const plans = new Map(zonePlans.map((z) => [z.id, z]))
  const category = new Map(event.categories.map((c, i) => [c.id, i]))
  const zones = event.zones.map((zone) => buildZone(zone, plans.get(zone.id)?.seats ?? [], category))
  const seat = new Map<string, SeatRef>()
  const refs: SeatRef[] = []
  for (const zone of zones) {
    if (zone.kind === 'general') continue
    zone.seats.forEach((s, index) => {
      const ref = { zone, index, seat: s }
      refs.push(ref)
      seat.set(s.id, ref)
    })
  }
  const index = new SeatIndex(refs)
  const content = union([...zones.map((z) => z.bounds), ...event.plan.areas.flatMap((a) => areaBox(a) ?? [])])
  return {
    categories: event.categories,
    areas: event.plan.areas,
    zones,
    zone: new Map(zones.map((z) => [z.id, z])),
    seat,
    index,
    content: content ?? { x: 0, y: 0, width: event.plan.width, height: event.plan.height },
    pitch: index.pitch(),
  }
}

function buildZone(zone: Zone, seats: Seat[], category: Map<string, number>): ZoneModel {
  const categories = new Uint8Array(seats.length)
  const counts = new Map<number, number>()
  seats.forEach((s, i) => {
    const c = category.get(s.category) ?? 0
    categories[i] = c
    counts.set(c, (counts.get(c) ?? 0) + 1)
  })
  const most = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
  return {
    id: zone.id,
    label: zone.label,
    kind: zone.kind,
    capacity: zone.capacity,
    outline: zone.outline,
    bounds: boxOf(zone.outline) ?? zone.bounds,
    spot: labelPoint(zone.outline),
    seats: zone.kind === 'general' ? [] : seats,
    categories,
    category: zone.category === undefined ? (most ?? -1) : (category.get(zone.category) ?? -1),
    price: zone.price?.amount ?? null,
  }
}

function areaBox(area: Area): Box | null {
  if (area.shape === 'polygon') return boxOf(area.points ?? [])
  const [x, y] = area.center ?? [0, 0]
  const [rx, ry] = area.shape === 'ellipse' ? (area.radius ?? [0, 0]) : [0, 0]
  return { x: x - rx, y: y - ry, width: 2 * rx, height: 2 * ry }
}
