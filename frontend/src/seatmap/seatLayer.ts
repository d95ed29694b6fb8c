import type { Box } from '@/protocol/shapes'
import { covers, overlaps } from './geometry'
import { FreshSeats } from './freshSeats'
import { needsEdge } from './ink'
import type { PlanModel, SeatRef, ZoneModel } from './model'
import { NumberLayer } from './numberLayer'
import type { Look, Mark, Wanted } from './paint'
import { ZonePaths } from './pathLayer'
import type { Picture } from './picture'
import { MOST_SEATS, SeatPool } from './seatPool'
import { folder } from './sheets'
import type { Pieces, Slices } from './slices'
import { svg } from './svg'
import type { Level } from './viewport'
import { ZonePaint } from './zonePaint'

/** Most paths of paint classes at once; zones beyond that stay outlines. */
export const MOST_PATHS = 900
/** Seats of a zone that may look different than its paths while those are covered by elements. */
const MOST_FRESH = 32

interface Drawn {
  zone: ZoneModel
  paint: ZonePaint
  paths: ZonePaths | null
  /** Seats that look different than the paths say. */
  fresh: FreshSeats
  /** Seats that look different than their elements do. */
  changed: Set<number>
  /** Those of them that say so by a short motion. */
  stirred: Set<number>
  stale: boolean
  /** It has more paths than there is room for: it stays an outline. */
  crowded: boolean
}

/** The seats of the watched zones, drawn by what the level asks for: nothing, paths, or an element for each near the middle. */
export class SeatLayer {
  /** Zones whose seats are drawn now. */
  open: ReadonlySet<ZoneModel> = new Set()
  private readonly zones = new Map<ZoneModel, Drawn>()
  private readonly ground: HTMLElement
  private readonly paths: SVGElement
  private readonly above: SVGElement
  private readonly pool: SeatPool
  private readonly numbers: NumberLayer
  private readonly edged: readonly boolean[]
  private level: Level = 'outline'
  private k = 1
  private wanted: Wanted | null = null
  /** What gets elements, and what paths. */
  private view: Box = { x: 0, y: 0, width: 0, height: 0 }
  private wide: Box = this.view
  private moving = false
  /** Paths are being drawn, in pieces. */
  private drawing = false
  /** Each seat near the view has its element: nothing of the paths need show while the map rests. */
  private covered = false
  private renumber = false

  constructor(
    private readonly plan: PlanModel,
    picture: Picture,
    private readonly slices: Slices,
    /** Seats of other zones are drawn than before. */
    private readonly onOpen: () => void,
  ) {
    const { element, wide, near } = picture
    this.ground = folder('seats ground', element)
    this.paths = svg('g', { class: 'paths' }, wide.add(this.ground))
    this.edged = plan.categories.map((c) => needsEdge(c.color))
    const each = picture.folder()
    this.pool = new SeatPool(folder('seats', each), near, (ref) => this.zones.get(ref.zone)?.paint, this.edged)
    this.numbers = new NumberLayer(plan, each, near, (ref) => this.look(ref))
    this.above = svg('g', { class: 'fresh' }, wide.add(folder('seats above', element)))
  }

  /** How a seat looks now; null before the first picture. */
  look({ zone, index }: SeatRef): Look | null {
    return this.zones.get(zone)?.paint.look(index) ?? null
  }

  /** Takes new states; answers the seats that look different now. */
  update(zone: ZoneModel, states: Uint8Array, marks: ReadonlyMap<string, Mark>): number[] {
    let drawn = this.zones.get(zone)
    const isNew = !drawn
    if (!drawn) {
      const paint = new ZonePaint(zone)
      this.zones.set(zone, (drawn = { zone, paint, paths: null, fresh: new FreshSeats(paint, this.above, this.wanted, this.edged), changed: new Set(), stirred: new Set(), stale: false, crowded: false }))
    }
    const changed = drawn.paint.update(states, marks)
    for (const index of changed) {
      drawn.changed.add(index)
      if (drawn.paths) drawn.fresh.add(index)
    }
    if (isNew) this.redraw(true)
    return changed
  }

  /** Seats that changed shall say so by a short motion, where they have elements. */
  stir(zone: ZoneModel, changed: readonly number[]): void {
    for (const index of changed) this.zones.get(zone)?.stirred.add(index)
  }

  close(zone: ZoneModel): void {
    const drawn = this.zones.get(zone)
    if (!drawn) return
    this.stale(zone, false)
    drawn.paths?.group.remove()
    drawn.fresh.clear()
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
    for (const { paths, fresh } of this.zones.values()) {
      paths?.filter(wanted)
      fresh.filter(wanted)
    }
    this.pool.filter(wanted)
    this.numbers.filter(wanted)
    this.renumber = true
  }

  /** The map begins to move: what the elements do not reach shall not be bare. */
  move(): void {
    this.moving = true
    this.slices.drop('pool')
    this.slices.drop('numbers')
    this.showPaths()
  }

