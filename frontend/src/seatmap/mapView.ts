import { AreaLayer } from './areaLayer'
import { Camera, type CameraOptions } from './camera'
import { Effects } from './effects'
import { inside, overlaps, share } from './geometry'
import type { PlanModel, SeatRef, ZoneModel } from './model'
import { NameLayer, type ZoneWords } from './nameLayer'
import type { Mark, Wanted } from './paint'
import { Picture } from './picture'
import { Rush } from './rush'
import { seatUnder } from './seatIndex'
import { SeatLayer } from './seatLayer'
import { folder } from './sheets'
import { Slices } from './slices'
import { levelOf, type Level, type Size } from './viewport'
import { ZoneLayer, type ColourBy, type ZoneLeft } from './zoneLayer'

export interface MapOptions extends Omit<CameraOptions, 'onJump'> {
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

/** A movement that goes on within so many ms did not pause: drag follows drag. */
const REST = 150
/** While the map moves, changes of seats are drawn together this often, ms: each drawing costs more than a frame of mere movement. */
const TOGETHER = 80
/** Work of a frame that can wait, ms: while the map moves, and while it rests. The browser takes as long again for what was made. */
const MOVING = 2
const RESTING = 3

/**
 * The live map. A gesture moves the picture by one CSS transform; when it pauses it is drawn sharp for the new view. Changes of seats are collected and written once per animation frame, and what takes long is done in slices.
 */
export class MapView {
  readonly camera: Camera
  level: Level = 'outline'
  private readonly picture: Picture
  private readonly seats: SeatLayer
  private readonly zones: ZoneLayer
  private readonly names: NameLayer
  private readonly effects: Effects
  private readonly rush = new Rush()
  private readonly slices = new Slices()
  private frame = 0
  private moved = false
  private moving = false
  private gone = false
  /** When changes of seats were last drawn, ms. */
  private flushed = 0
  private resting: ReturnType<typeof setTimeout> | undefined

  constructor(
    { surface, ground }: MapPlace,
    readonly plan: PlanModel,
    private readonly options: MapOptions,
  ) {
    this.picture = new Picture(ground)
    const { element, wide, near } = this.picture
    plan.categories.forEach((c, i) => {
      element.style.setProperty(`--c${i}`, c.color)
    })
    const house = wide.add(folder('house', element))
    this.zones = new ZoneLayer(plan, house)
    const areas = new AreaLayer(plan.areas, house)
    this.seats = new SeatLayer(plan, this.picture, this.slices, () => {
      this.opened()
    })
    const above = this.picture.folder()
    this.effects = new Effects(near.add(above), plan.pitch)
    this.names = new NameLayer(plan, near.add(above), areas, options.words)
    this.camera = new Camera(surface, plan, {
      ...options,
      onMove: () => {
        if (this.gone) return // a drag that goes on over the window
        this.moved = true
        clearTimeout(this.resting)
        this.resting = setTimeout(() => {
          this.rest()
        }, REST)
        if (!this.moving) {
          this.moving = true
          this.flushed = 0
          this.slices.drop('names')
          this.seats.move()
        }
        this.schedule()
        options.onMove()
      },
      onJump: () => {
        this.rest()
      },
    })
  }

  destroy(): void {
    this.gone = true
    cancelAnimationFrame(this.frame)
    clearTimeout(this.resting)
    this.camera.destroy()
    this.picture.remove()
  }

  resize(size: Size): void {
    if (size.width === 0 || size.height === 0) return
    if (size.width === this.camera.size.width && size.height === this.camera.size.height) return
    this.picture.resize(size)
    this.camera.resize(size)
    this.rest()
  }

  /** The seat at a point of the surface, px; a near miss of up to half a seat counts. */
  seatAt(x: number, y: number): SeatRef | null {
    if (this.level === 'outline') return null
    const at = this.camera.planAt(x, y)
    return seatUnder(this.seats.open, at.x, at.y, 5 / this.camera.view.k)
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
    return share(this.plan.content, this.camera.visible())
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

  /** New states of a zone whose seats are loaded; `live`: by what others did, which moves where it is seen. */
  update(zone: ZoneModel, states: Uint8Array, marks: ReadonlyMap<string, Mark>, live: boolean): void {
    const changed = this.seats.update(zone, states, marks)
    if (live) this.stir(zone, changed)
    else this.flushed = 0 // the buyer's own doing, which is seen at once
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
    this.slices.put('names', this.names.settle(this.picture.ahead, this.picture.k, this.seats.open))
    this.schedule()
  }

  setStale(zone: ZoneModel, stale: boolean): void {
    this.seats.stale(zone, stale)
  }

  /** Dims all seats that are not wanted, and outlines of zones that have none such; null: none. */
  filter(wanted: Wanted | null): void {
    this.seats.filter(wanted)
    this.zones.filter(wanted)
    this.schedule()
  }

  /** Marks seats that are about to be chosen, until the next call. */
  preview(seats: readonly SeatRef[] | null): void {
    this.effects.preview(seats?.map((s) => s.seat) ?? [])
  }

  /** Pulses seats that the buyer should look at, or that the map is on its way to. */
  flash(seats: readonly SeatRef[]): void {
    this.effects.flash(seats.map((s) => s.seat))
  }

  /** What the outlines of the zones tell by their colour. */
  colourBy(what: ColourBy): void {
    this.picture.element.dataset.colour = what
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

  /** What others do moves for a moment, where that is neither noise nor unwished. */
  private stir(zone: ZoneModel, changed: readonly number[]): void {
    const calm = this.rush.calm(changed.length, performance.now())
    if (!calm || this.moving || this.options.still()) return
    this.seats.stir(zone, changed)
    if (this.level === 'paths') this.effects.pulse(changed.flatMap((index) => zone.seats[index] ?? []))
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
      if (this.picture.reaches(this.camera.view)) this.picture.move(this.camera.view)
      else this.pass()
    }
    const now = performance.now()
    if (!this.moving || now - this.flushed >= TOGETHER) {
      this.flushed = now
      this.seats.flush()
    }
    this.slices.run(this.moving ? MOVING : RESTING)
    if (this.slices.busy) this.schedule()
  }

  private rest(): void {
    clearTimeout(this.resting)
    this.moving = false
    this.settle()
  }

  /** Draws for the present view: no transform left, text at its size on screen, only what can be seen. */
  private settle(): void {
    if (this.camera.size.width === 0) return
    this.picture.settle(this.camera.view)
    this.turned()
    this.names.clear(this.picture.k)
    this.seats.settle(this.level, this.picture.k, this.picture.ahead, this.picture.reach)
    this.effects.scale(this.picture.k)
    this.write()
    this.options.onSettle()
  }

  /** In the middle of a movement what is drawn does not reach any more: what is quickly drawn is, the rest is moved on. */
  private pass(): void {
    this.picture.pass(this.camera.view)
    this.turned()
    this.seats.pass(this.level, this.picture.reach)
  }

  private turned(): void {
    this.moved = false
    this.level = levelOf(this.camera.pitch)
    this.picture.element.dataset.level = this.level
    this.effects.see(this.level !== 'outline')
    this.zones.settle(this.picture.reach)
  }

  /** Other seats are drawn than before: the outlines are the ground of some and the picture of others. */
  private opened(): void {
    this.zones.setOpen(this.seats.open)
    this.write()
  }
}
