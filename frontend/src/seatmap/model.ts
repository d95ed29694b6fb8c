import type { Area, Box, Category, EventInfo, Point, Seat, Zone, ZonePlan } from '@/protocol/shapes'
import { areaOf, boxOf, labelPoint, union } from './geometry'
import { PlanIndex, SeatIndex } from './seatIndex'

/** Seats of one category in a zone. */
export interface Offer {
  /** Index into the plan's categories. */
  category: number
  seats: number
}

/** A zone of a plan. What belongs to single seats is empty until they are loaded. */
export interface ZoneModel {
  id: string
  label: string
  kind: Zone['kind']
  capacity: number
  outline: Point[]
  bounds: Box
  /** Where a label has the most room. */
  spot: { x: number; y: number }
  /** Usual distance of neighbouring seats, plan units. */
  pitch: number
  /** What it sells, most first; of a general zone its one category. Empty: not known before the seats are. */
  offers: Offer[]
  /** Wheelchair places. */
  accessible: number
  /** Of a general zone, or the one most seats have; -1 unknown. */
  category: number
  /** Of a general zone. */
  price: number | null
  /** The seats are here; of a general zone always true. */
  loaded: boolean
  seats: Seat[]
  /** Category of each seat as an index into the plan's categories. */
  categories: Uint8Array
  /** Finds the loaded seats by place. */
  index: SeatIndex<SeatRef> | null
}

/** A seat by its place: zone and index within the zone. */
export interface SeatRef {
  zone: ZoneModel
  index: number
  seat: Seat
}

/** A plan: zones at once, their seats as they are loaded. */
export interface PlanModel {
  categories: Category[]
  areas: Area[]
  zones: ZoneModel[]
  zone: Map<string, ZoneModel>
  /** Loaded seats by id. */
  seat: Map<string, SeatRef>
  index: PlanIndex<SeatRef>
  /** Everything there is to see. */
  content: Box
  /** Usual distance of neighbouring seats, plan units. */
  pitch: number
  /** Seats in all zones, loaded or not. */
  seats: number
}

/** The plan of an event, with the seats that are known already. */
export function buildPlan(event: EventInfo, zonePlans: readonly ZonePlan[] = []): PlanModel {
  const category = new Map(event.categories.map((c, i) => [c.id, i]))
  const zones = event.zones.map((zone) => buildZone(zone, category))
  const content = union([...zones.map((z) => z.bounds), ...event.plan.areas.flatMap((a) => areaBox(a) ?? [])])
  const plan: PlanModel = {
    categories: event.categories,
    areas: event.plan.areas,
    zones,
    zone: new Map(zones.map((z) => [z.id, z])),
    seat: new Map(),
    index: new PlanIndex(zones),
    content: content ?? { x: 0, y: 0, width: event.plan.width, height: event.plan.height },
    pitch: 0,
    seats: zones.reduce((n, z) => n + (z.kind === 'seats' ? z.capacity : 0), 0),
  }
  for (const zonePlan of zonePlans) addSeats(plan, zonePlan)
  plan.pitch = usualPitch(zones)
  return plan
}

/** Puts the seats of a zone into the plan; false when they are there already. */
export function addSeats(plan: PlanModel, { id, seats }: ZonePlan): boolean {
  const zone = plan.zone.get(id)
  if (!zone || zone.loaded) return false
  const category = new Map(plan.categories.map((c, i) => [c.id, i]))
  const refs = seats.map((seat, index): SeatRef => ({ zone, index, seat }))
  zone.seats = seats
  zone.categories = Uint8Array.from(seats, (s) => category.get(s.category) ?? 0)
  zone.index = new SeatIndex(refs)
  zone.loaded = true
  if (zone.offers.length === 0) {
    zone.offers = offersOf(zone.categories)
    zone.category = zone.offers[0]?.category ?? -1
    zone.accessible = seats.filter((s) => s.accessible).length
    zone.pitch = zone.index.pitch()
  }
  for (const ref of refs) plan.seat.set(ref.seat.id, ref)
  return true
}

function buildZone(zone: Zone, category: Map<string, number>): ZoneModel {
  const general = zone.kind === 'general'
  const own = zone.category === undefined ? -1 : (category.get(zone.category) ?? -1)
  const told = (zone.categories ?? []).map((c): Offer => ({ category: category.get(c.id) ?? 0, seats: c.seats }))
  const offers = general && own >= 0 ? [{ category: own, seats: zone.capacity }] : told
  return {
    id: zone.id,
    label: zone.label,
    kind: zone.kind,
    capacity: zone.capacity,
    outline: zone.outline,
    bounds: boxOf(zone.outline) ?? zone.bounds,
    spot: labelPoint(zone.outline),
    pitch: zone.pitch ?? guessPitch(zone),
    offers,
    accessible: zone.accessible ?? 0,
    category: offers[0]?.category ?? own,
    price: zone.price?.amount ?? null,
    loaded: general,
    seats: [],
    categories: new Uint8Array(0),
    index: null,
  }
}

function offersOf(categories: Uint8Array): Offer[] {
  const counts = new Map<number, number>()
  for (const c of categories) counts.set(c, (counts.get(c) ?? 0) + 1)
  return [...counts].map(([category, seats]) => ({ category, seats })).sort((a, b) => b.seats - a.seats)
}

/** Rows are further apart than the seats in them: a seat has more room than the square of the pitch. */
const ROOM = 0.85

/** By the room that a seat has, where the server does not tell. */
function guessPitch(zone: Zone): number {
  return ROOM * Math.sqrt(areaOf(zone.outline) / Math.max(1, zone.capacity)) || DEFAULT_PITCH
}

const DEFAULT_PITCH = 10

/** The pitch that most seats have at most: the median over the seats. */
function usualPitch(zones: readonly ZoneModel[]): number {
  const seated = zones.filter((z) => z.kind === 'seats').sort((a, b) => a.pitch - b.pitch)
  let half = seated.reduce((n, z) => n + z.capacity, 0) / 2
  for (const zone of seated) {
    half -= zone.capacity
    if (half <= 0) return zone.pitch
  }
  return DEFAULT_PITCH
}

export function areaBox(area: Area): Box | null {
  if (area.shape === 'polygon') return boxOf(area.points ?? [])
  const [x, y] = area.center ?? [0, 0]
  const [rx, ry] = area.shape === 'ellipse' ? (area.radius ?? [0, 0]) : [0, 0]
  return { x: x - rx, y: y - ry, width: 2 * rx, height: 2 * ry }
}
