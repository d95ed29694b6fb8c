import type { Area, EventInfo, Point, Seat, Zone, ZonePlan } from '@/protocol/shapes'
import { boxOf } from '@/seatmap/geometry'
import { smallHouse } from './plan'

interface Made {
  event: EventInfo
  zones: ZonePlan[]
}

/** Seats ten units apart in rows of a rectangle, as a zone. */
function block(id: string, label: string, x: number, y: number, columns: number, rows: number, categories: readonly string[]): { zone: Zone; plan: ZonePlan } {
  const seats: Seat[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const n = seats.length
      seats.push({ id: `${id}-${row}-${column}`, row: String.fromCharCode(65 + (row % 26)), number: String(column + 1), x: x + 5 + column * 10, y: y + 5 + row * 10, category: categories[n % categories.length] ?? '', accessible: n % 41 === 1, companion: n % 41 === 2 })
    }
  }
  const outline: Point[] = [[x, y], [x + columns * 10, y], [x + columns * 10, y + rows * 10], [x, y + rows * 10]]
  return { zone: { id, label, kind: 'seats', capacity: seats.length, bounds: boxOf(outline) ?? { x, y, width: 0, height: 0 }, outline }, plan: { id, plan: 'h1', seats } }
}

function house(blocks: { zone: Zone; plan: ZonePlan }[], categories: number, areas: Area[] = []): Made {
  const { event } = smallHouse()
  event.categories = Array.from({ length: categories }, (_, i) => ({ id: `c${i}`, name: `Category ${i}`, color: `#${((i * 2_654_435) % 0xffffff).toString(16).padStart(6, '0')}`, price: { amount: 10_000 * (i + 1), currency: 'KRW' } }))
  event.zones = blocks.map((b) => b.zone)
  event.plan = { ...event.plan, areas }
  return { event, zones: blocks.map((b) => b.plan) }
}

/** Many blocks side by side, with narrow aisles. */
export function arena(across: number, down: number, columns = 20, rows = 20, categories = 4): Made {
  const ids = Array.from({ length: categories }, (_, i) => `c${i}`)
  const blocks = Array.from({ length: across * down }, (_, i) => block(`Z${i}`, `Block ${i + 1}`, (i % across) * (columns * 10 + 12), Math.floor(i / across) * (rows * 10 + 14), columns, rows, ids))
  const width = across * (columns * 10 + 12)
  return house(blocks, categories, [
    { shape: 'polygon', role: 'stage', points: [[0, -120], [width, -120], [width, -20], [0, -20]] },
    { shape: 'text', center: [width / 2, -70], text: 'STAGE', text_size: 24 },
  ])
}

/** A ballroom: chairs around tables, each table with a word on it. */
export function ballroom(tables: number): Made {
  const seats: Seat[] = []
  const areas: Area[] = []
  for (let i = 0; i < tables; i++) {
    const [x, y] = [40 + (i % 10) * 70, 40 + Math.floor(i / 10) * 70]
    areas.push({ shape: 'ellipse', center: [x, y], radius: [14, 14] }, { shape: 'text', center: [x, y], text: `Table ${i + 1}`, text_size: 6 })
    for (let chair = 0; chair < 8; chair++) {
      const angle = (chair * Math.PI) / 4
      seats.push({ id: `t${i}-${chair}`, row: `T${i + 1}`, number: String(chair + 1), x: x + 22 * Math.cos(angle), y: y + 22 * Math.sin(angle), category: 'c0' })
    }
  }
  const outline: Point[] = [[0, 0], [740, 0], [740, 60 + Math.ceil(tables / 10) * 70], [0, 60 + Math.ceil(tables / 10) * 70]]
  const zone: Zone = { id: 'hall', label: 'Ballroom', kind: 'seats', capacity: seats.length, bounds: boxOf(outline) ?? { x: 0, y: 0, width: 0, height: 0 }, outline }
  return house([{ zone, plan: { id: 'hall', plan: 'h1', seats } }], 1, areas)
}

/** More zones, categories, walls and words than any house has. */
export function maze(): Made {
  const made = arena(24, 24, 6, 6, 40)
  const areas: Area[] = Array.from({ length: 300 }, (_, i) => ({ shape: 'text', center: [(i % 20) * 80, Math.floor(i / 20) * 90], text: `Word ${i}`, text_size: 30 }))
  made.event.plan.areas.push(...areas)
  return made
}
