import type { SeatRef, ZoneModel } from './model'
import { dimmed, paintClass, seatingOf, type Seating, type Wanted } from './paint'
import { Pool } from './pool'
import { folder, ZoneSheets, type Sheets } from './sheets'
import type { Pieces } from './slices'
import { svg } from './svg'
import type { ZonePaint } from './zonePaint'

/** Most seats with an element of their own. */
export const MOST_SEATS = 3_000
/** ms. */
const MOVE = 220

interface Group {
  group: SVGGElement
  category: number
  seating: Seating
}

/** One element per seat, near enough for that: a change of a seat touches nothing else, and it can move by itself. */
export class SeatPool {
  readonly group: HTMLElement
  private readonly sheets: ZoneSheets<ZoneModel>
  private readonly groups = new Map<ZoneModel, Map<number, Group>>()
  private readonly pool: Pool<SeatRef, SVGPathElement>
  private wanted: Wanted | null = null

  constructor(
    parent: Element,
    sheets: Sheets,
    private readonly paintOf: (ref: SeatRef) => ZonePaint | undefined,
    /** Whether a category's colour needs an edge to be seen. */
    private readonly edged: readonly boolean[],
  ) {
    this.group = folder('pool', parent)
    this.sheets = new ZoneSheets(sheets, this.group)
    this.pool = new Pool({
      make: () => svg('path'),
      put: (element, ref) => {
        this.put(element, ref)
      },
    })
  }

  aim(seats: readonly SeatRef[]): Pieces {
    return this.pool.aim(new Set(seats.slice(0, MOST_SEATS)), 24)
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
    this.groups.delete(zone)
  }

  /** A seat looks different; `moves`: it may say so by a short motion. */
  refresh(ref: SeatRef, moves: boolean): void {
    this.pool.refresh(ref)
    const element = this.pool.get(ref)
    if (!moves || !element) return
    // Not by a transform: browsers give what is so moved a layer of its own, and all that is drawn above it another.
    element.animate([{ fillOpacity: 0 }, { fillOpacity: 1 }], { duration: MOVE, easing: 'ease-out' })
  }

  filter(wanted: Wanted | null): void {
    this.wanted = wanted
    for (const zone of this.groups.values()) for (const group of zone.values()) this.dim(group)
  }

  private put(element: SVGPathElement, ref: SeatRef): void {
    const paint = this.paintOf(ref)
    const group = this.groupOf(ref)
    if (element.parentNode !== group) group.append(element)
    element.setAttribute('class', `seat ${paint?.look(ref.index) ?? ''}`)
    element.setAttribute('d', paint?.shape(ref.index) ?? '')
  }

  /** Seats of a kind and category in a zone, so that a filter touches a few groups and not every seat. */
  private groupOf({ zone, index, seat }: SeatRef): SVGGElement {
    const sheet = this.sheets.get(zone)
    const category = zone.categories[index] ?? 0
    const seating = seatingOf(seat)
    const key = category * 4 + seating
    let groups = this.groups.get(zone)
    if (!groups) this.groups.set(zone, (groups = new Map()))
    let of = groups.get(key)
    if (!of) {
      of = { group: svg('g', this.edged[category] ? { class: 'edged' } : {}, sheet), category, seating }
      of.group.style.setProperty('--seat', `var(--c${category})`)
      groups.set(key, of)
      this.dim(of)
    }
    return of.group
  }

  private dim({ group, category, seating }: Group): void {
    group.classList.toggle('dim', dimmed(paintClass('available', seating, category), this.wanted))
    group.classList.toggle('filtered', this.wanted !== null)
  }
}
