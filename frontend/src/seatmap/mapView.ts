import { drawAreas } from './areaLayer'
import { Camera, type CameraOptions } from './camera'
import { Effects } from './effects'
import { inside, overlaps } from './geometry'
import type { PlanModel, SeatRef, ZoneModel } from './model'
import type { Mark } from './paint'
import { SeatLayer, type Wanted } from './seatLayer'
import { set, svg } from './svg'
import { TextLayer } from './textLayer'
import { cssTransform, levelOf, visible, type Level, type Size, type View } from './viewport'
import { ZoneLayer, type ColourBy, type ZoneLeft } from './zoneLayer'

export interface MapOptions extends Omit<CameraOptions, 'onPause'> {
  /** What is left of a zone, in words. */
  countText: (left: ZoneLeft) => string
  /** The movement paused and everything is drawn for the new view. */
  onSettle: () => void
}

/** px between neighbouring seats from which rows are named. */
const ROW_NAMES_FROM = 13
/** A drawing may be magnified this much by the compositor before it is drawn anew in the middle of a gesture. */
const STRETCH = 2.2

/**
 * The live map: one SVG in a layer. A gesture moves the layer by one CSS transform; when it pauses the SVG is drawn sharp for
 * the new view. Changes of seats are collected and written once per animation frame.
 */
export class MapView {
  readonly camera: Camera
  level: Level = 'seats'
  private readonly picture: SVGSVGElement
  private readonly layer: HTMLElement
  private readonly seats: SeatLayer
  private readonly zones: ZoneLayer
  private readonly texts: TextLayer
  private readonly effects: Effects
  private settled: View = { x: 0, y: 0, k: 1 }
  private frame = 0
  private moved = false
  private repaint = false

  constructor(
    surface: HTMLElement,
    readonly plan: PlanModel,
    private readonly options: MapOptions,
  ) {
    this.layer = document.createElement('div')
    this.layer.className = 'map-layer'
    this.picture = svg('svg', { class: 'map-picture', 'aria-hidden': 'true', focusable: 'false' }, this.layer)
    plan.categories.forEach((c, i) => {
      this.picture.style.setProperty(`--c${i}`, c.color)
    })
    const ground = svg('g', { class: 'zones' }, this.picture)
    drawAreas(plan.areas, this.picture)
    this.seats = new SeatLayer(plan, this.picture)
    this.effects = new Effects(this.picture, this.seats.radius)
    this.texts = new TextLayer(plan, this.picture, (zone, index) => this.seats.look(zone, index))
    this.zones = new ZoneLayer(plan, ground, svg('g', { class: 'labels' }, this.picture), options.countText)
    surface.prepend(this.layer)
    this.camera = new Camera(surface, plan, {
      ...options,
      onMove: () => {
        this.moved = true
        this.schedule()
        options.onMove()
      },
      onPause: () => {
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
    set(this.picture, { width: size.width, height: size.height })
    this.camera.resize(size)
    this.settle()
  }

  /** The seat at a point of the surface, px; a near miss of up to half a seat counts. */
  seatAt(x: number, y: number): SeatRef | null {
    if (this.level === 'outline') return null
    const at = this.camera.planAt(x, y)
    return this.plan.index.at(at.x, at.y, Math.max(this.plan.pitch * 0.62, 5 / this.camera.view.k))
  }

  zoneAt(x: number, y: number): ZoneModel | null {
    const at = this.camera.planAt(x, y)
    return this.plan.zones.find((z) => inside(z.outline, at.x, at.y)) ?? null
  }

  /** The seat nearest to the middle of the screen. */
  middleSeat(): SeatRef | null {
    const { width, height } = this.camera.size
    const at = this.camera.planAt(width / 2, height / 2)
    return this.plan.index.at(at.x, at.y, Infinity)
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

  /** The seats of a zone have come. */
  loaded(): void {
    this.texts.name()
    this.settle()
  }

  /** New states of a zone; `live` changes pulse where they are seen. */
  update(zone: ZoneModel, states: Uint8Array, marks: ReadonlyMap<string, Mark>, live: boolean): void {
    this.seats.update(zone.id, states, marks, (index) => {
      const seat = zone.seats[index]
      if (live && seat && !this.options.still() && this.level !== 'outline') this.effects.pulse(seat.x, seat.y)
    })
    this.repaint = true
    this.schedule()
  }

  setLeft(left: Map<string, ZoneLeft>): void {
    this.zones.setLeft(left)
  }

  setCountText(text: (left: ZoneLeft) => string): void {
    this.zones.setCountText(text)
  }

  setStale(zone: string, stale: boolean): void {
    this.seats.stale(zone, stale)
  }

  /** Dims all seats that are not wanted; null: none. */
  filter(wanted: Wanted | null): void {
    this.seats.filter(wanted)
    this.texts.filter(wanted)
    this.number()
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
  }

  /** Draws a ring around a zone. */
  focusZone(zone: ZoneModel | null): void {
    this.zones.focus(zone)
  }

  hover(ref: SeatRef | null): void {
    this.effects.hover(ref?.seat ?? null)
  }

  focus(ref: SeatRef | null): void {
    this.effects.focus(ref?.seat ?? null)
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
      const stretch = this.camera.view.k / this.settled.k
      if (stretch > STRETCH || stretch < 1 / STRETCH) this.settle()
      else this.layer.style.transform = cssTransform(this.settled, this.camera.view)
    }
    if (this.repaint) {
      this.repaint = false
      if (this.seats.flush() > 0) this.number()
    }
  }

  /** Draws for the present view: no transform left, text at its size on screen, only the numbers that can be seen. */
  private settle(): void {
    if (this.camera.size.width === 0) return
    this.settled = { ...this.camera.view }
    this.moved = false
    this.layer.style.transform = 'none'
    const box = this.camera.visible()
    set(this.picture, { viewBox: `${box.x} ${box.y} ${box.width} ${box.height}` })
    this.level = levelOf(this.camera.pitch)
    this.picture.dataset.level = this.level
    this.texts.scale(this.settled.k)
    this.texts.showRows(this.camera.pitch >= ROW_NAMES_FROM ? this.ahead() : null)
    this.number()
    this.zones.settle(this.level, this.settled.k)
    this.effects.scale(this.settled.k)
    this.options.onSettle()
  }

  private number(): void {
    this.texts.showNumbers(this.level === 'numbers' ? this.ahead() : null)
  }

  /** The view and an eighth of it on each side, so that a short drag shows no bare seats. */
  private ahead() {
    const box = visible(this.settled, this.camera.size)
    return { x: box.x - box.width / 8, y: box.y - box.height / 8, width: box.width * 1.25, height: box.height * 1.25 }
  }
}
