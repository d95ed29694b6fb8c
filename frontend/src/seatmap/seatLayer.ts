import type { PlanModel, ZoneModel } from './model'
import {
  ACCESSIBLE, categoryOfClass, COMPANION, crosses, discs, lookOf, lookOfClass, LOOKS, paintClass, PLAIN, seatingOf, seatingOfClass, ticks, wheelchairs,
  type Look, type Mark, type Seating,
} from './paint'
import { set, svg } from './svg'

/** One stroke of a paint class; a class is one or two of them on top of each other. */
interface Stroke {
  path: SVGPathElement
  draw: (spots: { x: number; y: number }[]) => string
}

/** The seats of one zone: one path per stroke of a paint class, rebuilt only for classes whose seats changed. */
class ZoneSeats {
  readonly group: SVGGElement
  /** Paint class of each seat; NONE before the first picture. */
  readonly paint: Uint16Array
  private readonly seating: Uint8Array
  private readonly byLook = new Map<Look, SVGGElement>()
  private readonly strokes = new Map<number, Stroke[]>()
  private readonly dirty = new Set<number>()

  constructor(
    readonly zone: ZoneModel,
    parent: SVGGElement,
    private readonly radius: number,
  ) {
    this.group = svg('g', { class: 'zone-seats' }, parent)
    for (const look of LOOKS) this.byLook.set(look, svg('g', { class: `look-${look}` }, this.group))
    this.paint = new Uint16Array(zone.seats.length).fill(NONE)
    this.seating = Uint8Array.from(zone.seats, seatingOf)
  }

  /** Repaints seats; the index of each that looks different now is told to `changed`. */
  update(states: Uint8Array, marks: ReadonlyMap<string, Mark>, changed?: (index: number) => void): void {
    const { seats, categories } = this.zone
    for (let i = 0; i < this.paint.length; i++) {
      const seat = seats[i]
      const before = this.paint[i] ?? NONE
      if (!seat) continue
      const look = lookOf(states[i] ?? 0, marks.size === 0 ? undefined : marks.get(seat.id))
      const after = paintClass(look, (this.seating[i] ?? PLAIN) as Seating, categories[i] ?? 0)
      if (after === before) continue
      this.paint[i] = after
      this.dirty.add(after)
      if (before !== NONE) {
        this.dirty.add(before)
        changed?.(i)
      }
    }
  }

  /** Writes the paths of the classes that changed; returns how many. */
  flush(filter: Wanted | null): number {
    const count = this.dirty.size
    for (const paint of this.dirty) {
      const spots: { x: number; y: number }[] = []
      for (let i = 0; i < this.paint.length; i++) {
        const seat = this.paint[i] === paint ? this.zone.seats[i] : undefined
        if (seat) spots.push(seat)
      }
      for (const stroke of this.strokesOf(paint, filter)) set(stroke.path, { d: stroke.draw(spots) })
    }
    this.dirty.clear()
    return count
  }

  filter(wanted: Wanted | null): void {
    for (const [paint, strokes] of this.strokes) {
      for (const { path } of strokes) path.classList.toggle('dim', dimmed(paint, wanted))
    }
  }

  private strokesOf(paint: number, filter: Wanted | null): Stroke[] {
    const known = this.strokes.get(paint)
    if (known) return known
    const look = lookOfClass(paint)
    const seating = seatingOfClass(paint)
    const colour = `var(--c${categoryOfClass(paint)})`
    const parent = this.byLook.get(look) ?? this.group
    const r = this.radius
    const stroke = (name: string, width: number, draw: Stroke['draw'], own = ''): Stroke => {
      const path = svg('path', { class: `${name}${dimmed(paint, filter) ? ' dim' : ''}`, 'stroke-width': width }, parent)
      if (own) path.style.stroke = own // not as an attribute: the page's security policy lets no text be a style
      return { path, draw }
    }
    const square = seating === ACCESSIBLE ? ' square' : ''
    // A square is drawn a little wider: its glyph needs the room, and so does the chair.
    const full = seating === ACCESSIBLE ? 2.15 * r : 2 * r
    const made: Stroke[] = []
    switch (look) {
      case 'available':
        made.push(stroke(`seat${square}`, full, discs, colour))
        if (seating === ACCESSIBLE) made.push(stroke('glyph', 0.22 * r, (spots) => wheelchairs(spots, 1.15 * r)))
        if (seating === COMPANION) made.push(stroke('hole', 0.7 * r, discs))
        break
      case 'held':
        made.push(stroke(`seat${square} held`, full, discs, colour), stroke(`hole${square}`, full * 0.62, discs))
        break
      case 'booked':
        made.push(stroke(`seat${square} booked`, r, discs))
        break
      case 'blocked':
        made.push(stroke('blocked', 0.3 * r, (spots) => crosses(spots, 0.42 * r)))
        break
      case 'mine':
      case 'owned':
        made.push(stroke(`halo${square} ${look}`, full + 0.9 * r, discs))
        made.push(stroke(`seat${square} ${look}`, full + 0.35 * r, discs), stroke(`tick ${look}`, 0.32 * r, (spots) => ticks(spots, 0.62 * r)))
    }
    this.strokes.set(paint, made)
    return made
  }
}

const NONE = 0xffff

/** What is wanted keeps its colours, all else is dimmed; null: everything is. */
export type Wanted = (category: number, seating: Seating) => boolean

function dimmed(paint: number, wanted: Wanted | null): boolean {
  const look = lookOfClass(paint)
  if (wanted === null || look === 'mine' || look === 'owned') return false
  return look === 'booked' || look === 'blocked' || !wanted(categoryOfClass(paint), seatingOfClass(paint))
}

/** The seats of the zones that are loaded. */
export class SeatLayer {
  readonly group: SVGGElement
  readonly radius: number
  private readonly zones = new Map<string, ZoneSeats>()
  private wanted: Wanted | null = null

  constructor(
    private readonly plan: PlanModel,
    parent: SVGElement,
  ) {
    this.group = svg('g', { class: 'seats' }, parent)
    this.radius = plan.pitch * 0.4
  }

  update(id: string, states: Uint8Array, marks: ReadonlyMap<string, Mark>, changed?: (index: number) => void): void {
    const zone = this.plan.zone.get(id)
    if (!zone?.loaded || zone.kind === 'general') return
    let seats = this.zones.get(id)
    if (!seats) this.zones.set(id, (seats = new ZoneSeats(zone, this.group, this.radius)))
    seats.update(states, marks, changed)
  }

  flush(): number {
    let rebuilt = 0
    for (const zone of this.zones.values()) rebuilt += zone.flush(this.wanted)
    return rebuilt
  }

  filter(wanted: Wanted | null): void {
    this.wanted = wanted
    for (const zone of this.zones.values()) zone.filter(wanted)
  }

  stale(zone: string, stale: boolean): void {
    this.zones.get(zone)?.group.classList.toggle('stale', stale)
  }

  /** How a seat looks now; null before the first picture. */
  look(zone: string, index: number): Look | null {
    const paint = this.zones.get(zone)?.paint[index]
    return paint === undefined || paint === NONE ? null : lookOfClass(paint)
  }
}
