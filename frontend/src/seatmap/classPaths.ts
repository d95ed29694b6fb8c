import { categoryOfClass, dimmed, lookOfClass, seatingOfClass, type Look, type Wanted } from './paint'
import { shapeOf, type Shape } from './shapes'
import { set, svg } from './svg'

/** One path per paint class, for seats of one size. */
export class ClassPaths {
  private readonly paths = new Map<number, SVGPathElement>()
  private readonly shapes = new Map<number, Shape>()

  constructor(
    private readonly radius: number,
    private readonly group: SVGGElement,
    private wanted: Wanted | null,
    /** Whether a category's colour needs an edge to be seen. */
    private readonly edged: readonly boolean[],
  ) {}

  get size(): number {
    return this.paths.size
  }

  /** Path data that draws a seat of a class after the move to it. */
  tail(paint: number): string {
    return this.dot(paint) > 0 ? 'h0' : this.shape(paint).rel
  }

  filter(wanted: Wanted | null): void {
    this.wanted = wanted
    for (const [paint, path] of this.paths) path.classList.toggle('dim', dimmed(paint, wanted))
  }

  /** All that is drawn from now on. */
  write(data: ReadonlyMap<number, string>): void {
    for (const paint of this.paths.keys()) if (!data.has(paint)) this.put(paint, '')
    for (const [paint, d] of data) this.put(paint, d)
  }

  /** Draws a class anew; without data it goes. */
  put(paint: number, d: string): void {
    if (d !== '') set(this.path(paint), { d })
    else {
      this.paths.get(paint)?.remove()
      this.paths.delete(paint)
    }
  }

  /** With round caps a path of no length is a disc as wide as its stroke; it has no stroke left for an edge. */
  private dot(paint: number): number {
    return this.hasEdge(paint) ? 0 : this.shape(paint).dot
  }

  private shape(paint: number): Shape {
    let shape = this.shapes.get(paint)
    if (!shape) this.shapes.set(paint, (shape = shapeOf(lookOfClass(paint), seatingOfClass(paint), this.radius)))
    return shape
  }

  private path(paint: number): SVGPathElement {
    const known = this.paths.get(paint)
    if (known) return known
    const look = lookOfClass(paint)
    const dot = this.dot(paint)
    const path = svg('path', { class: `seat ${look}${dot > 0 ? ' dot' : ''}${this.hasEdge(paint) ? ' edged' : ''}${dimmed(paint, this.wanted) ? ' dim' : ''}` }, this.group)
    if (dot > 0) set(path, { 'stroke-width': dot })
    // Not as an attribute: the page's security policy lets no text be a style.
    if (isColoured(look)) path.style.setProperty('--seat', `var(--c${categoryOfClass(paint)})`)
    this.paths.set(paint, path)
    return path
  }

  private hasEdge(paint: number): boolean {
    return isColoured(lookOfClass(paint)) && this.edged[categoryOfClass(paint)] === true
  }
}

function isColoured(look: Look): boolean {
  return look === 'available' || look === 'held'
}
