import type { Box } from '@/protocol/shapes'
import type { AreaLayer } from './areaLayer'
import { boxDistance, grow, overlaps, round } from './geometry'
import { Obstacles, roomFor, rowMarks, type RowMark } from './labels'
import type { PlanModel, ZoneModel } from './model'
import { Pool } from './pool'
import type { Pieces } from './slices'
import { set, svg } from './svg'
import { LARGEST, Room, SMALLEST, textBox, widthOf } from './text'

/** What is written on a zone: its name, and below it what it costs or what is left, in ever fewer letters. */
export type ZoneWords = (zone: ZoneModel) => Words

interface Words {
  name: string
  more: readonly string[]
}

/** Most zones with words on them, zones with their name beside them, and names of rows. */
export const MOST_LABELS = 160
export const MOST_BESIDE = 24
export const MOST_ROWS = 200
/** px: names beside a zone. */
const BESIDE = 11
/** Text does not fill its zone to the edge. */
const FILL = 0.88
/** Size of what is below a name. */
const MORE = 0.9
/** Height of a row's name, compared with the distance of its seats. */
const ROW_SIZE = 0.62
const LARGEST_ROW = 13

interface Line {
  id: string
  text: string
  x: number
  y: number
  /** Plan units. */
  em: number
  kind: string
}

/** Everything that is written on the map but for seat numbers: words of the plan, names of zones and rows. Nothing touches. */
export class NameLayer {
  private readonly group: SVGGElement
  private readonly lines: Pool<string, SVGTextElement>
  private now = new Map<string, Line>()
  /** What each text says. */
  private readonly written = new Map<string, Line>()
  private readonly obstacles: Obstacles
  /** Found so far, and where the search goes on when it was left. */
  private readonly marks = new WeakMap<ZoneModel, { found: RowMark[]; rest: Iterator<RowMark[]> }>()
  private readonly rooms = new Map<string, number>()
  /** What is written is written for so many px a plan unit. */
  private k = 0

  constructor(
    private readonly plan: PlanModel,
    parent: SVGElement,
    private readonly areas: AreaLayer,
    private readonly words: ZoneWords,
  ) {
    this.group = svg('g', { class: 'names' }, parent)
    this.obstacles = new Obstacles(plan)
    this.lines = new Pool({
      make: () => svg('text', {}, this.group),
      put: (element, id) => {
        const line = this.now.get(id)
        if (!line) return
        this.written.set(id, line)
        set(element, { class: line.kind, x: round(line.x), y: round(line.y), 'font-size': round(line.em) })
        if (element.textContent !== line.text) element.textContent = line.text
      },
    })
  }

  /** Before it is written at a scale: of what is written at another each text would be laid out once more. */
  clear(k: number): void {
    if (k === this.k) return
    this.k = k
    this.lines.clear()
    this.written.clear()
  }

