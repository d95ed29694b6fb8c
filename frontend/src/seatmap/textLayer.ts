import type { Box } from '@/protocol/shapes'
import { round } from './geometry'
import { inkOn, type Ink } from './ink'
import { rowMarks, type RowMark } from './labels'
import type { PlanModel, SeatRef } from './model'
import { seatingOf, type Look } from './paint'
import type { Wanted } from './seatLayer'
import { set, svg } from './svg'

/** Most numbers and most row names drawn at once. */
const MOST = 600
const MOST_ROWS = 400
/** px on screen. */
const LARGEST = 14

interface Text {
  x: number
  y: number
  text: string
  ink?: Ink
}

/** Numbers of the seats in view, and row names at the row ends. */
export class TextLayer {
  private readonly numbers: TextPool
  private readonly rows: TextPool
  private marks: RowMark[] = []
  private readonly ink: Ink[]
  private wanted: Wanted | null = null

  constructor(
    private readonly plan: PlanModel,
    parent: SVGElement,
    private readonly look: (zone: string, index: number) => Look | null,
  ) {
    this.rows = new TextPool(svg('g', { class: 'row-names' }, parent))
    this.numbers = new TextPool(svg('g', { class: 'numbers' }, parent))
    this.ink = plan.categories.map((c) => inkOn(c.color))
  }

  /** The seats of a zone have come. */
  name(): void {
    this.marks = rowMarks(this.plan)
  }

  /** Texts grow with the seats, but not beyond what is pleasant to read on screen. */
  scale(k: number): void {
    this.rows.size(Math.min(this.plan.pitch * 0.62, LARGEST / k))
    this.numbers.size(Math.min(this.plan.pitch * 0.38, LARGEST / k))
  }

  /** Seats that are not wanted are only hinted at: from the next drawing they have no numbers. */
  filter(wanted: Wanted | null): void {
    this.wanted = wanted
  }

  /** Draws the row names in view; null hides them. */
  showRows(view: Box | null): void {
    this.rows.show(view ? this.marks.filter((m) => m.x > view.x && m.x < view.x + view.width && m.y > view.y && m.y < view.y + view.height).slice(0, MOST_ROWS) : [])
  }

  /** Draws the numbers of what is in view; null hides them. */
  showNumbers(view: Box | null): void {
    const texts: Text[] = []
    for (const { zone, index, seat } of view ? nearest(this.plan.index.within(view), view) : []) {
      if (texts.length >= MOST) break
      const category = zone.categories[index] ?? 0
      if (this.look(zone.id, index) !== 'available' || seat.companion || seat.accessible || this.wanted?.(category, seatingOf(seat)) === false) continue
      texts.push({ x: seat.x, y: seat.y, text: seat.number, ink: this.ink[category] })
    }
    this.numbers.show(texts)
  }
}

/** Text elements that are used again and again. */
class TextPool {
  private readonly pool: SVGTextElement[] = []

  constructor(private readonly group: SVGGElement) {}

  /** Height of the letters, plan units. */
  size(em: number): void {
    set(this.group, { 'font-size': round(em) })
  }

  show(texts: readonly Text[]): void {
    texts.forEach(({ x, y, text, ink }, i) => {
      const element = (this.pool[i] ??= svg('text', {}, this.group))
      set(element, { x: round(x), y: round(y), class: ink ?? '' })
      if (element.textContent !== text) element.textContent = text
    })
    for (const element of this.pool.splice(texts.length)) element.remove()
  }
}

/** Those nearest the middle first where there are too many. */
function nearest(seats: SeatRef[], view: Box): SeatRef[] {
  if (seats.length <= MOST) return seats
  const far = ({ seat }: SeatRef) => Math.max(Math.abs(seat.x - view.x - view.width / 2) / view.width, Math.abs(seat.y - view.y - view.height / 2) / view.height)
  return seats.sort((a, b) => far(a) - far(b))
}
