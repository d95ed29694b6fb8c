import type { Box } from '@/protocol/shapes'
import { Gestures } from './gestures'
import { grow } from './geometry'
import type { PlanModel, SeatRef, ZoneModel } from './model'
import { centred, fit, planToScreen, screenToPlan, visible, type Insets, type Size, type View } from './viewport'

export interface CameraOptions {
  /** What the page lays over the edges: the whole house is fitted between. */
  insets: () => Insets
  /** No gliding. */
  still: () => boolean
  /** On every frame of a movement. */
  onMove: () => void
  /** It came where the page wants it at once: no more movement is to be waited for. */
  onJump: () => void
}

/** px between neighbouring seats on screen at the closest zoom, and when the map comes to one seat. */
const CLOSEST_PITCH = 56
const SEAT_PITCH = 32
/** A zone that is shown alone is not magnified beyond this. */
const ZONE_PITCH = 30
/** Nearer than this, px, a seat that is in view need not be come closer to. */
const NEAR_PITCH = 14
/** What a tap on crowded seats comes to, px. */
const TAP_PITCH = 30
/** Seats nearer to the edge than this, px, are hardly in view. */
const MARGIN = 64
/** ms. */
const GLIDE = 380
const ZOOM_GLIDE = 220

/** Where the map looks, and the moves that the page asks for. */
export class Camera {
  view: View = { x: 0, y: 0, k: 1 }
  size: Size = { width: 0, height: 0 }
  private readonly gestures: Gestures
  /** The whole house is shown and stays so when the window changes. */
  private fitted = true
  private fitting = false

  constructor(
    surface: HTMLElement,
    private readonly plan: PlanModel,
    private readonly options: CameraOptions,
  ) {
    this.gestures = new Gestures(surface, {
      content: () => this.plan.content,
      size: () => this.size,
      onMove: (view) => {
        this.view = view
        if (!this.fitting) this.fitted = false
        options.onMove()
      },
      onPause: () => {
        this.fitting = false
      },
    })
  }

  destroy(): void {
    this.gestures.destroy()
  }

  /** The surface has this size now; a map that showed the whole house goes on doing so, another keeps its middle. */
  resize(size: Size): void {
    const middle = this.planAt(this.size.width / 2, this.size.height / 2)
    this.size = size
    this.gestures.scales(Math.min(this.house().k * 0.8, SEAT_PITCH / this.plan.pitch), this.closest)
    const { fitted } = this
    this.move(fitted ? this.house() : centred(middle.x, middle.y, this.view.k, size), 0, fitted)
  }

  fit(glide = true): void {
    this.go(this.house(), glide, true)
  }

  zoomBy(factor: number): void {
    this.fitting = false
    this.gestures.zoomBy(factor, this.options.still() ? 0 : ZOOM_GLIDE)
  }

  /** Brings a seat to the middle, near enough to be hit. */
  showSeat(ref: SeatRef, glide = true): void {
    this.go(centred(ref.seat.x, ref.seat.y, Math.max(this.view.k, SEAT_PITCH / this.plan.pitch), this.size), glide)
  }

  /** Moves only as far as needed for a seat to be well in view. */
  reveal(ref: SeatRef): void {
    const at = this.screenOf(ref)
    const inView = at.x > MARGIN && at.y > MARGIN && at.x < this.size.width - MARGIN && at.y < this.size.height - MARGIN
    if (this.pitch < NEAR_PITCH || !inView) this.showSeat(ref)
  }

  showZone(zone: ZoneModel, glide = true): void {
    this.go(fit(grow(zone.bounds, this.plan.pitch), this.size, this.options.insets(), ZONE_PITCH / this.plan.pitch), glide)
  }

  /** Brings a point of the plan to the middle, with neighbouring seats so many px apart. */
  show(x: number, y: number, pitch: number, glide = true): void {
    this.go(centred(x, y, pitch / this.plan.pitch, this.size), glide)
  }

  /** Brings a point of the plan to the middle, as near as it is now. */
  centre(x: number, y: number, glide = true): void {
    this.go(centred(x, y, this.view.k, this.size), glide)
  }

  /** Nearer to a point of the surface, px. */
  zoomInAt(x: number, y: number): void {
    const at = this.planAt(x, y)
    // Where it is that near already, twice as near.
    const k = Math.max(TAP_PITCH / this.plan.pitch, this.pitch >= TAP_PITCH * 0.9 ? 2 * this.view.k : 0)
    this.go(centred(at.x, at.y, Math.min(k, this.closest), this.size), true)
  }

  /** Brings seats into view together, near enough to be hit where that is possible. */
  showSeats(refs: readonly SeatRef[], glide = true): void {
    const xs = refs.map((r) => r.seat.x)
    const ys = refs.map((r) => r.seat.y)
    const [x, y] = [Math.min(...xs), Math.min(...ys)]
    const box = { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
    this.go(fit(grow(box, this.plan.pitch), this.size, this.options.insets(), SEAT_PITCH / this.plan.pitch), glide)
  }

  /** The whole house is shown, and stays so when the window changes. */
  get whole(): boolean {
    return this.fitted
  }

  /** Distance of neighbouring seats on screen, px. */
  get pitch(): number {
    return this.plan.pitch * this.view.k
  }

  screenOf(ref: SeatRef): { x: number; y: number } {
    return planToScreen(this.view, ref.seat.x, ref.seat.y)
  }

  /** The point of the plan at a point of the surface, px. */
  planAt(x: number, y: number): { x: number; y: number } {
    return screenToPlan(this.view, x, y)
  }

  /** The part of the plan in view. */
  visible(): Box {
    return visible(this.view, this.size)
  }

  /** The names of rows stand beside them. */
  private house(): View {
    return fit(grow(this.plan.content, this.plan.pitch), this.size, this.options.insets(), CLOSEST_PITCH / this.plan.pitch)
  }

  /** The greatest scale: also the seats of the finest zone can be told apart by a finger. */
  private get closest(): number {
    const finest = Math.min(...this.plan.zones.filter((z) => z.kind === 'seats' && z.pitch > 0).map((z) => z.pitch))
    return Math.max(CLOSEST_PITCH / this.plan.pitch, SEAT_PITCH / finest)
  }

  private go(view: View, glide: boolean, whole = false): void {
    const glides = glide && !this.options.still()
    this.move(view, glides ? GLIDE : 0, whole)
    if (!glides) this.options.onJump()
  }

  /** `whole`: to the whole house, where the map then stays. */
  private move(view: View, ms: number, whole: boolean): void {
    this.gestures.stop() // its end is that of another movement, and comes at once
    this.fitting = whole
    this.gestures.go(view, ms)
    this.fitted = whole
  }
}
