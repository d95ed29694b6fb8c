import { round } from './geometry'
import type { ZoneModel } from './model'
import { lookOf, lookOfClass, paintClass, seatingOf, seatingOfClass, type Look, type Mark } from './paint'
import { shapeOf } from './shapes'

/** Seats are this large compared with their distance. */
const RADIUS = 0.4
/** Paint class of a seat before the first picture. */
const NONE = 0xffff

/** What each seat of a zone looks like now, kept as numbers: the layers draw from it what the level needs. */
export class ZonePaint {
  readonly radius: number
  /** Paint class of each seat. */
  readonly paint: Uint16Array
  /** Path data that moves to each seat. */
  readonly moves: string[]
  /** Paint classes whose seats are not the same any more as when it was last asked. */
  readonly dirty = new Set<number>()
  /** Seats that have been drawn as own ones, whose shape has corners of whatever kind the place is. */
  readonly cornered = new Set<number>()
  private readonly seating: Uint8Array
  /** Shapes of classes, each as path data. */
  private readonly shapes = new Map<number, string>()

  constructor(readonly zone: ZoneModel) {
    this.radius = zone.pitch * RADIUS
    this.paint = new Uint16Array(zone.seats.length).fill(NONE)
    this.seating = Uint8Array.from(zone.seats, seatingOf)
    this.moves = zone.seats.map((s) => `M${round(s.x)} ${round(s.y)}`)
  }

  /** Takes new states; answers the seats that look different now, without those that had no look before. */
  update(states: Uint8Array, marks: ReadonlyMap<string, Mark>): number[] {
    const { seats, categories } = this.zone
    const changed: number[] = []
    for (let i = 0; i < this.paint.length; i++) {
      const mark = marks.size === 0 ? undefined : marks.get(seats[i]?.id ?? '')
      const after = paintClass(lookOf(states[i] ?? 0, mark), (this.seating[i] ?? 0) as 0 | 1 | 2, categories[i] ?? 0)
      const before = this.paint[i] ?? NONE
      if (after === before) continue
      this.paint[i] = after
      this.dirty.add(after)
      if (before === NONE) continue
      this.dirty.add(before)
      if (lookOfClass(before) === 'owned') this.cornered.add(i)
      changed.push(i)
    }
    return changed
  }

  /** null: before the first picture. */
  look(index: number): Look | null {
    const paint = this.paint[index] ?? NONE
    return paint === NONE ? null : lookOfClass(paint)
  }

  /** Path data that draws a seat as it looks now; empty before the first picture. */
  shape(index: number): string {
    const paint = this.paint[index] ?? NONE
    if (paint === NONE) return ''
    let shape = this.shapes.get(paint)
    if (shape === undefined) this.shapes.set(paint, (shape = shapeOf(lookOfClass(paint), seatingOfClass(paint), this.radius).rel))
    return (this.moves[index] ?? '') + shape
  }
}
