import type { Box } from '@/protocol/shapes'
import { covers } from './geometry'
import { folder, Sheets } from './sheets'
import { cssTransform, visible, type Size, type View } from './viewport'

/**
 * The picture goes so far beyond each edge of the view, as a part of it, and is cut there: of what overflows a picture the browser
 * reckons the whole in each frame that differs (27 ms for a seat that changes its colour among 900 seats with 600 numbers, and
 * 0.6 ms where it is cut). WIDE is for what is drawn at once also in the middle of a movement, NEAR for what costs more.
 */
const WIDE = 0.8
const NEAR = 0.25
/** A drawing may be magnified this much by the compositor before it is drawn anew in the middle of a movement. */
const STRETCH = 3

/** Sheets of a picture in a layer that is moved as one. What is near lies in folders that may be moved within. */
export class Picture {
  readonly element: HTMLElement
  readonly wide = new Sheets()
  readonly near = new Sheets()
  /** What the picture is drawn for, and what is near in it. */
  private settled: View = { x: 0, y: 0, k: 1 }
  private closeUp = this.settled
  private size: Size = { width: 0, height: 0 }
  private readonly layer: HTMLElement
  private readonly folders: HTMLElement[] = []

  constructor(ground: HTMLElement) {
    this.layer = document.createElement('div')
    this.layer.className = 'map-layer'
    this.element = folder('map-picture', this.layer)
    ground.append(this.layer)
  }

  remove(): void {
    this.layer.remove()
  }

  /** A folder for sheets that are near. */
  folder(): HTMLElement {
    const near = folder('near', this.element)
    this.folders.push(near)
    return near
  }

  resize(size: Size): void {
    this.size = size
    reach(this.element, size, WIDE)
    for (const near of this.folders) reach(near, size, NEAR, WIDE)
  }

  /** px for a plan unit in what is drawn. */
  get k(): number {
    return this.settled.k
  }

  /** A view can be shown by moving what is drawn. */
  reaches(view: View): boolean {
    return view.k <= STRETCH * this.settled.k && covers(this.around(this.settled, WIDE), visible(view, this.size))
  }

  /** Shows another view with what is drawn. */
  move(view: View): void {
    this.layer.style.transform = cssTransform(this.settled, view)
  }

  /** Turns all to a view; true: its scale is another. */
  settle(view: View): boolean {
    const zoomed = this.pass(view)
    this.closeUp = this.settled
    for (const { style } of this.folders) style.transform = 'none'
    this.near.show(this.around(view, NEAR))
    return zoomed
  }

  /** Turns what goes far beyond the view to it, and moves on what is near as it is; true: its scale is another. */
  pass(view: View): boolean {
    const zoomed = view.k !== this.settled.k
    this.settled = { ...view }
    this.layer.style.transform = 'none'
    for (const { style } of this.folders) style.transform = cssTransform(this.closeUp, this.settled)
    this.wide.show(this.around(view, WIDE))
    return zoomed
  }

  /** What of the plan is drawn in the middle of a movement. */
  get reach(): Box {
    return this.around(this.settled, WIDE)
  }

  /** The view and a quarter of it more: what is drawn near costs time in every frame in which it differs. */
  get ahead(): Box {
    return this.around(this.settled, 1 / 8)
  }

  /** A view and a part of it beyond each edge. */
  private around(view: View, part: number): Box {
    const box = visible(view, this.size)
    return { x: box.x - box.width * part, y: box.y - box.height * part, width: box.width * (1 + 2 * part), height: box.height * (1 + 2 * part) }
  }
}

/** Lets a folder go so far beyond a window, as a part of it, and turn about the window's corner; `outer`: it is in one that goes so far. */
function reach({ style }: HTMLElement, { width, height }: Size, part: number, outer = 0): void {
  style.left = `${(outer - part) * width}px`
  style.top = `${(outer - part) * height}px`
  style.width = `${(1 + 2 * part) * width}px`
  style.height = `${(1 + 2 * part) * height}px`
  style.transformOrigin = `${part * width}px ${part * height}px`
}