  /** Writes what changed since the last frame: while the map moves over what is drawn, else into it. */
  flush(): void {
    for (const { zone, paths, paint, fresh, changed, stirred } of this.zones.values()) {
      const visible = paths?.group.parentNode
      if (visible && (this.moving || (this.drawing && !this.covered))) fresh.draw()
      else if (visible && !this.covered && paint.dirty.size > 0) {
        paths.flush()
        fresh.clear()
      }
      if (changed.size === 0 || this.moving) continue
      if (this.covered && fresh.seats.size > MOST_FRESH) this.putPaths(this.drawPaths(false))
      for (const index of changed) {
        const ref = zone.index?.seats[index]
        if (ref) this.pool.refresh(ref, stirred.has(index))
      }
      changed.clear()
      stirred.clear()
      this.renumber = true
    }
    if (this.moving) return
    if (this.renumber && this.level === 'numbers') this.slices.put('numbers', this.numberAll())
    this.renumber = false
  }

  /** Draws for a view and the level of it. */
  settle(level: Level, k: number, view: Box, wide = view): void {
    const anew = level !== this.level || !covers(this.view, view)
    if (k !== this.k) this.numbers.clear()
    this.k = k
    this.view = view
    this.moving = false
    this.aim(level, wide)
    this.redraw(anew)
    this.pool.tidy()
    this.numbers.tidy()
  }

  /** Draws for a view in the middle of a movement: paths alone, what has elements stays as it is. */
  pass(level: Level, wide: Box): void {
    this.aim(level, wide)
    this.redraw(true)
  }

  private aim(level: Level, wide: Box): void {
    this.level = level
    this.wide = wide
  }

  /** `anew`: seats may come into view that have no element yet, so that the paths are needed until they have. */
  private redraw(anew: boolean): void {
    this.reopen()
    const each = this.level === 'seats' || this.level === 'numbers'
    if (anew || !each) this.covered = false
    this.putPaths(this.level === 'outline' ? this.hide() : this.drawPaths(!each && !this.moving))
    if (each) {
      if (!this.moving) this.slices.put('pool', this.fill())
    } else {
      this.slices.drop('pool')
      this.slices.drop('numbers')
      this.numbers.clear()
      if (this.level === 'outline') this.pool.clear()
    }
    this.showPaths()
  }

  /** In pieces: until all are drawn, what changed is drawn over them. */
  private putPaths(pieces: Pieces): void {
    this.drawing = true
    this.slices.put('paths', pieces)
  }

  private showPaths(): void {
    this.ground.classList.toggle('covered', this.covered && !this.moving)
  }

  private reopen(): void {
    const open = new Set<ZoneModel>()
    if (this.level !== 'outline') for (const { zone, crowded } of this.zones.values()) if (!crowded) open.add(zone)
    if (open.size === this.open.size && [...open].every((z) => this.open.has(z))) return
    this.open = open
    this.onOpen()
  }

  private *hide(): Pieces {
    for (const { paths, fresh } of this.zones.values()) {
      paths?.group.remove()
      fresh.clear()
    }
    this.drawing = false
    yield undefined
  }

  /** Draws the paths of each zone near the view, one after the other; `alone`: then no seat has an element any more. */
  private *drawPaths(alone: boolean): Pieces {
    let nodes = 0
    for (const drawn of this.zones.values()) {
      const { zone, paint, fresh, stale } = drawn
      if (!overlaps(zone.bounds, this.wide)) {
        drawn.paths?.group.remove()
        this.freshen(fresh)
        continue
      }
      const due = !drawn.paths || paint.dirty.size > 0
      if (!drawn.paths) {
        drawn.paths = new ZonePaths(paint, this.wanted, this.edged)
        drawn.paths.group.classList.toggle('stale', stale)
      } else if (due) drawn.paths.flush()
      this.freshen(fresh)
      nodes += drawn.paths.nodes
      drawn.crowded = nodes > MOST_PATHS
      if (drawn.crowded) drawn.paths.group.remove()
      else if (!drawn.paths.group.parentNode) this.paths.append(drawn.paths.group)
      if (due) yield undefined
    }
    this.drawing = false
    this.reopen()
    if (alone) this.pool.clear()
  }

  /** The paths say what is so; elements above them do not before the map rests. */
  private freshen(fresh: FreshSeats): void {
    if (this.moving) fresh.draw()
    else fresh.clear()
  }

  /** Gives each seat near the view an element, those nearest the middle first; then the paths below are not needed. */
  private *fill(): Pieces {
    const { view } = this
    const near = this.plan.index.within(view).filter((ref) => this.open.has(ref.zone))
    const seats = nearest(near, view)
    yield undefined
    yield* this.pool.aim(seats)
    this.covered = near.length <= MOST_SEATS
    if (this.covered) for (const { fresh } of this.zones.values()) fresh.rest()
    this.showPaths()
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
function nearest(seats: readonly SeatRef[], view: Box): SeatRef[] {
  const x = view.x + view.width / 2
  const y = view.y + view.height / 2
  const far = ({ seat }: SeatRef) => Math.max(Math.abs(seat.x - x) / view.width, Math.abs(seat.y - y) / view.height)
  return seats
    .map((ref) => ({ ref, far: far(ref) }))
    .sort((a, b) => a.far - b.far)
    .map(({ ref }) => ref)
}
