import { contains, polygonPath, round } from './geometry'
import { placeLabels, type Label } from './labels'
import type { PlanModel, ZoneModel } from './model'
import { set, svg } from './svg'
import type { Level } from './viewport'

/** What is left of a zone. */
export interface ZoneLeft {
  available: number
  capacity: number
}

/** What the outlines tell by their colour: what seats cost, or how many are left. */
export type ColourBy = 'price' | 'left'

/** px on screen, whatever the zoom. */
const LABEL_SIZE = 11
const COUNT_SIZE = 12
/** Width of an average letter in em; Hangul is wider. Measuring text would force a layout. */
const LETTER = 0.58
const HANGUL = 0.95

interface ZoneParts {
  zone: ZoneModel
  group: SVGGElement
  shape: SVGPathElement
  name: SVGTextElement
  count: SVGTextElement
}

/** Outlines of the zones with their names; far away they carry colour and what is left, near they are a quiet ground. */
export class ZoneLayer {
  private readonly parts = new Map<string, ZoneParts>()
  private left = new Map<string, ZoneLeft>()
  private beside = new Map<string, Label>()
  private placedAt: { level: Level; k: number } | null = null

  constructor(
    private readonly plan: PlanModel,
    ground: SVGElement,
    labels: SVGElement,
    private countText: (left: ZoneLeft) => string,
  ) {
    for (const zone of plan.zones) {
      const group = svg('g', { class: `zone zone-${zone.kind}` }, ground)
      // Not as an attribute: the page's security policy lets no text be a style.
      group.style.setProperty('--zone', zone.category < 0 ? 'var(--seat-booked)' : `var(--c${zone.category})`)
      const shape = svg('path', { d: polygonPath(zone.outline), class: 'outline' }, group)
      const name = svg('text', { class: 'zone-name' }, labels)
      const count = svg('text', { class: 'zone-count' }, labels)
      name.textContent = zone.label
      this.parts.set(zone.id, { zone, group, shape, name, count })
    }
  }

  setLeft(left: Map<string, ZoneLeft>): void {
    this.left = left
    for (const { zone, group } of this.parts.values()) {
      const now = left.get(zone.id)
      const share = now && now.capacity > 0 ? now.available / now.capacity : 1
      // Even a nearly full zone must look different from a sold out one.
      group.style.setProperty('--left', String(share === 0 ? 0 : 0.3 + 0.7 * share))
      group.classList.toggle('sold-out', share === 0)
    }
    if (this.placedAt) this.place(this.placedAt.level, this.placedAt.k)
  }

  setCountText(text: (left: ZoneLeft) => string): void {
    this.countText = text
    this.setLeft(this.left)
  }

  focus(zone: ZoneModel | null): void {
    for (const part of this.parts.values()) part.group.classList.toggle('focus', part.zone === zone)
  }

  private words(zone: string): string {
    const left = this.left.get(zone)
    return left ? this.countText(left) : ''
  }

  /** Places the names for a level at k px per plan unit. */
  settle(level: Level, k: number): void {
    this.placedAt = { level, k }
    this.beside = new Map(
      level === 'outline' ? [] : placeLabels(this.plan, LABEL_SIZE / k, (z) => (width(z.label) * LABEL_SIZE) / k).map((l) => [l.zone.id, l]),
    )
    this.place(level, k)
  }

  private place(level: Level, k: number): void {
    for (const { zone, name, count } of this.parts.values()) {
      const far = level === 'outline' || zone.kind === 'general'
      const label = this.beside.get(zone.id)
      const both = far && fits(zone, k, Math.max(width(zone.label), width(this.words(zone.id)) * 1.1) * LABEL_SIZE, 26)
      // Where there is no room for both, what is left says more: the name is in the list of zones too.
      const left = this.left.get(zone.id)
      const words = this.words(zone.id)
      const short = left ? String(left.available) : ''
      const text = both || (far && fits(zone, k, width(words) * COUNT_SIZE, COUNT_SIZE)) ? words : short
      if (count.textContent !== text) count.textContent = text
      const counted = both || (far && text !== '' && fits(zone, k, width(text) * COUNT_SIZE, COUNT_SIZE * 0.8))
      name.classList.toggle('hidden', far ? !both : label === undefined)
      count.classList.toggle('hidden', !counted)
      name.classList.toggle('inside', far)
      const x = round(far ? zone.spot.x : (label?.x ?? 0))
      const y = far ? zone.spot.y : (label?.y ?? 0)
      set(name, { x, y: round(far ? y - 7 / k : y), 'font-size': round(LABEL_SIZE / k) })
      set(count, { x, y: round(both ? y + 8 / k : y), 'font-size': round(COUNT_SIZE / k) })
    }
  }
}

/** Whether a text of so many px lies within the zone, at k px per plan unit. */
function fits(zone: ZoneModel, k: number, wide: number, high: number): boolean {
  return contains(zone.outline, { x: zone.spot.x - wide / 2 / k, y: zone.spot.y - high / 2 / k, width: wide / k, height: high / k })
}

/** Width of a text in em. */
function width(text: string): number {
  let em = 0
  for (const letter of text) em += (letter.codePointAt(0) ?? 0) > 0x10ff ? HANGUL : LETTER
  return em
}
