import type { Box } from '@/protocol/shapes'
import { AreaLayer } from './areaLayer'
import { Camera, type CameraOptions } from './camera'
import { Effects } from './effects'
import { covers, inside, overlaps } from './geometry'
import type { PlanModel, SeatRef, ZoneModel } from './model'
import { NameLayer, type ZoneWords } from './nameLayer'
import type { Mark, Wanted } from './paint'
import { SeatLayer } from './seatLayer'
import { folder, reach, Sheets } from './sheets'
import { Slices } from './slices'
import { cssTransform, levelOf, visible, type Level, type Size, type View } from './viewport'
import { ZoneLayer, type ColourBy, type ZoneLeft } from './zoneLayer'

export interface MapOptions extends Omit<CameraOptions, 'onPause'> {
  words: ZoneWords
  /** The movement paused and the map is drawn for the new view. */
  onSettle: () => void
}

/** Where a map is: who sees it touches one element, and it is drawn in another below that. */
export interface MapPlace {
  /** Takes the gestures. */
  surface: HTMLElement
  /**
   * Holds the picture. Not the surface: what lies within an element that takes gestures is noted piece by piece by the browser, in
   * each frame that differs.
   */
  ground: HTMLElement
}

/**
 * The picture goes so far beyond each edge of the view, as a part of it, and is cut there: of what overflows a picture the browser
 * reckons the whole in each frame that differs (27 ms for a seat that changes its colour among 900 seats with 600 numbers, and
 * 0.6 ms where it is cut). WIDE is for what is drawn at once also in the middle of a movement, NEAR for seats with elements.
 */
const WIDE = 0.8
const NEAR = 0.25
/** A drawing may be magnified this much by the compositor before it is drawn anew in the middle of a gesture. */
const STRETCH = 3
/** Work of a frame that can wait, ms: while the map moves, and while it rests. */
const MOVING = 2
const RESTING = 12

/**
 * The live map: sheets of SVG in a layer. A gesture moves the layer by one CSS transform; when it pauses they are drawn sharp for
 * the new view. Changes of seats are collected and written once per animation frame, and what takes long is done in slices.
 */
export class MapView {
  readonly camera: Camera
  level: Level = 'outline'
  private readonly picture: HTMLElement
  private readonly wide = new Sheets()
  private readonly near = new Sheets()
  private readonly layer: HTMLElement
  /** What lies above the seats. */
  private readonly above: HTMLElement
  private readonly seats: SeatLayer
  private readonly zones: ZoneLayer
  private readonly names: NameLayer
  private readonly effects: Effects
  private readonly slices = new Slices()
  private settled: View = { x: 0, y: 0, k: 1 }
  private frame = 0
  private moved = false
  private moving = false

  constructor(
    { surface, ground }: MapPlace,
    readonly plan: PlanModel,
    private readonly options: MapOptions,
  ) {
    this.layer = document.createElement('div')
    this.layer.className = 'map-layer'
    this.picture = folder('map-picture', this.layer)
    plan.categories.forEach((c, i) => {
      this.picture.style.setProperty(`--c${i}`, c.color)
    })
    const house = this.wide.add(folder('house', this.picture))
    this.zones = new ZoneLayer(plan, house)
    const areas = new AreaLayer(plan.areas, house)
    this.seats = new SeatLayer(plan, this.picture, { wide: this.wide, near: this.near }, this.slices, () => {
      this.opened()
    })
    this.above = folder('near', this.picture)
    this.effects = new Effects(this.near.add(this.above), plan.pitch)
    this.names = new NameLayer(plan, this.near.add(this.above), areas, options.words)
    ground.append(this.layer)
    this.camera = new Camera(surface, plan, {
      ...options,
      onMove: () => {
        this.moved = true
        if (!this.moving) {
          this.moving = true
          this.slices.drop('names')
          this.seats.move()
        }
        this.schedule()
        options.onMove()
      },
      onPause: () => {
        this.moving = false
        this.settle()
      },
    })
  }

  destroy(): void {
    cancelAnimationFrame(this.frame)
    this.camera.destroy()
    this.layer.remove()
  }

  resize(size: Size): void {
    if (size.width === 0 || size.height === 0) return
    reach(this.picture, size, WIDE)
    for (const element of [this.seats.near, this.above]) reach(element, size, NEAR, WIDE)
    this.camera.resize(size)
    this.settle()
  }

  /** The seat at a point of the surface, px; a near miss of up to half a seat counts. */
  seatAt(x: number, y: number): SeatRef | null {
    if (this.level === 'outline') return null
    const at = this.camera.planAt(x, y)
    const seat = this.plan.index.at(at.x, at.y, Math.max(this.plan.pitch * 0.62, 5 / this.camera.view.k))
    return seat && this.seats.open.has(seat.zone) ? seat : null
  }

  zoneAt(x: number, y: number): ZoneModel | null {
    const at = this.camera.planAt(x, y)
    return this.plan.zones.find((z) => at.x >= z.bounds.x && at.x <= z.bounds.x + z.bounds.width && inside(z.outline, at.x, at.y)) ?? null
  }

  /** Whether the seats of a zone are drawn; else its outline says what there is to know. */
  shows(zone: ZoneModel): boolean {
    return this.seats.open.has(zone)
  }

  /** The seat nearest to the middle of the screen. */
  middleSeat(): SeatRef | null {
    const { width, height } = this.camera.size
    const at = this.camera.planAt(width / 2, height / 2)
    return this.plan.index.at(at.x, at.y, Infinity)
  }

