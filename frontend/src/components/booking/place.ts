import type { Box, EventInfo, HeldSeat, Point, Seat } from '@/protocol/shapes'
import { boxOf, grow, labelPoint, polygonPath, round, union } from '@/seatmap/geometry'

/** A seat of a booking where it is drawn. */
export interface Mark {
  id: string
  x: number
  y: number
  number: string
}

/** Where the seats of a booking are in the house: few shapes, whatever its size. */
export interface Place {
  view: Box
  /** All zones as one path, and those with seats of the booking as another. */
  zones: string
  own: string
  areas: { d: string; stage: boolean }[]
  words: { text: string; x: number; y: number; size: number }[]
  marks: Mark[]
  /** Radius of a mark that is seen on a picture of this size. */
  dot: number
}

/** The seats around those of a booking, in the zone that has most of them. */
export interface CloseUp {
  view: Box
  zone: string
  /** All others as round dots, one path. */
  others: string
  marks: Mark[]
  pitch: number
}

/** Part of the picture that a mark is across. */
const DOT = 1 / 48
/** Distances of neighbours that a close-up shows on each side. */
const AROUND = 4

export function placeIn(event: EventInfo, held: readonly HeldSeat[], seats: ReadonlyMap<string, Seat>): Place | null {
  const bounds = union([...event.zones.map((z) => boxOf(z.outline) ?? z.bounds), ...event.plan.areas.flatMap((a) => (a.shape === 'polygon' ? (boxOf(a.points ?? []) ?? []) : []))])
  if (!bounds) return null
  const wanted = new Set(held.map((s) => s.zone))
  const outlines = (own: boolean) => event.zones.filter((z) => wanted.has(z.id) === own).map((z) => polygonPath(z.outline)).join('')
  const across = Math.max(bounds.width, bounds.height)
  return {
    view: grow(bounds, across * 0.02),
    zones: outlines(false),
    own: outlines(true),
    areas: event.plan.areas.flatMap((a) => {
      const d = a.shape === 'polygon' ? polygonPath(a.points ?? []) : a.shape === 'ellipse' ? ellipse(a.center, a.radius) : ''
      return d === '' ? [] : [{ d, stage: a.role === 'stage' }]
    }),
    words: event.plan.areas.flatMap((a) => (a.shape === 'text' && a.text ? [{ text: a.text, x: a.center?.[0] ?? 0, y: a.center?.[1] ?? 0, size: Math.max(a.text_size ?? 0, across / 32) }] : [])),
    marks: [...marksOf(held, seats), ...generalMarks(event, held)],
    dot: across * DOT,
  }
}

export function closeUp(event: EventInfo, held: readonly HeldSeat[], seats: ReadonlyMap<string, Seat>, zoneSeats: ReadonlyMap<string, readonly Seat[]>): CloseUp | null {
  const counts = new Map<string, number>()
  for (const s of held) if (seats.has(s.seat)) counts.set(s.zone, (counts.get(s.zone) ?? 0) + 1)
  const id = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
  const zone = event.zones.find((z) => z.id === id)
  if (!zone || id === undefined) return null
  const marks = marksOf(held.filter((s) => s.zone === id), seats)
  const box = boxOf(marks.map((m): Point => [m.x, m.y]))
  const all = zoneSeats.get(id) ?? []
  const pitch = zone.pitch ?? 0
  if (!box || pitch <= 0) return null
  const mine = new Set(marks.map((m) => m.id))
  const view = within(grow(box, AROUND * pitch), grow(boxOf(zone.outline) ?? zone.bounds, pitch))
  const near = all.filter((s) => !mine.has(s.id) && s.x > view.x && s.x < view.x + view.width && s.y > view.y && s.y < view.y + view.height)
  return { view, zone: zone.label, others: near.map((s) => `M${round(s.x)} ${round(s.y)}h0`).join(''), marks, pitch }
}

/** The part of a box that is inside another. */
function within(box: Box, limits: Box): Box {
  const [x, y] = [Math.max(box.x, limits.x), Math.max(box.y, limits.y)]
  return { x, y, width: Math.min(box.x + box.width, limits.x + limits.width) - x, height: Math.min(box.y + box.height, limits.y + limits.height) - y }
}

function marksOf(held: readonly HeldSeat[], seats: ReadonlyMap<string, Seat>): Mark[] {
  return held.flatMap((s) => {
    const seat = seats.get(s.seat)
    return seat ? [{ id: seat.id, x: seat.x, y: seat.y, number: seat.number }] : []
  })
}

/** Places without a number are shown by one mark where their zone has the most room. */
function generalMarks(event: EventInfo, held: readonly HeldSeat[]): Mark[] {
  return event.zones.filter((z) => z.kind === 'general' && held.some((s) => s.zone === z.id)).map((z) => ({ id: z.id, ...labelPoint(z.outline), number: '' }))
}

function ellipse(center: Point | undefined, radius: Point | undefined): string {
  const [x, y] = center ?? [0, 0]
  const [rx, ry] = radius ?? [0, 0]
  return `M${x - rx} ${y}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0z`
}
