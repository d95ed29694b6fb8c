import type { Box } from '@/protocol/shapes'
import { overlaps, polygonPath } from './geometry'
import type { PlanModel, ZoneModel } from './model'
import { zoneWanted, type Wanted } from './paint'
import { Pool } from './pool'
import { set, svg } from './svg'

/** What is left of a zone. */
export interface ZoneLeft {
  available: number
  capacity: number
}

/** What the outlines tell by their colour: what seats cost, or how many are left. */
export type ColourBy = 'price' | 'left'

/** Most outlines of their own; what is more is one quiet path. */
export const MOST_OUTLINES = 400
/** Steps in which the colour follows what is left: it is no scale to read from. */
const STEPS = 12

/** Outlines of the zones: coloured where the seats are not drawn, else a quiet ground. */
export class ZoneLayer {
  private readonly group: SVGGElement
  private readonly rest: SVGPathElement
  private readonly pool: Pool<ZoneModel, SVGPathElement>
  private left = new Map<string, ZoneLeft>()
  private open: ReadonlySet<ZoneModel> = new Set()
  private wanted: Wanted | null = null
  private focused: ZoneModel | null = null
  private hovered: ZoneModel | null = null

  constructor(
    private readonly plan: PlanModel,
    parent: SVGElement,
  ) {
    this.group = svg('g', { class: 'zones' }, parent)
    this.rest = svg('path', { class: 'outline rest' }, this.group)
    this.pool = new Pool({
      make: () => svg('path', {}, this.group),
      put: (path, zone) => {
        set(path, { d: polygonPath(zone.outline) })
        // Not as an attribute: the page's security policy lets no text be a style.
        path.style.setProperty('--zone', zone.category < 0 ? 'var(--seat-booked)' : `var(--c${zone.category})`)
        this.dress(zone, path)
      },
    })
    if (plan.zones.length <= MOST_OUTLINES) this.draw(plan.zones)
  }

  /** Draws what is in view, where there are too many to draw them all. */
  settle(view: Box): void {
    const { zones } = this.plan
    if (zones.length <= MOST_OUTLINES) return
    const inView = zones.filter((z) => overlaps(z.bounds, view)).sort((a, b) => b.capacity - a.capacity)
    this.draw(inView.slice(0, MOST_OUTLINES))
    set(this.rest, { d: inView.slice(MOST_OUTLINES).map((z) => polygonPath(z.outline)).join('') })
  }

  /** True: it differs for an outline that says it. */
  setLeft(left: Map<string, ZoneLeft>): boolean {
    const before = this.left
    this.left = left
    let differs = false
    for (const [id, now] of left) {
      const was = before.get(id)
      const zone = this.plan.zone.get(id)
      if (!zone || was?.available === now.available) continue
      if (!was || step(was) !== step(now)) this.refresh(zone)
      differs ||= !this.open.has(zone)
    }
    return differs
  }

  /** Dims the outlines of zones in which nothing is wanted. */
  filter(wanted: Wanted | null): void {
    this.wanted = wanted
    for (const zone of this.plan.zones) this.refresh(zone)
  }

  /** The seats of these are drawn. */
  setOpen(open: ReadonlySet<ZoneModel>): void {
    const before = this.open
    this.open = open
    for (const zone of new Set([...before, ...open])) if (before.has(zone) !== open.has(zone)) this.refresh(zone)
  }

  focus(zone: ZoneModel | null): void {
    const before = this.focused
    this.focused = zone
    for (const changed of [before, zone]) if (changed) this.refresh(changed)
    this.raise(zone)
  }

  hover(zone: ZoneModel | null): void {
    if (zone === this.hovered) return
    const before = this.hovered
    this.hovered = zone
    for (const changed of [before, zone]) if (changed) this.refresh(changed)
    this.raise(this.focused ?? zone)
  }

  /** Nothing of its ring shall lie below a neighbour. */
  private raise(zone: ZoneModel | null): void {
    const path = zone && this.pool.get(zone)
    if (path && path !== this.group.lastElementChild) this.group.append(path)
  }

  private draw(zones: readonly ZoneModel[]): void {
    const all = this.pool.aim(new Set(zones))
    while (all.next().done !== true);
  }

  private refresh(zone: ZoneModel): void {
    const path = this.pool.get(zone)
    if (path) this.dress(zone, path)
  }

  private dress(zone: ZoneModel, path: SVGPathElement): void {
    const left = this.left.get(zone.id)
    const share = left ? step(left) : 1
    set(path, {
      class: ['outline', zone.kind, share === 0 && 'sold-out', this.open.has(zone) ? 'open' : !zoneWanted(zone, this.wanted) && 'dim', zone === this.focused && 'focus', zone === this.hovered && 'hover'].filter(Boolean).join(' '),
    })
    path.style.setProperty('--left', String(share))
  }
}

/** Even a nearly full zone must look different from a sold out one. */
function step({ available, capacity }: ZoneLeft): number {
  return available === 0 || capacity === 0 ? 0 : Math.round(100 * (0.25 + (0.75 * Math.ceil((STEPS * available) / capacity)) / STEPS)) / 100
}
