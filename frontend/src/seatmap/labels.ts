import type { Box } from '@/protocol/shapes'
import { boxOf, grow, inside, overlaps } from './geometry'
import type { PlanModel, ZoneModel } from './model'

export interface Label {
  zone: ZoneModel
  /** Middle of the text, plan units. */
  x: number
  y: number
}

/**
 * Where zone labels go while the seats are drawn: just outside the zone's outline, away from the stage, on nothing else. A zone
 * without such a place gets none. `em` is the height of the text, `widthOf` its width, plan units.
 */
export function placeLabels(plan: PlanModel, em: number, widthOf: (zone: ZoneModel) => number): Label[] {
  const stage = boxOf(plan.areas.find((a) => a.role === 'stage')?.points ?? [])
  const focus = stage
    ? { x: stage.x + stage.width / 2, y: stage.y + stage.height / 2 }
    : { x: plan.content.x + plan.content.width / 2, y: plan.content.y }
  const walls = plan.areas.flatMap((a) => (a.shape === 'polygon' && a.points ? [a.points] : []))
  const polygons = [...plan.zones.map((z) => z.outline), ...walls].map((points) => ({ points, box: boxOf(points) ?? plan.content }))
  const edge = grow(plan.content, 4 * em)
  const placed: Box[] = []
  const labels: Label[] = []
  for (const zone of plan.zones) {
    if (zone.kind === 'general') continue
    const width = widthOf(zone)
    const away = direction(focus, zone.spot)
    let best: { x: number; y: number; box: Box; score: number } | null = null
    for (const point of around(zone, em)) {
      const reach = { x: point.nx * (width / 2 + em * 0.35), y: point.ny * em * 0.95 }
      const x = point.x + reach.x
      const y = point.y + reach.y
      const ray = { x: x - zone.spot.x, y: y - zone.spot.y }
      // Far from the stage is good, straying sideways from the middle of the zone is not.
      const score = ray.x * away.x + ray.y * away.y - 0.6 * Math.abs(ray.x * away.y - ray.y * away.x)
      if (best && score <= best.score) continue
      const box = { x: x - width / 2, y: y - em / 2, width, height: em }
      const roomy = grow(box, em * 0.15)
      if (x - width / 2 < edge.x || x + width / 2 > edge.x + edge.width || y + em / 2 > edge.y + edge.height) continue
      if (placed.some((other) => overlaps(other, roomy)) || polygons.some((p) => hits(p, box))) continue
      best = { x, y, box, score }
    }
    if (!best) continue
    placed.push(best.box)
    labels.push({ zone, x: best.x, y: best.y })
  }
  return labels
}

/** Points along the outline, no further apart than the text is high, each with its outward normal. */
function* around(zone: ZoneModel, step: number): Generator<{ x: number; y: number; nx: number; ny: number }> {
  const n = zone.outline.length
  for (let i = 0; i < n; i++) {
    const a = zone.outline[i]
    const b = zone.outline[(i + 1) % n]
    if (!a || !b) continue
    const length = Math.hypot(b[0] - a[0], b[1] - a[1])
    if (length === 0) continue
    let nx = (b[1] - a[1]) / length
    let ny = (a[0] - b[0]) / length
    const probe = 0.01 * length
    if (inside(zone.outline, (a[0] + b[0]) / 2 + nx * probe, (a[1] + b[1]) / 2 + ny * probe)) {
      nx = -nx
      ny = -ny
    }
    const parts = Math.min(24, Math.ceil(length / (2 * step)))
    for (let part = 0; part < parts; part++) {
      const t = (part + 0.5) / parts
      yield { x: a[0] + (b[0] - a[0]) * t, y: a[1] + (b[1] - a[1]) * t, nx, ny }
    }
  }
}

function hits(polygon: { points: readonly [number, number][]; box: Box }, box: Box): boolean {
  if (!overlaps(polygon.box, box)) return false
  for (const [x, y] of polygon.points) {
    if (x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height) return true
  }
  for (let i = 0; i <= 6; i++) {
    const x = box.x + (box.width * i) / 6
    if (inside(polygon.points, x, box.y) || inside(polygon.points, x, box.y + box.height)) return true
  }
  return false
}

function direction(from: { x: number; y: number }, to: { x: number; y: number }): { x: number; y: number } {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  return { x: (to.x - from.x) / length, y: (to.y - from.y) / length }
}

/** A row's name beside its ends. */
export interface RowMark {
  text: string
  x: number
  y: number
}

/** Chairs around a table have a row's name too, but no ends to put it at. */
function isLine(seats: readonly { x: number; y: number }[], pitch: number): boolean {
  const first = seats[0]
  const last = seats.at(-1)
  return first !== undefined && last !== undefined && Math.hypot(first.x - last.x, first.y - last.y) > 0.6 * (seats.length - 1) * pitch
}

/** Names of longer rows would cover seats. */
const LONGEST_ROW_NAME = 3

/** Row names at both ends of each row, in the aisle; where two would touch the first stays. */
export function rowMarks(plan: PlanModel): RowMark[] {
  const marks: RowMark[] = []
  const letter = plan.pitch * 0.42
  for (const zone of plan.zones) {
    const rows = new Map<string, { x: number; y: number }[]>()
    for (const seat of zone.seats) {
      if (seat.row === '' || seat.row.length > LONGEST_ROW_NAME) continue
      const row = rows.get(seat.row)
      if (row) row.push(seat)
      else rows.set(seat.row, [seat])
    }
    for (const [text, seats] of rows) {
      if (!isLine(seats, plan.pitch)) continue
      for (const [end, before] of [[seats[0], seats[1]], [seats.at(-1), seats.at(-2)]] as const) {
        if (!end || !before) continue
        const out = direction(before, end)
        const x = end.x + out.x * plan.pitch * 0.82
        const y = end.y + out.y * plan.pitch * 0.82
        if (plan.index.at(x, y, plan.pitch * 0.6)) continue
        const crowded = marks.some((m) => Math.abs(m.y - y) < plan.pitch * 0.62 && Math.abs(m.x - x) < ((m.text.length + text.length) / 2) * letter)
        if (crowded) continue
        marks.push({ text, x, y })
      }
    }
  }
  return marks
}
