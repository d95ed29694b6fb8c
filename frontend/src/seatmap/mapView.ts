import type { PlanModel, SeatRef, ZoneModel } from './model'
import { drawAreas } from './areaLayer'
import { Effects } from './effects'
import { Gestures } from './gestures'
import { grow, inside } from './geometry'
import type { Look, Mark } from './paint'
import { SeatLayer } from './seatLayer'
import { set, svg } from './svg'
import { TextLayer } from './textLayer'
import { centred, cssTransform, fit, levelOf, screenToPlan, planToScreen, visible, type Insets, type Level, type Size, type View } from './viewport'
import { ZoneLayer, type ZoneLeft } from './zoneLayer'

export interface MapOptions {
  /** What is left of a zone, in words. */
  countText: (left: ZoneLeft) => string
  /** What the page lays over the edges: the whole house is fitted between. */
  insets: () => Insets
  /** No gliding, no pulses. */
  still: () => boolean
  /** The gesture paused and everything is drawn for the new view. */
  onSettle: (view: View, level: Level) => void
  /** On every frame of a gesture: what floats above the map must follow or hide. */
  onMove: () => void
}

/** px between neighbouring seats on screen at the closest zoom, and when the map comes to one seat. */
const CLOSEST_PITCH = 56
const SEAT_PITCH = 32
const ROW_NAMES_FROM = 13
const GLIDE = 380
/** A zone that is shown alone is not magnified beyond this. */
const ZONE_PITCH = 30
/** A drawing may be magnified this much by the compositor before it is drawn anew in the middle of a gesture. */
const STRETCH = 2.2

/**
 * The live map: one SVG in a layer. A gesture moves the layer by one CSS transform; when it pauses the SVG is drawn sharp for
 * the new view. Changes of seats are collected and written once per animation frame.
 */
export class MapView {
  level: Level = 'seats'
  private readonly picture: SVGSVGElement
  private readonly layer: HTMLElement
  private readonly gestures: Gestures
  private readonly seats: SeatLayer
  private readonly zones: ZoneLayer
  private readonly texts: TextLayer
  private readonly effects: Effects
  private settled: View = { x: 0, y: 0, k: 1 }
  private view: View = { x: 0, y: 0, k: 1 }
  private size: Size = { width: 0, height: 0 }
  private frame = 0
  private moved = false
  private repaint = false
  /** The whole house is shown and stays so when the window changes. */
  private fitted = true
  private fitting = false

  constructor(
    private readonly surface: HTMLElement,
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
    this.surface.prepend(this.layer)
    this.gestures = new Gestures(surface, {
      content: () => this.plan.content,
      size: () => this.size,
      onMove: (view) => {
        this.view = view
        this.moved = true
        if (!this.fitting) this.fitted = false
        this.schedule()
        options.onMove()
      },
      onPause: () => {
        this.fitting = false
        this.settle()
      },
    })
  }

  destroy(): void {
    cancelAnimationFrame(this.frame)
    this.gestures.destroy()
    this.layer.remove()
  }

  /** The surface has this size now; a map that showed the whole house goes on doing so, another keeps its middle. */
  resize(size: Size): void {
    if (size.width === 0 || size.height === 0) return
    const middle = screenToPlan(this.view, this.size.width / 2, this.size.height / 2)
    this.size = size
    set(this.picture, { width: size.width, height: size.height })
    const whole = this.whole()
    this.gestures.scales(Math.min(whole.k * 0.8, SEAT_PITCH / this.plan.pitch), CLOSEST_PITCH / this.plan.pitch)
    if (this.fitted) this.fit(false)
    else this.gestures.go(centred(middle.x, middle.y, this.view.k, size), 0)
    this.settle()
  }

  fit(glide = true): void {
    this.fitting = true
    this.go(this.whole(), glide)
    this.fitted = true
  }

  zoomBy(factor: number): void {
    this.gestures.zoomBy(factor, this.options.still() ? 0 : 220)
  }

  /** Brings a seat to the middle, near enough to be hit. */
  showSeat(ref: SeatRef, glide = true): void {
    this.go(centred(ref.seat.x, ref.seat.y, Math.max(this.view.k, SEAT_PITCH / this.plan.pitch), this.size), glide)
  }

  /** Moves only as far as needed for a seat to be well in view. */
  reveal(ref: SeatRef): void {
    const at = planToScreen(this.view, ref.seat.x, ref.seat.y)
    const margin = 64
    const near = this.pitch >= 14
    if (near && at.x > margin && at.y > margin && at.x < this.size.width - margin && at.y < this.size.height - margin) return
    this.showSeat(ref)
  }

