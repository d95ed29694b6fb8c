import Flatbush from 'flatbush'
import type { Area, Box, Point } from '@/protocol/shapes'
import { boxOf, contains, grow, inside, overlaps } from './geometry'
import { areaBox, type PlanModel, type SeatRef, type ZoneModel } from './model'
import { rowsOf, tableOf } from './rows'
import type { Room } from './text'

/** Points that text keeps off: outlines of zones and walls, found by place. */
export class Obstacles {
  private readonly polygons: { points: readonly Point[]; box: Box }[]
  private readonly tree: Flatbush | null
  /** What the house is looked at from: names of zones stand away from it. */
  private readonly focus: { x: number; y: number }

  constructor(plan: PlanModel) {
    const walls = plan.areas.flatMap((a) => (a.shape === 'polygon' && a.points ? [a.points] : []))
    this.polygons = [...plan.zones.map((z) => z.outline), ...walls].map((points) => ({ points, box: boxOf(points) ?? plan.content }))
    this.tree = this.polygons.length > 0 ? new Flatbush(this.polygons.length) : null
    for (const { box } of this.polygons) this.tree?.add(box.x, box.y, box.x + box.width, box.y + box.height)
    this.tree?.finish()
    const stage = stageOf(plan.areas)
    this.focus = stage
      ? { x: stage.x + stage.width / 2, y: stage.y + stage.height / 2 }
      : { x: plan.content.x + plan.content.width / 2, y: plan.content.y }
  }

  /**
   * Where a zone's name goes while its seats are drawn: just outside its outline, away from the stage, on nothing else; null: there
   * is no such place. `em` is the height of the text and `width` its width, plan units.
   */
  beside(zone: ZoneModel, em: number, width: number, within: Box, room: Room): Box | null {
    const away = direction(this.focus, zone.spot)
    const near = this.near(grow(zone.bounds, width + 2 * em))
    const places: { box: Box; score: number }[] = []
    for (const point of around(zone, em)) {
      const reach = { x: point.nx * (width / 2 + em * 0.35), y: point.ny * em * 0.95 }
      const x = point.x + reach.x
      const y = point.y + reach.y
      const ray = { x: x - zone.spot.x, y: y - zone.spot.y }
      // Far from the stage is good, straying sideways from the middle of the zone is not.
      const score = ray.x * away.x + ray.y * away.y - 0.6 * Math.abs(ray.x * away.y - ray.y * away.x)
      const box = { x: x - width / 2, y: y - em / 2, width, height: em }
      if (box.x > within.x && box.y > within.y && box.x + box.width < within.x + within.width && box.y + box.height < within.y + within.height) places.push({ box, score })
    }
    places.sort((a, b) => b.score - a.score)
    return places.find(({ box }) => room.free(grow(box, em * 0.15)) && !near.some((p) => hits(p, box)))?.box ?? null
  }

  private near(box: Box): { points: readonly Point[]; box: Box }[] {
    return (this.tree?.search(box.x, box.y, box.x + box.width, box.y + box.height) ?? []).flatMap((i) => this.polygons[i] ?? [])
  }
}

/** The stage's box, where the plan has one. */
export function stageOf(areas: readonly Area[]): Box | null {
  const stage = areas.find((a) => a.role === 'stage')
  return stage ? areaBox(stage) : null
}

/** How high a text may be to lie within a zone, plan units; `lines` of it, the widest so many em wide. */
export function roomFor(zone: ZoneModel, width: number, lines: number): number {
  let low = 0
  let high = Math.min(zone.bounds.width / width, zone.bounds.height / lines)
  for (let step = 0; step < 7; step++) {
    const em = (low + high) / 2
    const box = { x: zone.spot.x - (width * em) / 2, y: zone.spot.y - lines * em * 0.6, width: width * em, height: lines * em * 1.2 }
    if (contains(zone.outline, box)) low = em
    else high = em
  }
  return low
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

function hits(polygon: { points: readonly Point[]; box: Box }, box: Box): boolean {
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

/** A row's name beside one of its ends. */
export interface RowMark {
  text: string
  x: number
  y: number
}

/** Chairs around a table have a row's name too, but no ends to put it at. */
function isLine(seats: readonly SeatRef[], pitch: number): boolean {
  const first = seats[0]?.seat
  const last = seats.at(-1)?.seat
  return first !== undefined && last !== undefined && Math.hypot(first.x - last.x, first.y - last.y) > 0.6 * (seats.length - 1) * pitch
}

/** Names of longer rows would cover seats. */
const LONGEST_ROW_NAME = 3

/** Where the names of a zone's rows stand: at both ends of each, in the aisle, on no seat. Row by row: that of a large zone takes long. */
export function* rowMarks(plan: PlanModel, zone: ZoneModel): Generator<RowMark[]> {
  for (const { name: row, seats } of rowsOf(zone)) {
    const name = tableOf(row) ?? row
    if (name === '' || name.length > LONGEST_ROW_NAME || !isLine(seats, zone.pitch)) continue
    const marks: RowMark[] = []
    for (const [end, before] of [[seats[0], seats[1]], [seats.at(-1), seats.at(-2)]] as const) {
      if (!end || !before) continue
      const out = direction(before.seat, end.seat)
      const x = end.seat.x + out.x * zone.pitch * 0.85
      const y = end.seat.y + out.y * zone.pitch * 0.85
      if (!plan.index.at(x, y, zone.pitch * 0.6)) marks.push({ text: name, x, y })
    }
    yield marks
  }
}
