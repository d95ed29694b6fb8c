import type { Box } from '@/protocol/shapes'
import { overlaps } from './geometry'
import type { PlanModel, SeatRef, ZoneModel } from './model'
import { needsEdge } from './ink'
import { NumberLayer } from './numberLayer'
import type { Look, Mark, Wanted } from './paint'
import { ZonePaths } from './pathLayer'
import { MOST_SEATS, SeatPool } from './seatPool'
import { folder, type Sheets } from './sheets'
import type { Pieces, Slices } from './slices'
import { svg } from './svg'
import type { Level } from './viewport'
import { ZonePaint } from './zonePaint'

/** Most paths of paint classes at once; zones beyond that stay outlines. */
export const MOST_PATHS = 900
/** How far the view may move, in its own sizes, before other seats get elements. */
const FAR = 0.1

interface Drawn {
  zone: ZoneModel
  paint: ZonePaint
  paths: ZonePaths | null
  /** Seats that look different than drawn. */
  changed: Set<number>
  stale: boolean
  /** It has more paths than there is room for: it stays an outline. */
  crowded: boolean
}

/** The seats of the watched zones, drawn by what the level asks for: nothing, paths, or an element for each near the middle. */
export class SeatLayer {
  /** Zones whose seats are drawn now. */
  open: ReadonlySet<ZoneModel> = new Set()
  private readonly zones = new Map<ZoneModel, Drawn>()
  private readonly group: SVGGElement
  private readonly pool: SeatPool
  private readonly numbers: NumberLayer
  private readonly edged: readonly boolean[]
  private level: Level = 'outline'
  private k = 1
  private wanted: Wanted | null = null
  private view: Box = { x: 0, y: 0, width: 0, height: 0 }
  /** Each seat near the view has its element: nothing of the paths shows. */
  private covered = false
  private renumber = false

  constructor(
    private readonly plan: PlanModel,
    parent: Element,
    sheets: Sheets,
    private readonly slices: Slices,
    /** Seats of other zones are drawn than before. */
    private readonly onOpen: () => void,
  ) {
    const seats = folder('seats', parent)
    this.group = svg('g', { class: 'paths' }, sheets.add(seats))
    this.edged = plan.categories.map((c) => needsEdge(c.color))
    this.pool = new SeatPool(seats, sheets, (ref) => this.zones.get(ref.zone)?.paint, this.edged)
    this.numbers = new NumberLayer(plan, parent, sheets, (ref) => this.look(ref))
  }

  /** A zone's states are known here, whether its seats are drawn at this level or not. */
  knows(zone: ZoneModel): boolean {
    return this.zones.has(zone)
  }

  /** How a seat looks now; null before the first picture. */
  look({ zone, index }: SeatRef): Look | null {
    return this.zones.get(zone)?.paint.look(index) ?? null
  }

  /** Takes new states; answers the seats that look different now. */
  update(zone: ZoneModel, states: Uint8Array, marks: ReadonlyMap<string, Mark>): number[] {
    let drawn = this.zones.get(zone)
    const isNew = !drawn
    if (!drawn) this.zones.set(zone, (drawn = { zone, paint: new ZonePaint(zone), paths: null, changed: new Set(), stale: false, crowded: false }))
    const changed = drawn.paint.update(states, marks)
    for (const index of changed) drawn.changed.add(index)
    if (isNew) this.redraw(true)
    return changed
  }

  close(zone: ZoneModel): void {
    const drawn = this.zones.get(zone)
    if (!drawn) return
    drawn.paths?.group.remove()
    this.pool.close(zone)
    this.numbers.close(zone)
    this.zones.delete(zone)
    this.redraw(false)
  }

  stale(zone: ZoneModel, stale: boolean): void {
    const drawn = this.zones.get(zone)
    if (!drawn || drawn.stale === stale) return
    drawn.stale = stale
    drawn.paths?.group.classList.toggle('stale', stale)
    this.pool.group.classList.toggle('stale', [...this.zones.values()].some((d) => d.stale))
  }

  filter(wanted: Wanted | null): void {
    this.wanted = wanted
    for (const { paths } of this.zones.values()) paths?.filter(wanted)
    this.pool.filter(wanted)
    this.numbers.filter(wanted)
    this.renumber = true
  }

