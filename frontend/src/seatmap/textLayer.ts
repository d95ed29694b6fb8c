import type { Box } from '@/protocol/shapes'
import { round } from './geometry'
import { rowMarks, type RowMark } from './labels'
import type { PlanModel } from './model'
import type { Look } from './paint'
import { set, svg } from './svg'

/** Most texts drawn at once. */
const MOST = 600

/** Numbers of the seats in view, and row names at the row ends, in a pool of text elements. */
export class TextLayer {
  private readonly numbers: SVGGElement
  private readonly rows: SVGGElement
  private readonly pool: SVGTextElement[] = []
  private readonly marks: RowMark[]
  private readonly ink: string[]

  constructor(
    private readonly plan: PlanModel,
    parent: SVGElement,
    private readonly look: (zone: string, index: number) => Look | null,
  ) {
    this.rows = svg('g', { class: 'row-names', 'font-size': round(plan.pitch * 0.6) }, parent)
    this.numbers = svg('g', { class: 'numbers', 'font-size': round(plan.pitch * 0.36) }, parent)
    this.ink = plan.categories.map((c) => (luminance(c.color) > 0.36 ? 'dark' : 'light'))
    this.marks = rowMarks(plan)
    for (const mark of this.marks) {
      svg('text', { x: round(mark.x), y: round(mark.y) }, this.rows).textContent = mark.text
    }
  }

  showRows(show: boolean): void {
    this.rows.classList.toggle('hidden', !show)
  }

  /** Draws the numbers of what is in view; null hides them. */
  showNumbers(view: Box | null): void {
    let used = 0
    if (view) {
      for (const { zone, index, seat } of this.plan.index.within(view)) {
        if (used >= MOST) break
        const look = this.look(zone.id, index)
        if (look !== 'available' || seat.companion || seat.accessible) continue
        const text = (this.pool[used] ??= svg('text', {}, this.numbers))
        used++
        set(text, { x: round(seat.x), y: round(seat.y), class: this.ink[zone.categories[index] ?? 0] ?? 'light' })
        if (text.textContent !== seat.number) text.textContent = seat.number
      }
    }
    for (let i = this.pool.length - 1; i >= used; i--) this.pool.pop()?.remove()
  }
}

/** Relative luminance of #rrggbb (WCAG 2). */
export function luminance(colour: string): number {
  const n = parseInt(colour.slice(1), 16)
  const channel = (shift: number) => {
    const v = ((n >> shift) & 255) / 255
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
}