  /** How much of the house is in view, in the direction of which less is. */
  share(): number {
    const { content } = this.plan
    const view = this.camera.visible()
    const part = (from: number, size: number, start: number, whole: number) => Math.max(0, Math.min(from + size, start + whole) - Math.max(from, start)) / Math.max(whole, 1e-6)
    return Math.min(part(view.x, view.width, content.x, content.width), part(view.y, view.height, content.y, content.height))
  }

  /** Zones in view, nearest to the middle first. */
  zonesInView(): ZoneModel[] {
    const view = this.camera.visible()
    const x = view.x + view.width / 2
    const y = view.y + view.height / 2
    const far = (z: ZoneModel) => Math.hypot(z.spot.x - x, z.spot.y - y)
    return this.plan.zones
      .filter((z) => overlaps(z.bounds, view))
      .sort((a, b) => far(a) - far(b))
  }

  /** New states of a zone whose seats are loaded; `live` changes move where they are seen. */
  update(zone: ZoneModel, states: Uint8Array, marks: ReadonlyMap<string, Mark>, live: boolean): void {
    const changed = this.seats.update(zone, states, marks)
    if (live && !this.moving && !this.options.still()) {
      for (const index of changed) {
        const seat = zone.seats[index]
        if (seat && this.level === 'paths') this.effects.pulse(seat.x, seat.y)
      }
    }
    this.schedule()
  }

  /** A zone is not watched any more: from now on its outline says what is left. */
  close(zone: ZoneModel): void {
    this.seats.close(zone)
    this.schedule()
  }

  setLeft(left: Map<string, ZoneLeft>): void {
    if (this.zones.setLeft(left)) this.write()
  }

  /** The words on the zones have changed; a map that moves is written when it pauses. */
  write(): void {
    if (this.moving) return
    this.slices.put('names', this.names.settle(this.ahead(), this.settled.k, this.seats.open))
    this.schedule()
  }

  setStale(zone: ZoneModel, stale: boolean): void {
    this.seats.stale(zone, stale)
  }

  /** Dims all seats that are not wanted; null: none. */
  filter(wanted: Wanted | null): void {
    this.seats.filter(wanted)
    this.schedule()
  }

  /** Marks seats that are about to be chosen, until the next call. */
  preview(seats: readonly SeatRef[] | null): void {
    this.effects.preview(seats?.map((s) => s.seat) ?? [])
  }

  /** Pulses seats that the buyer should look at. */
  flash(seats: readonly SeatRef[]): void {
    for (const { seat } of seats) this.effects.flash(seat.x, seat.y)
  }

  /** What the outlines of the zones tell by their colour. */
  colourBy(what: ColourBy): void {
    this.picture.dataset.colour = what
    this.write()
  }

  hover(ref: SeatRef | null): void {
    this.effects.hover(ref?.seat ?? null, ref?.zone.pitch)
  }

  hoverZone(zone: ZoneModel | null): void {
    this.zones.hover(zone)
  }

  focus(ref: SeatRef | null): void {
    this.effects.focus(ref?.seat ?? null, ref?.zone.pitch)
  }

  /** Draws a ring around a zone. */
  focusZone(zone: ZoneModel | null): void {
    this.zones.focus(zone)
  }

  private schedule(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => {
      this.paint()
    })
  }

  private paint(): void {
    this.frame = 0
    if (this.moved) {
      this.moved = false
      if (this.camera.view.k / this.settled.k > STRETCH || !covers(this.around(WIDE, this.settled), this.camera.visible())) this.settle()
      else this.layer.style.transform = cssTransform(this.settled, this.camera.view)
    }
    this.seats.flush(!this.moving && !this.options.still())
    this.slices.run(this.moving ? MOVING : RESTING)
    if (this.slices.busy) this.schedule()
  }

  /**
   * Draws for the present view: no transform left, text at its size on screen, only what can be seen. In the middle of a movement
   * only what is quickly drawn.
   */
  private settle(): void {
    if (this.camera.size.width === 0) return
    const zoomed = this.camera.view.k !== this.settled.k
    this.settled = { ...this.camera.view }
    this.moved = false
    this.layer.style.transform = 'none'
    this.level = levelOf(this.camera.pitch)
    this.picture.dataset.level = this.level
    if (zoomed) this.names.clear()
    this.seats.settle(this.level, this.settled.k, this.ahead(), this.around(WIDE), this.moving)
    this.wide.show(this.around(WIDE))
    this.near.show(this.around(NEAR))
    this.effects.scale(this.settled.k)
    this.zones.settle(this.around(WIDE))
    this.write()
    this.options.onSettle()
  }

  /** Other seats are drawn than before: the outlines are the ground of some and the picture of others. */
  private opened(): void {
    this.zones.setOpen(this.seats.open)
    this.write()
  }

  /** The view and a quarter of it more, so that a short drag shows no bare zones: what is drawn costs time in every frame. */
  private ahead(): Box {
    return this.around(1 / 8)
  }

  /** A view and a part of it beyond each edge. */
  private around(part: number, view = this.camera.view): Box {
    const box = visible(view, this.camera.size)
    return { x: box.x - box.width * part, y: box.y - box.height * part, width: box.width * (1 + 2 * part), height: box.height * (1 + 2 * part) }
  }
}