  /** Writes what changed since the last frame. */
  flush(moves: boolean): void {
    for (const { zone, paths, paint, changed } of this.zones.values()) {
      if (paths?.group.parentNode && paint.dirty.size > 0) paths.flush()
      if (changed.size === 0) continue
      for (const index of changed) {
        const ref = zone.index?.seats[index]
        if (ref) this.pool.refresh(ref, moves)
      }
      changed.clear()
      this.renumber = true
    }
    if (this.renumber && this.level === 'numbers') this.slices.put('numbers', this.numberAll())
    this.renumber = false
  }

  /** Draws for a view and the level of it. */
  settle(level: Level, k: number, view: Box): void {
    const zoomed = k !== this.k
    const anew = level !== this.level || k < this.k
    this.level = level
    this.k = k
    this.view = view
    if (zoomed) this.numbers.clear()
    this.redraw(anew)
  }

  /** In the middle of a gesture: seats get elements as they come near. */
  follow(view: Box): void {
    if (this.level !== 'seats' && this.level !== 'numbers') return
    const moved = Math.max(Math.abs(view.x - this.view.x) / view.width, Math.abs(view.y - this.view.y) / view.height)
    if (moved < FAR) return
    this.view = view
    this.slices.put('pool', this.fill())
  }

  /** `anew`: seats may come into view that have no element yet, so that the paths are needed until they have. */
  private redraw(anew: boolean): void {
    this.reopen()
    if (this.level === 'seats' || this.level === 'numbers') {
      if (anew || !this.covered) {
        this.covered = false
        this.slices.put('paths', this.drawPaths(false))
      }
      this.slices.put('pool', this.fill())
      return
    }
    this.covered = false
    this.slices.drop('pool')
    this.slices.drop('numbers')
    this.numbers.clear()
    this.slices.put('paths', this.level === 'outline' ? this.hide() : this.drawPaths(true))
  }

  private reopen(): void {
    const open = new Set<ZoneModel>()
    if (this.level !== 'outline') for (const { zone, crowded } of this.zones.values()) if (!crowded) open.add(zone)
    if (open.size === this.open.size && [...open].every((z) => this.open.has(z))) return
    this.open = open
    this.onOpen()
  }

  private *hide(): Pieces {
    for (const { paths } of this.zones.values()) paths?.group.remove()
    yield undefined
    yield* this.pool.aim([])
  }

  /** Draws the paths of each zone near the view, one after the other; `alone`: then no seat has an element any more. */
  private *drawPaths(alone: boolean): Pieces {
    let nodes = 0
    for (const drawn of this.zones.values()) {
      if (!overlaps(drawn.zone.bounds, this.view)) {
        drawn.paths?.group.remove()
        continue
      }
      if (!drawn.paths) {
        drawn.paths = new ZonePaths(drawn.paint, this.wanted, this.edged)
        drawn.paths.group.classList.toggle('stale', drawn.stale)
      } else drawn.paths.flush()
      nodes += drawn.paths.nodes
      drawn.crowded = nodes > MOST_PATHS
      if (drawn.crowded) drawn.paths.group.remove()
      else if (!drawn.paths.group.parentNode && !this.covered) this.group.append(drawn.paths.group)
      yield undefined
    }
    this.reopen()
    if (alone) yield* this.pool.aim([])
  }

  /** Gives each seat near the view an element, those nearest the middle first; then the paths below are not needed. */
  private *fill(): Pieces {
    const { view } = this
    const near = this.plan.index.within(view).filter((ref) => this.open.has(ref.zone))
    const all = near.length <= MOST_SEATS
    const seats = nearest(near, view)
    yield undefined
    yield* this.pool.aim(seats)
    this.covered = all
    for (const { paths, crowded } of this.zones.values()) {
      if (all) paths?.group.remove()
      else if (paths && !crowded && !paths.group.parentNode) {
        paths.flush()
        this.group.append(paths.group)
      }
    }
    yield undefined
    if (this.level === 'numbers') yield* this.numbers.aim(seats, this.k)
    else this.numbers.clear()
  }

  private *numberAll(): Pieces {
    const { view } = this
    yield* this.numbers.aim(nearest(this.plan.index.within(view).filter((ref) => this.open.has(ref.zone)), view), this.k)
  }
}

/** Seats by their distance from the middle of a view, in its own proportions. */
function nearest(seats: SeatRef[], view: Box): SeatRef[] {
  const x = view.x + view.width / 2
  const y = view.y + view.height / 2
  const far = new Map(seats.map((ref) => [ref, Math.max(Math.abs(ref.seat.x - x) / view.width, Math.abs(ref.seat.y - y) / view.height)]))
  return seats.sort((a, b) => (far.get(a) ?? 0) - (far.get(b) ?? 0))
}
