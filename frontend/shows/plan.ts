import type { House } from './house'

export interface Place {
  zone: string
  id: string
  x: number
  y: number
}

interface EventShape {
  zones: { id: string; kind: string; bounds: { x: number; y: number; width: number; height: number } }[]
}
interface ZonesShape {
  zones: Record<string, { id: string; x: number; y: number; accessible?: boolean; companion?: boolean }[]>
}

/** What the camera comes close to, and who sits around. */
export interface Spot {
  /** A seat in the middle of a zone, about half way out: neither stage nor edge. */
  focus: Place
  /** Usual distance of neighbours there, plan units. */
  pitch: number
  /** Seats for others to choose, in the zones around the focus, half of them within a few rows of it. */
  around: Place[]
}

/** Zones around the focus that change. */
const ZONES = 8
const NEAR = 300
const FAR = 300

export async function spotOf(house: House, event: string): Promise<Spot> {
  const { zones } = await house.get<EventShape>(`/events/${event}`)
  const seated = zones.filter((z) => z.kind === 'seats').map((z) => ({ id: z.id, x: z.bounds.x + z.bounds.width / 2, y: z.bounds.y + z.bounds.height / 2 }))
  const whole = { x: mean(seated.map((z) => z.x)), y: mean(seated.map((z) => z.y)) }
  const far = (a: { x: number; y: number }, b: { x: number; y: number }) => Math.hypot(a.x - b.x, a.y - b.y)
  const middle = [...seated].sort((a, b) => far(a, whole) - far(b, whole))[Math.floor(seated.length / 3)]
  if (!middle) throw new Error(`${event} has no seats`)
  const near = [...seated].sort((a, b) => far(a, middle) - far(b, middle)).slice(0, ZONES)
  const plans = await house.get<ZonesShape>(`/events/${event}/zones?ids=${near.map((z) => encodeURIComponent(z.id)).join(',')}`)
  const places = near.flatMap(({ id: zone }) => (plans.zones[zone] ?? []).filter((s) => !s.accessible && !s.companion).map((s) => ({ zone, id: s.id, x: s.x, y: s.y })))
  const inMiddle = places.filter((p) => p.zone === middle.id).sort((a, b) => far(a, middle) - far(b, middle))
  const focus = inMiddle[0]
  if (!focus) throw new Error(`zone ${middle.id} has no seats`)
  const pitch = Math.min(...inMiddle.slice(1).map((p) => far(p, focus)))
  const byDistance = [...places].sort((a, b) => far(a, focus) - far(b, focus))
  const rest = byDistance.slice(NEAR)
  const around = [...byDistance.slice(0, NEAR), ...rest.filter((_, i) => i % Math.max(1, Math.floor(rest.length / FAR)) === 0)]
  return { focus, pitch, around }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length)
}
