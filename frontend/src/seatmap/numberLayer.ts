import { round } from './geometry'
import { inkOn, type Ink } from './ink'
import type { PlanModel, SeatRef, ZoneModel } from './model'
import { PLAIN, seatingOf, type Look, type Wanted } from './paint'
import { Pool } from './pool'
import { folder, ZoneSheets, type Sheets } from './sheets'
import type { Pieces } from './slices'
import { set, svg } from './svg'
import { SMALLEST, widthOf } from './text'

/** Most numbers drawn at once. */
export const MOST_NUMBERS = 600
/** Height of a number compared with the distance of seats, and how wide it may be. */
const SIZE = 0.4
const WIDEST = 0.72
/** px. */
const LARGEST_NUMBER = 14

/** Numbers of the free seats in view. */
export class NumberLayer {
  private readonly sheets: ZoneSheets<ZoneModel>
  private readonly pool: Pool<SeatRef, SVGTextElement>
  private readonly ink: Ink[]
  private wanted: Wanted | null = null
  private k = 1

  constructor(
    plan: PlanModel,
    parent: Element,
    sheets: Sheets,
    private readonly look: (ref: SeatRef) => Look | null,
  ) {
    this.sheets = new ZoneSheets(sheets, folder('numbers', parent))
    this.ink = plan.categories.map((c) => inkOn(c.color))
    this.pool = new Pool({
      make: () => svg('text'),
      put: (element, ref) => {
        const { seat, zone, index } = ref
        const sheet = this.sheets.get(zone)
        if (element.parentNode !== sheet) sheet.append(element)
        set(element, { x: round(seat.x), y: round(seat.y), class: this.ink[zone.categories[index] ?? 0] ?? '', 'font-size': round(this.size(ref) / this.k) })
        if (element.textContent !== seat.number) element.textContent = seat.number
      },
    })
  }

  /** Seats that are not wanted are only hinted at: they have no numbers. */
  filter(wanted: Wanted | null): void {
    this.wanted = wanted
  }

  /** Before another view. */
  tidy(): void {
    this.sheets.tidy()
  }

  clear(): void {
    this.pool.clear()
  }

  /** Nothing of a zone is drawn any more. */
  close(zone: ZoneModel): void {
    this.pool.drop((ref) => ref.zone === zone)
    this.sheets.drop(zone)
  }

  /** Shows the numbers of seats, nearest the middle first, at k px per plan unit. */
  aim(seats: readonly SeatRef[], k: number): Pieces {
    this.k = k
    const shown = new Set<SeatRef>()
    for (const ref of seats) {
      if (shown.size >= MOST_NUMBERS) break
      if (this.look(ref) !== 'available' || seatingOf(ref.seat) !== PLAIN) continue
      if (this.wanted?.(ref.zone.categories[ref.index] ?? 0, PLAIN) === false || this.size(ref) < SMALLEST) continue
      shown.add(ref)
    }
    return this.pool.aim(shown, 12)
  }

  /** px: as large as the seat has room for. */
  private size({ zone, seat }: SeatRef): number {
    const pitch = zone.pitch * this.k
    return Math.min(LARGEST_NUMBER, SIZE * pitch, (WIDEST * pitch) / widthOf(seat.number))
  }
}
