import type { Box } from '@/protocol/shapes'
import { round } from './geometry'
import { rowMarks, type RowMark } from './labels'
import type { PlanModel, SeatRef } from './model'
import type { Look } from './paint'
import { set, svg } from './svg'

/** Most texts drawn at once. */
const MOST = 600
/** px on screen. */
const LARGEST = 14

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
    this.rows = svg('g', { class: 'row-names' }, parent)
    this.numbers = svg('g', { class: 'numbers' }, parent)
    this.ink = plan.categories.map((c) => (luminance(c.color) > 0.36 ? 'dark' : 'light'))
    this.marks = rowMarks(plan)
    for (const mark of this.marks) {
      svg('text', { x: round(mark.x), y: round(mark.y) }, this.rows).textContent = mark.text
    }
  }

  /** Texts grow with the seats, but not beyond what is pleasant to read on screen. */
  scale(k: number): void {
    set(this.rows, { 'font-size': round(Math.min(this.plan.pitch * 0.62, LARGEST / k)) })
    set(this.numbers, { 'font-size': round(Math.min(this.plan.pitch * 0.38, LARGEST / k)) })
  }

  showRows(show: boolean): void {
    this.rows.classList.toggle('hidden', !show)
  }

  /** Draws the numbers of what is in view; null hides them. */
  showNumbers(view: Box | null): void {
    let used = 0
    if (view) {
      for (const { zone, index, seat } of nearest(this.plan.index.within(view), view)) {
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

/** Those nearest the middle first where there are too many. */
function nearest(seats: SeatRef[], view: Box): SeatRef[] {
  if (seats.length <= MOST) return seats
  const far = ({ seat }: SeatRef) => Math.max(Math.abs(seat.x - view.x - view.width / 2) / view.width, Math.abs(seat.y - view.y - view.height / 2) / view.height)
  return seats.sort((a, b) => far(a) - far(b))
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
