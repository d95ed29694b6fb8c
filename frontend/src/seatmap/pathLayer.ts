import { categoryOfClass, dimmed, lookOfClass, seatingOfClass, type Look, type Wanted } from './paint'
import { shapeOf } from './shapes'
import { set, svg } from './svg'
import type { ZonePaint } from './zonePaint'

/** The seats of one zone: one path per paint class, rebuilt only for classes whose seats changed. */
export class ZonePaths {
  readonly group: SVGGElement
  private readonly paths = new Map<number, SVGPathElement>()

  constructor(
    private readonly of: ZonePaint,
    private wanted: Wanted | null,
    /** Whether a category's colour needs an edge to be seen. */
    private readonly edged: readonly boolean[],
  ) {
    this.group = svg('g', { class: 'zone-seats' })
    this.rebuild(new Set(of.paint))
    of.dirty.clear()
  }

  get nodes(): number {
    return this.paths.size + 1
  }

  /** Writes the paths of the classes that changed; returns how many. */
  flush(): number {
    const count = this.of.dirty.size
    this.rebuild(this.of.dirty)
    this.of.dirty.clear()
    return count
  }

  filter(wanted: Wanted | null): void {
    this.wanted = wanted
    for (const [paint, path] of this.paths) path.classList.toggle('dim', dimmed(paint, wanted))
  }

  private rebuild(classes: ReadonlySet<number>): void {
    for (const paint of classes) {
      const shape = shapeOf(lookOfClass(paint), seatingOfClass(paint), this.of.radius)
      // With round caps a path of no length is a disc as wide as its stroke; it has no stroke left for an edge.
      const dot = this.hasEdge(paint) ? 0 : shape.dot
      const tail = dot > 0 ? 'h0' : shape.rel
      let d = ''
      this.of.paint.forEach((p, i) => {
        if (p === paint) d += (this.of.moves[i] ?? '') + tail
      })
      if (d !== '') set(this.path(paint, dot), { d })
      else {
        this.paths.get(paint)?.remove()
        this.paths.delete(paint)
      }
    }
  }

  private path(paint: number, dot: number): SVGPathElement {
    const known = this.paths.get(paint)
    if (known) return known
    const look = lookOfClass(paint)
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
