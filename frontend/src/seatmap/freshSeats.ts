import { ClassPaths } from './classPaths'
import { PLAIN, seatingOfClass, type Wanted } from './paint'
import { shapeOf } from './shapes'
import { set, svg } from './svg'
import type { ZonePaint } from './zonePaint'

/** A seat is covered so much wider than its disc, so that nothing of what it was looks out: others than plain ones have corners, and so have booked ones of one's own. */
const COVER = 1.2
const CORNERED = 1.45

/**
 * The seats of one zone that look different than its paths say, drawn over them: these few cost the same however large the zone
 * is, so that a change can be seen at once also while the map moves.
 */
export class FreshSeats {
  readonly seats = new Set<number>()
  private drawn: { group: SVGGElement; covers: SVGPathElement[]; paths: ClassPaths } | null = null
  private dirty = false

  constructor(
    private readonly of: ZonePaint,
    private readonly parent: Element,
    private wanted: Wanted | null,
    private readonly edged: readonly boolean[],
  ) {}

  add(index: number): void {
    this.seats.add(index)
    this.dirty = true
  }

  filter(wanted: Wanted | null): void {
    this.wanted = wanted
    this.drawn?.paths.filter(wanted)
  }

  /** Draws what was added since the last time. */
  draw(): void {
    if (!this.dirty) return
    this.dirty = false
    const { group, covers, paths } = this.layer()
    const data = new Map<number, string>()
    const covered = ['', '']
    for (const index of this.seats) {
      const paint = this.of.paint[index] ?? 0
      const move = this.of.moves[index] ?? ''
      covered[seatingOfClass(paint) === PLAIN && !this.of.cornered.has(index) ? 0 : 1] += `${move}h0`
      data.set(paint, (data.get(paint) ?? '') + move + paths.tail(paint))
    }
    covers.forEach((cover, i) => {
      set(cover, { d: covered[i] ?? '' })
    })
    paths.write(data)
    if (!group.parentNode) this.parent.append(group)
  }

  /** The paths say the same now. */
  clear(): void {
    this.seats.clear()
    this.dirty = false
    this.drawn?.group.remove()
  }

  /** Elements cover the paths and say it themselves, until the map moves again. */
  rest(): void {
    this.dirty = this.seats.size > 0
    this.drawn?.group.remove()
  }

  private layer() {
    if (this.drawn) return this.drawn
    const group = svg('g')
    const width = shapeOf('available', PLAIN, this.of.radius).dot
    const covers = [COVER, CORNERED].map((part) => svg('path', { class: 'seat dot cover', 'stroke-width': width * part }, group))
    return (this.drawn = { group, covers, paths: new ClassPaths(this.of.radius, group, this.wanted, this.edged) })
  }
}