  showZone(zone: ZoneModel, glide = true): void {
    this.go(fit(grow(zone.bounds, this.plan.pitch), this.size, this.options.insets(), ZONE_PITCH / this.plan.pitch), glide)
  }

  /** Nearer to a point of the surface, px. */
  zoomInAt(x: number, y: number, pitch = 26): void {
    const at = screenToPlan(this.view, x, y)
    this.go(centred(at.x, at.y, pitch / this.plan.pitch, this.size), true)
  }

  /** Distance of neighbouring seats on screen, px. */
  get pitch(): number {
    return this.plan.pitch * this.view.k
  }

  /** The seat at a point of the surface, px; a near miss of up to half a seat counts. */
  seatAt(x: number, y: number): SeatRef | null {
    if (this.level === 'outline') return null
    const at = screenToPlan(this.view, x, y)
    return this.plan.index.at(at.x, at.y, Math.max(this.plan.pitch * 0.62, 5 / this.view.k))
  }

  zoneAt(x: number, y: number): ZoneModel | null {
    const at = screenToPlan(this.view, x, y)
    return this.plan.zones.find((z) => inside(z.outline, at.x, at.y)) ?? null
  }

  /** The seat nearest to the middle of the screen. */
  middleSeat(): SeatRef | null {
    const at = screenToPlan(this.view, this.size.width / 2, this.size.height / 2)
    return this.plan.index.at(at.x, at.y, Infinity)
  }

  screenOf(ref: SeatRef): { x: number; y: number } {
    return planToScreen(this.view, ref.seat.x, ref.seat.y)
  }

  /** Zones in view, nearest to the middle first. */
  zonesInView(): ZoneModel[] {
    const view = visible(this.view, this.size)
    const x = view.x + view.width / 2
    const y = view.y + view.height / 2
    const far = (z: ZoneModel) => Math.hypot(z.spot.x - x, z.spot.y - y)
    return this.plan.zones
      .filter((z) => z.bounds.x < view.x + view.width && view.x < z.bounds.x + z.bounds.width && z.bounds.y < view.y + view.height && view.y < z.bounds.y + z.bounds.height)
      .sort((a, b) => far(a) - far(b))
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

  look(ref: SeatRef): Look | null {
    return this.seats.look(ref.zone.id, ref.index)
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

  filter(category: number | null): void {
    this.seats.filter(category)
  }

  selectZone(zone: string | null): void {
    this.zones.select(zone)
  }

  hover(ref: SeatRef | null): void {
    this.effects.hover(ref?.seat ?? null)
  }

  focus(ref: SeatRef | null): void {
    this.effects.focus(ref?.seat ?? null)
  }

  private whole(): View {
    return fit(this.plan.content, this.size, this.options.insets(), CLOSEST_PITCH / this.plan.pitch)
  }

  private go(view: View, glide: boolean): void {
    this.gestures.go(view, glide && !this.options.still() ? GLIDE : 0)
    if (!glide || this.options.still()) this.settle()
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
      const stretch = this.view.k / this.settled.k
      if (stretch > STRETCH || stretch < 1 / STRETCH) this.settle()
      else this.layer.style.transform = cssTransform(this.settled, this.view)
    }
    if (this.repaint) {
      this.repaint = false
      if (this.seats.flush() > 0 && this.level === 'numbers') this.texts.showNumbers(this.ahead())
    }
  }

  /** Draws for the present view: no transform left, text at its size on screen, only the numbers that can be seen. */
  private settle(): void {
    if (this.size.width === 0) return
    this.settled = { ...this.view }
    this.moved = false
    this.layer.style.transform = 'none'
    const box = visible(this.settled, this.size)
    set(this.picture, { viewBox: `${box.x} ${box.y} ${box.width} ${box.height}` })
    this.level = levelOf(this.pitch)
    this.picture.dataset.level = this.level
    this.texts.scale(this.settled.k)
    this.texts.showRows(this.pitch >= ROW_NAMES_FROM ? this.ahead() : null)
    this.texts.showNumbers(this.level === 'numbers' ? this.ahead() : null)
    this.zones.settle(this.level, this.settled.k)
    this.effects.scale(this.settled.k)
    this.options.onSettle(this.settled, this.level)
  }

  /** The view and an eighth of it on each side, so that a short drag shows no bare seats. */
  private ahead() {
    const box = visible(this.settled, this.size)
    return { x: box.x - box.width / 8, y: box.y - box.height / 8, width: box.width * 1.25, height: box.height * 1.25 }
  }
}