  /** Finds places for a view at k px per plan unit; the seats of `open` zones are drawn. */
  *settle(view: Box, k: number, open: ReadonlySet<ZoneModel>): Pieces {
    const room = new Room(80 / k)
    const lines: Line[] = []
    this.areas.settle(k, room)
    const x = view.x + view.width / 2
    const y = view.y + view.height / 2
    const inView = this.plan.zones.filter((z) => overlaps(z.bounds, view))
    const written: [ZoneModel, Words][] = []
    for (const zone of inView.filter((z) => !open.has(z)).sort((a, b) => b.capacity - a.capacity)) {
      written.push([zone, this.words(zone)])
      yield undefined
    }
    const most = Math.max(SMALLEST / MORE, this.common(written, k))
    for (const [zone, words] of written) {
      if (lines.length >= 2 * MOST_LABELS) break
      yield undefined
      lines.push(...this.inside(zone, words, k, room, most))
    }
    const named = inView.filter((z) => open.has(z)).map((zone) => ({ zone, far: boxDistance(zone.bounds, x, y) }))
    named.sort((a, b) => a.far - b.far)
    const edge = grow(view, (-4 * 1) / k)
    for (const { zone } of named.slice(0, MOST_BESIDE)) {
      yield undefined
      const em = BESIDE / k
      const width = widthOf(zone.label) * em
      const box = this.obstacles.beside(zone, em, width, edge, room)
      if (box && room.take(box)) lines.push({ id: `beside ${zone.id}`, text: zone.label, x: box.x + width / 2, y: box.y + em / 2, em, kind: 'zone-name' })
    }
    let rows = 0
    for (const { zone } of named) {
      const px = Math.min(LARGEST_ROW, zone.pitch * ROW_SIZE * k)
      if (px < SMALLEST || rows >= MOST_ROWS) continue
      yield undefined
      const marks = yield* this.marksOf(zone)
      for (const [i, mark] of marks.entries()) {
        if (rows >= MOST_ROWS) break
        if (mark.x < view.x || mark.y < view.y || mark.x > view.x + view.width || mark.y > view.y + view.height) continue
        const em = px / k
        if (!room.take(textBox(mark.x, mark.y, mark.text, em * 0.9))) continue
        lines.push({ id: `row ${zone.id} ${i}`, text: mark.text, x: mark.x, y: mark.y, em, kind: 'row-name' })
        rows++
      }
    }
    yield undefined
    yield* this.show(lines)
  }

  private *show(lines: readonly Line[]): Pieces {
    this.now = new Map(lines.map((l) => [l.id, l]))
    yield* this.lines.aim(new Set(this.now.keys()), 12)
    for (const line of lines) {
      const was = this.written.get(line.id)
      if (was && (was.text !== line.text || was.em !== line.em || was.x !== line.x || was.y !== line.y || was.kind !== line.kind)) this.lines.refresh(line.id)
    }
  }

  /** A size, px, that nearly all zones have room for: what is written on a house is of one size, but where it would not fit. */
  private common(written: readonly [ZoneModel, Words][], k: number): number {
    const sizes = written.map(([zone, { name }]) => this.px(zone, widthOf(name), 1, k)).filter((px) => px >= SMALLEST)
    return sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 5)] ?? LARGEST
  }

  /** Name and more where there is room for both, else one of them; as large as fits, up to a size. */
  private inside(zone: ZoneModel, { name, more }: Words, k: number, room: Room, most: number): Line[] {
    const { x, y } = zone.spot
    const take = (text: string, em: number, at: number, kind: string): Line[] =>
      room.take(textBox(x, at, text, em)) ? [{ id: `${kind} ${zone.id}`, text, x, y: at, em, kind }] : []
    for (const text of more) {
      const px = Math.min(most, this.px(zone, Math.max(widthOf(name), widthOf(text) * MORE), 2, k))
      if (px * MORE < SMALLEST) continue
      const em = px / k
      return [...take(name, em, y - em * 0.58, 'zone-name inside'), ...take(text, em * MORE, y + em * 0.62, 'zone-more')]
    }
    for (const text of [name, ...more]) {
      const px = Math.min(most, this.px(zone, widthOf(text), 1, k))
      if (px >= SMALLEST) return take(text, px / k, y, text === name ? 'zone-name inside' : 'zone-more')
    }
    return []
  }

  private px(zone: ZoneModel, width: number, lines: number, k: number): number {
    const key = `${zone.id} ${lines} ${width.toFixed(1)}`
    let em = this.rooms.get(key)
    if (em === undefined) this.rooms.set(key, (em = roomFor(zone, width, lines) * FILL))
    return Math.min(LARGEST - 2, em * k)
  }

  private *marksOf(zone: ZoneModel): Generator<undefined, readonly RowMark[]> {
    const { found, rest } = this.marks.get(zone) ?? { found: [], rest: rowMarks(this.plan, zone) }
    this.marks.set(zone, { found, rest })
    for (let row = rest.next(); row.done !== true; row = rest.next()) {
      found.push(...row.value)
      yield undefined
    }
    return found
  }
}
